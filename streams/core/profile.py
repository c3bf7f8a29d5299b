"""
What the registry says of a subject at an instant: registered, as what, answered for by whom, closed.

Facts: (time, id, word, data) with the words `registered`, `transferred`, `closed`. The entry in force is the newest at
or before the instant; a transfer changes the unit and keeps the rest.
"""

from collections.abc import Mapping
from typing import Any

from streams.core.trail import Trail

REGISTERED, TRANSFERRED, CLOSED = "registered", "transferred", "closed"


def profile_at(trail: Trail, at: int) -> Mapping[str, Any] | None:
    """The entry in force, with `closed: True` once it is closed; None before registration."""
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
