"""X-M1 一单位一平台一账号, from the accounts' own entries: who has which, by what is known at an instant."""

from collections.abc import Iterator

from schemas.instants import to_ms
from schemas.words import State
from tests.models.reckoning import Expected, Values, earlier, later
from tests.models.world import CLOSED, FOR_EVER, REGISTERED, TRANSFERRED, Fact, World, ends


def judge(world: World, holding: str, at: int, values: Values) -> Expected:
    """Too many for longer than the grace, for less, or too many within the lead."""
    edges = sorted({at, *_edges(world, holding, at)})
    past = [(edge, len(held(world, holding, edge, edge, values)) > values["max"]) for edge in edges if edge <= at]
    if past[-1][1]:
        since = at
        for edge, too_many in reversed(past):
            if not too_many:
                break
            since = edge
        due = later(since, values["grace"], values)
        return Expected(State.BREACHED if at >= due else State.DUE_SOON, due)
    for edge in edges:
        if at < edge < FOR_EVER and len(held(world, holding, at, edge, values)) > values["max"]:
            due = later(edge, values["grace"], values)
            return Expected(State.DUE_SOON, due) if at >= earlier(due, values["lead"]) else Expected(State.COMPLIANT)
    return Expected(State.COMPLIANT)


def held(world: World, holding: str, known: int, at: int, values: Values) -> set[str]:
    """The accounts that count at an instant, by what is known at another."""
    unit, _, platform = holding.partition("@")
    granted = [one for one in world.of(holding, "granted", until=known) if one.data["rule"] == values["rule"]]
    excepted = {one.data["account"] for one in granted if at < ends(one)}
    return {
        account
        for account in (one for one in sorted(world.by_subject) if one.startswith(f"{platform}:"))
        if account not in excepted and _has(world.of(account, REGISTERED, TRANSFERRED, CLOSED, until=known), unit, at)
    }


def _has(entries: list[Fact], unit: str, at: int) -> bool:
    """Whether the newest entry gives an account to a unit, and it is open."""
    if not entries or entries[-1].word == CLOSED:
        return False
    return entries[-1].data.get("to_unit", entries[-1].data.get("unit")) == unit and _opens(entries[-1]) <= at


def _opens(entry: Fact) -> int:
    opened = entry.data.get("opened")
    return max(entry.time, to_ms(opened)) if opened else entry.time


def _edges(world: World, holding: str, known: int) -> Iterator[int]:
    """Every instant that says something of an account or an exception."""
    for facts in list(world.by_subject.values()):
        for fact in facts:
            if fact.time <= known and fact.word in {REGISTERED, TRANSFERRED, CLOSED}:
                yield from (fact.time, _opens(fact))
    for exemption in world.of(holding, "granted", until=known):
        yield from (exemption.time, ends(exemption))
