"""办理答复: answered within the limit.

W-D18, G-4 (messages), G-5, S-D3 (error reports), X-M2 (filing), and the messages that W-V5b counts.
"""

from typing import NamedTuple

from schemas.instants import to_ms
from schemas.words import State
from tests.models.reckoning import Expected, Values, earlier, later
from tests.models.world import FOR_EVER, Fact, World


class Case(NamedTuple):
    """A thing to be done."""

    opened: int
    closed: int
    about: Values


def judge(world: World, subject: str, at: int, values: Values) -> Expected:
    """Overdue from the limit on until it is done; done late it may count for a while, never done it may lapse."""
    case = filing(world, subject) if values["memory"] == "filing" else _case(world, subject)
    if case is None or at < case.opened or not _counts(world, subject, case, values):
        return Expected(State.EXEMPT)
    complicated = case.about.get("complicated") and values["complex_limit"]
    due = later(case.opened, values["complex_limit"] if complicated else values["limit"], values)
    past = at >= max(due, later(case.opened, values["lookback"], values)) if values["lookback"] else False
    if case.closed <= at:
        charged = case.closed >= due and values["late_counts"] and not past
        return Expected(State.BREACHED if charged else State.COMPLIANT, due)
    if past and values.get("lapses", True):
        return Expected(State.EXEMPT, due)
    if at >= due:
        return Expected(State.BREACHED, due)
    return Expected(State.DUE_SOON if at >= earlier(due, values["lead"]) else State.COMPLIANT, due)


def _case(world: World, subject: str) -> Case | None:
    opened = world.of(subject, "received", "assigned")
    answers = world.of(subject, "answered")
    return Case(opened[0].time, answers[0].time if answers else FOR_EVER, opened[0].data) if opened else None


def _counts(world: World, subject: str, case: Case, values: Values) -> bool:
    """Invalid messages never counted; some columns' don't; some rules are about simple questions alone."""
    if values["invalid_excluded"] and world.of(subject, "invalidated"):
        return False
    return case.about.get("column") not in values["excluded_columns"] and bool(
        case.about.get("simple") or not values["simple_only"]
    )


def filing(world: World, account: str) -> Case | None:
    """备案: from the opening that the registry names, to the filing that it names or that is reported."""
    entries = world.of(account, "registered")
    opened = [_instant(one, "opened") for one in entries if one.data["opened"] or one.data["filed"]]
    filed = [_instant(one, "filed") for one in entries if one.data["filed"]]
    filed += [one.time for one in world.of(account, "filed")]
    return Case(min(opened), min(filed, default=FOR_EVER), {}) if opened else None


def _instant(entry: Fact, name: str) -> int:
    return to_ms(entry.data[name]) if entry.data[name] else entry.time
