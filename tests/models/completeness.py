"""W-D17b 留言公开要素: a published answer shows every field, within a grace."""

from itertools import takewhile

from schemas.words import State
from tests.models.reckoning import Expected, Values, later
from tests.models.world import FOR_EVER, Fact, World


def judge(world: World, site: str, at: int, values: Values) -> Expected:
    """The gap that has stood longest decides, of those not so old that they are past."""
    shown = [one for one in world.of(site, "published", until=at) if one.type == "answer.published"]
    begun = []
    for item in {one.data["item"] for one in shown}:
        sightings = [one for one in reversed(shown) if one.data["item"] == item]
        gap = list(takewhile(lambda one: _lacks(one, values), sightings))
        if gap and at < _past(gap[-1].time, values):
            begun.append(later(gap[-1].time, values["grace"], values))
    if not begun:
        return Expected(State.COMPLIANT)
    return Expected(State.BREACHED if at >= min(begun) else State.DUE_SOON, min(begun))


def _lacks(fact: Fact, values: Values) -> bool:
    return not set(values["required_fields"]) <= set(fact.data["fields"])


def _past(begun: int, values: Values) -> int:
    return later(begun, values["lookback"], values) if values.get("lookback") else FOR_EVER
