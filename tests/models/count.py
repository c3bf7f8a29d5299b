"""累计: how many columns or messages of a site break a part.

W-V4a, W-V4b (stale), W-V4c (blank), W-V5b (unanswered).
"""

from collections.abc import Iterator

from schemas.words import State
from tests.models import freshness, response
from tests.models.reckoning import Expected, Values
from tests.models.world import World


def judge(world: World, site: str, at: int, values: Values) -> Expected:
    """超过（含）N: from N broken on it is broken; what nobody looked at may be broken, and what is near warns."""
    answers = [one for one in _answers(world, site, at, values) if one.state is not State.EXEMPT]
    states = [one.state for one in answers]
    broken, unknown = states.count(State.BREACHED), states.count(State.UNKNOWN)
    enough, warn = values["at_least"], values.get("warn_at_least") or values["at_least"]
    if broken >= enough:
        return Expected(State.BREACHED)
    if broken + unknown >= enough:
        return Expected(State.UNKNOWN)
    near = broken + unknown + states.count(State.DUE_SOON)
    return Expected(State.DUE_SOON if near >= enough or broken >= warn else State.COMPLIANT)


def _answers(world: World, site: str, at: int, values: Values) -> Iterator[Expected]:
    kind = "message" if values["memory"] == "messages" else "column"
    for child in world.children(site, kind):
        entry = world.entry(child, at)
        gone = kind == "column" and (entry is None or entry["closed"])
        if not gone and not world.exempted(child, values["rule"], at):
            yield _child(world, child, at, values)


def _child(world: World, child: str, at: int, values: Values) -> Expected:
    if values["memory"] == "messages":
        return response.judge(world, child, at, values)
    if values.get("blank"):
        return _blank(world, child, at, values)
    entry = world.entry(child, at) or {}
    if "news_classes" not in values:
        return freshness.judge(world, child, at, values)
    if entry["column_class"] in values["news_classes"]:
        return freshness.judge(world, child, at, {**values, "window": values["news_window"]})
    if entry["column_class"] in values["policy_classes"] and entry["level"] in values["policy_level"]:
        return freshness.judge(world, child, at, {**values, "window": values["policy_window"]})
    return Expected(State.EXEMPT)


def _blank(world: World, column: str, at: int, values: Values) -> Expected:
    """空白栏目: the last count found nothing, and nothing has appeared since."""
    counts = [one for one in world.of(column, "checked", until=at) if one.data["items"] is not None]
    items = list(freshness.updates_at(world, column, at, values))
    if items and (not counts or max(items) >= counts[-1].time):
        return Expected(State.COMPLIANT)
    if not counts:
        return Expected(State.UNKNOWN)
    return Expected(State.COMPLIANT if counts[-1].data["items"] else State.BREACHED)
