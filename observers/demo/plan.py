"""The shape of a demonstration's story.yaml: facts, and what was supposed so that they can be observed."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.instants import read_at, to_ms


def _instant(value: Any) -> Any:
    return to_ms(value) if isinstance(value, datetime) and value.tzinfo else value


#: Milliseconds UTC, written in YAML as a time with its offset.
Instant = Annotated[int, BeforeValidator(_instant)]


class Shape(BaseModel):
    """Nothing may be misspelt in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(Shape):
    """`stated` are the bulletin's words, None where it says nothing of the kind; `assumed` is what somebody chose."""

    id: str
    stated: str | None
    assumed: str


class SeenLate(Shape):
    """Something published that nobody saw until much later."""

    published: Instant
    seen: Instant


class Silence(Fact):
    """Nothing new after `last`, until it `resumes`, if it does. Subject: an account, a column, or a site's home."""

    kind: Literal["silence"]
    subject: str
    last: Instant
    resumes: Instant | None = None
    seen_late: SeenLate | None = None


class InteractionFails(Fact):
    """No way to interact works from `since` on."""

    kind: Literal["interaction_fails"]
    account: str
    since: Instant


class Unlinked(Fact):
    """A policy document and its interpretation don't point at each other."""

    kind: Literal["unlinked"]
    site: str
    policy: Instant
    interpretation: Instant


class FieldsMissing(Fact):
    """Answered messages are shown without some fields."""

    kind: Literal["fields_missing"]
    site: str
    missing: tuple[str, ...]
    published: tuple[Instant, ...]


class AnswersUnpublished(Fact):
    """Answered messages are no longer shown after `last`."""

    kind: Literal["answers_unpublished"]
    site: str
    last: Instant


class Registered(Fact):
    """A fact that the registry itself tells, such as a late filing."""

    kind: Literal["registered"]
    subjects: tuple[str, ...]


class Maintenance(Fact):
    """Filed downtime, during which the site does not open."""

    kind: Literal["maintenance"]
    site: str
    filed: Instant
    starts: Instant
    ends: Instant
    authority: str
    reason: str


AnyFact = Annotated[
    Silence | InteractionFails | Unlinked | FieldsMissing | AnswersUnpublished | Registered | Maintenance,
    Field(discriminator="kind"),
]


class Bulletin(Shape):
    """Which bulletin is reconstructed."""

    title: str
    number: str
    issuer: str


class PeriodPlan(Shape):
    """From `starts` to the end of the day of the `checkpoint`."""

    name: str
    starts: Instant
    checkpoint: date

    @property
    def ends(self) -> int:
        """The checkpoint's instant: nothing is told that was seen at it or later."""
        return read_at(self.checkpoint.isoformat())


class Story(Shape):
    """story.yaml; `notice` is what a reader of the results must know first."""

    notice: str
    bulletin: Bulletin
    period: PeriodPlan
    facts: tuple[AnyFact, ...]

    def silence_of(self, subject: str) -> Silence | None:
        """The silence of a subject, if there is one."""
        return next((fact for fact in self.facts if isinstance(fact, Silence) and fact.subject == subject), None)
