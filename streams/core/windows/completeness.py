"""Completeness (留言公开要素): each published item must show certain fields.

Facts: (time, id, item, fields shown). The newest sighting of an item counts; an item that lacks a field warns until
`grace` after its first sighting, then breaks the rule until it is mended or `lookback` has passed.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View


@dataclass(frozen=True, slots=True)
class Terms(Reckoning):
    """Every one of `required_fields` must be shown."""

    required_fields: tuple[str, ...] = ()
    grace: Span = Span(0, Unit.HOUR)
    lookback: Span | None = None


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Complete, to be completed soon, or incomplete."""
    lacking = [(first, newest) for first, newest in _items(view, at) if _lacks(newest, terms)]
    open_items = [pair for pair in lacking if at < _forgotten(pair[0], terms)]
    if not open_items:
        return Answer(State.COMPLIANT, Reason.COMPLETE)
    due = min(terms.due(first[0], terms.grace).instant_ms for first, _ in open_items)
    evidence = tuple(str(newest[1]) for _, newest in open_items)[:EVIDENCE_SHOWN]
    if at >= due:
        return Answer(State.BREACHED, Reason.FIELDS_MISSING, due, evidence)
    return Answer(State.DUE_SOON, Reason.FIELDS_DUE_SOON, due, evidence)


def next_after(view: View, at: int, terms: Terms) -> int:
    """The end of a grace or of a lookback, or the next known sighting."""
    instants = [view.trail.next_time(at)]
    for first, newest in _items(view, at):
        if _lacks(newest, terms):
            instants += [terms.due(first[0], terms.grace).instant_ms, _forgotten(first, terms)]
    return min((instant for instant in instants if instant is not None and instant > at), default=NEVER)


def _items(view: View, at: int) -> list[tuple[Fact, Fact]]:
    """(first, newest) sighting of each item."""
    seen: dict[str, tuple[Fact, Fact]] = {}
    for fact in view.trail.until(at):
        first = seen.get(fact[2], (fact, fact))[0]
        seen[fact[2]] = (first, fact)
    return list(seen.values())


def _lacks(fact: Fact, terms: Terms) -> bool:
    return any(field not in fact[3] for field in terms.required_fields)


def _forgotten(first: Fact, terms: Terms) -> int:
    return terms.due(first[0], terms.lookback).instant_ms if terms.lookback else NEVER


def keep(facts: list[Fact]) -> list[Fact]:
    """The first and the newest sighting of each item, and of these the newest two hundred."""
    first: dict[str, Fact] = {}
    newest: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact[2], fact)
        newest[fact[2]] = fact
    return sorted({*first.values(), *newest.values()}, key=lambda fact: (fact[0], fact[1]))[-200:]
