"""Completeness (留言公开要素): each published item must show certain fields.

Facts: (time, id, item, fields shown). The newest sighting of an item counts; an item that lacks a field warns until
`grace` after it was first seen so, or seen so again, then breaks the rule until it is mended or `lookback` has passed.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact, keep_changes
from streams.core.view import View


@dataclass(frozen=True)
class Terms(Reckoning):
    """Every one of `required_fields` must be shown."""

    required_fields: tuple[str, ...] = ()
    grace: Span = Span(0, Unit.HOUR)
    lookback: Span | None = None


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Complete, to be completed soon, or incomplete."""
    open_items = [pair for pair in _lacking(view, at, terms) if at < _forgotten(pair[0], terms)]
    if not open_items:
        return Answer(State.COMPLIANT, Reason.COMPLETE)
    due = min(terms.due(since, terms.grace).instant_ms for since, _ in open_items)
    evidence = tuple(str(newest[1]) for _, newest in open_items)[:EVIDENCE_SHOWN]
    if at >= due:
        return Answer(State.BREACHED, Reason.FIELDS_MISSING, due, evidence)
    return Answer(State.DUE_SOON, Reason.FIELDS_DUE_SOON, due, evidence)


def next_after(view: View, at: int, terms: Terms) -> int:
    """The end of a grace or of a lookback, or the next known sighting."""
    instants = [view.trail.next_time(at)]
    for since, _ in _lacking(view, at, terms):
        instants += [terms.due(since, terms.grace).instant_ms, _forgotten(since, terms)]
    return min((instant for instant in instants if instant is not None and instant > at), default=NEVER)


def _lacking(view: View, at: int, terms: Terms) -> list[tuple[int, Fact]]:
    """(since when, newest sighting) of each item that lacks a field."""
    since: dict[str, int] = {}
    newest: dict[str, Fact] = {}
    for fact in view.trail.until(at):
        newest[fact[2]] = fact
        if _lacks(fact, terms):
            since.setdefault(fact[2], fact[0])
        else:
            since.pop(fact[2], None)
    return [(begun, newest[item]) for begun, item in sorted((begun, item) for item, begun in since.items())]


def _lacks(fact: Fact, terms: Terms) -> bool:
    return any(field not in fact[3] for field in terms.required_fields)


def _forgotten(since: int, terms: Terms) -> int:
    return terms.due(since, terms.lookback).instant_ms if terms.lookback else NEVER


def keep(facts: list[Fact]) -> list[Fact]:
    """The sightings that say something new: of items that show most the newest, of the others all."""
    kept = keep_changes(facts)
    most = max(len(fact[3]) for fact in kept)
    poor = {fact[2] for fact in {fact[2]: fact for fact in kept}.values() if len(fact[3]) < most}
    others = [fact for fact in kept if fact[2] not in poor][-KEPT:]
    return sorted([*others, *(fact for fact in kept if fact[2] in poor)], key=lambda fact: (fact[0], fact[1]))


#: So many sightings of items that show as much as any are remembered.
KEPT = 200
