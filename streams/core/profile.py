"""What the registry says of a subject at an instant: registered, as what, answered for by whom, closed.

Facts: (time, id, word, data) with the words `registered`, `transferred`, `closed`. The entry in force is the newest at
or before the instant; a transfer changes the unit and keeps the rest.
"""

from collections.abc import Mapping
from typing import Any

from streams.core.answer import NEVER
from streams.core.trail import Fact, Trail

REGISTERED, TRANSFERRED, CLOSED = "registered", "transferred", "closed"


def profile_at(trail: Trail, at: int) -> Mapping[str, Any] | None:
    """The entry in force, with `closed: True` once it is closed; None before registration."""
    if trail.read is None or not trail.read[0] <= at < trail.read[1]:
        trail.read = (trail.latest_time(at), trail.next_time(at) or NEVER, _read(trail, at))
    found: Mapping[str, Any] | None = trail.read[2]
    return found


def _read(trail: Trail, at: int) -> Mapping[str, Any] | None:
    profile: dict[str, Any] | None = None
    moved_to: str | None = None
    for fact in trail.until(at):
        word, data = fact[2], fact[3]
        if word == REGISTERED:
            profile, moved_to = dict(data), None
        elif word == TRANSFERRED:
            moved_to = data["to_unit"]
        elif profile is not None:
            profile["closed"] = True
    if profile is not None and moved_to is not None:
        profile["unit"] = moved_to
    return profile


def registered_since(trail: Trail) -> int | None:
    """The first instant at which the subject is registered."""
    return next((int(fact[0]) for fact in trail.facts if fact[2] == REGISTERED), None)


def opened_since(trail: Trail, at: int) -> int | None:
    """Since when the subject is open at an instant: its opening, its registration, or its reopening."""
    first = next((fact for fact in trail.until(at) if fact[2] == REGISTERED), None)
    if first is None:
        return registered_since(trail)
    return reopened_since(trail, at) or _opening(first, 0)


def reopened_since(trail: Trail, at: int) -> int:
    """When the subject was last registered anew after a closing; 0 if it never was."""
    closed, reopened = 0, 0
    for fact in trail.until(at):
        if fact[2] == CLOSED:
            closed = int(fact[0])
        elif fact[2] == REGISTERED and closed:
            closed, reopened = 0, _opening(fact, closed)
    return reopened


def _opening(fact: Fact, not_before: int) -> int:
    """What a registry entry says of the opening, if that is later than the last closing; else the entry's own time."""
    opened = fact[3].get("opened")
    return opened if isinstance(opened, int) and opened >= not_before else int(fact[0])
