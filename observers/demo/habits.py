"""The shape of a demonstration's ordinary.yaml: how everybody behaves of whom the story says nothing."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from observers.demo.plan import Instant, Shape
from schemas.instants import HOUR, MINUTE
from schemas.words import Platform

Bounds = tuple[float, float]
Share = Annotated[float, Field(ge=0, le=1)]


def _minutes(value: Any) -> Any:
    hours, _, minutes = str(value).partition(":")
    return (int(hours) * HOUR + int(minutes) * MINUTE) // MINUTE


#: Two minutes of a day, written as "09:00".
Hours = tuple[Annotated[int, BeforeValidator(_minutes)], Annotated[int, BeforeValidator(_minutes)]]


class Office(Shape):
    """When an office works."""

    hours: Hours
    days_off_share: Share


class Updates(Shape):
    """`gaps` by column class, and of home pages and posts, in days."""

    gaps: dict[str, Bounds]
    reposts: Share
    seen_after_minutes: Bounds
    interpreted: Share
    interpreted_after: Bounds
    interpretation_before: Bounds
    listed: Bounds


class Probes(Shape):
    """Visits to home pages."""

    every_minutes: int
    failed: Share
    slow: Share
    quick_seconds: Bounds
    slow_seconds: Bounds
    gives_up_seconds: float
    status: int
    failed_status: int


class Looks(Shape):
    """Daily looks for updates."""

    hours: Hours
    counts_every_days: int


class Channel(Shape):
    """A consultation channel of every site."""

    channel: str
    kind: str


class Tests(Shape):
    """Tests of what must work."""

    every_days: int
    hours: Hours
    fails: Share
    again_after_hours: float
    features: dict[Platform, tuple[str, ...]]
    apps: tuple[Platform, ...]
    channels: tuple[Channel, ...]


class Services(Shape):
    """Service catalogues and guides."""

    items: Bounds
    guides: int
    missing: tuple[str, ...]
    lacking: Share
    audited_every_days: int


class Answering(Shape):
    """Days until an answer."""

    plain: Bounds
    simple: Bounds
    complicated: Bounds
    late: Bounds


class Messages(Shape):
    """Messages from the public, and what is shown of them."""

    gap: Bounds
    columns: tuple[str, ...]
    excluded_column: str
    excluded: Share
    invalid: Share
    invalid_reason: str
    simple: Share
    complicated: Share
    answered_after: Answering
    late: Share
    late_before: Instant
    published: Share
    published_after: Bounds
    published_before: Bounds
    fields: tuple[str, ...]


class Corrections(Shape):
    """Error reports."""

    gap: Bounds
    answered_after: Bounds
    late: Share
    late_after: Bounds
    late_before: Instant


class Reports(Shape):
    """Observers' signs of life."""

    every_hours: int


class Ordinary(Shape):
    """ordinary.yaml."""

    seed: str
    office: Office
    updates: Updates
    probes: Probes
    looks: Looks
    tests: Tests
    services: Services
    messages: Messages
    corrections: Corrections
    reports: Reports
