"""Which model speaks for which rule, and what a rule says of a subject by its model."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from rules.words import Memory, Window
from schemas.instants import to_datetime
from schemas.words import State
from streams.core.law import Law, Standing
from tests.models import (
    audit,
    availability,
    completeness,
    count,
    freshness,
    linkage,
    multiplicity,
    presence,
    response,
    ruling,
)
from tests.models.reckoning import Expected, Values
from tests.models.world import World

Model = Callable[[World, str, int, Values], Expected]

MODELS: Mapping[Window, Model] = {
    Window.FRESHNESS: freshness.judge,
    Window.AVAILABILITY: availability.judge,
    Window.RESPONSE: response.judge,
    Window.MULTIPLICITY: multiplicity.judge,
    Window.COUNT: count.judge,
    Window.PRESENCE: presence.judge,
    Window.LINKAGE: linkage.judge,
    Window.COMPLETENESS: completeness.judge,
    Window.AUDIT: audit.judge,
    Window.RULING: ruling.judge,
}


def expect(world: World, law: Law, rule: str, subject: str, at: int) -> Expected:
    """What the model says of a subject under a rule at an instant, by all that is known."""
    standing = law.by_id[rule]
    values = values_on(standing, to_datetime(at).date())
    if values is None or world.excused(subject, rule, standing.rule.applies, at):
        return Expected(State.EXEMPT)
    return model_of(standing)(world, subject, at, values)


def model_of(standing: Standing) -> Model:
    """A site's rule over its messages counts them."""
    over_messages = standing.rule.memory is Memory.MESSAGES and standing.rule.subject == "site"
    window = Window.COUNT if over_messages else standing.rule.window
    assert window is not None
    return MODELS[window]


@lru_cache(maxsize=4096)
def values_on(standing: Standing, day: date) -> Mapping[str, Any] | None:
    """The parameters of a rule on a day, with the rule's id and memory; None where it is not in force."""
    if not standing.rule.in_force(day):
        return None
    return {**standing.rule.values_at(day), "rule": standing.id, "memory": standing.rule.memory}
