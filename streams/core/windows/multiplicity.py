"""Multiplicity (一单位一平台一账号): a set that may not exceed `max`.

Facts: (time, id, account, held, opens): from `time` on it is known that the account is held, and from `opens` on it
counts. An account for which an exemption is recorded is not counted. More than `max` for less than `grace` is a
warning: accounts are moved and replaced within a day in practice. So is an excess that is known to come within `lead`:
a second account is announced, or an exemption ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.view import View

Held = dict[str, str]


@dataclass(frozen=True)
class Terms(Reckoning):
    """At most `max` accounts; exemptions from `rule` alone count."""

    rule: str = ""
    max: int = 1
    grace: Span = Span(0, Unit.HOUR)
    lead: Span = Span(0, Unit.HOUR)


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Within the limit, over it soon or for a short while, or over it."""
    held = held_at(view, at, at, terms.rule)
    if len(held) <= terms.max:
        return _judge_within(view, at, held, terms)
    due = terms.due(_over_since(view, at, terms), terms.grace).instant_ms
    if at >= due:
        return Answer(State.BREACHED, Reason.LIMIT_EXCEEDED, due, _evidence(held))
    return Answer(State.DUE_SOON, Reason.LIMIT_NEAR, due, _evidence(held))


def _judge_within(view: View, at: int, held: Held, terms: Terms) -> Answer:
    coming = _next_excess(view, at, terms)
    due = terms.due(coming, terms.grace).instant_ms if coming < NEVER else NEVER
    if due < NEVER and at >= terms.warn(due, terms.lead):
        return Answer(State.DUE_SOON, Reason.LIMIT_NEAR, due, _evidence(held_at(view, at, coming, terms.rule)))
    return Answer(State.COMPLIANT, Reason.WITHIN_LIMIT, evidence=_evidence(held))


def next_after(view: View, at: int, terms: Terms) -> int:
    """The next account held or released, the next edge of an exemption, a warning, or the end of the grace."""
    instants = [view.trail.next_time(at) or NEVER, *_edges(view, NEVER)]
    over = len(held_at(view, at, at, terms.rule)) > terms.max
    begins = _over_since(view, at, terms) if over else _next_excess(view, at, terms)
    if begins < NEVER:
        due = terms.due(begins, terms.grace).instant_ms
        instants += [due, terms.warn(due, terms.lead)]
    return min((instant for instant in instants if instant > at), default=NEVER)


def held_at(view: View, known: int, at: int, rule: str) -> Held:
    """The accounts that count at an instant by what is known at another, each with the event that says so."""
    held: Held = {}
    opens: dict[str, int] = {}
    for fact in view.trail.until(known):
        if fact[3]:
            held.setdefault(fact[2], fact[1])
            opens[fact[2]] = fact[4]
        else:
            held.pop(fact[2], None)
    granted = view.subject.trail("exemptions").until(known)
    exempt = {fact[4] for fact in granted if fact[2] == rule and fact[3] > at and fact[4]}
    return {account: event for account, event in sorted(held.items()) if opens[account] <= at and account not in exempt}


def _next_excess(view: View, at: int, terms: Terms) -> int:
    """The first instant to come at which, by what is known now, there are too many; `NEVER` if there is none."""
    coming = sorted({edge for edge in _edges(view, at) if at < edge < NEVER})
    return next((edge for edge in coming if len(held_at(view, at, edge, terms.rule)) > terms.max), NEVER)


def _over_since(view: View, at: int, terms: Terms) -> int:
    """The instant at which the present excess began."""
    edges = {fact[0] for fact in view.trail.until(at)} | {edge for edge in _edges(view, at) if edge <= at}
    since = at
    for edge in sorted(edges, reverse=True):
        if len(held_at(view, edge, edge, terms.rule)) <= terms.max:
            break
        since = edge
    return since


def _edges(view: View, known: int) -> Iterator[int]:
    """Where an account opens, and where an exemption begins or ends, by what is known at an instant."""
    yield from (fact[4] for fact in view.trail.until(known))
    for fact in view.subject.trail("exemptions").until(known):
        yield from (fact[0], fact[3])


def _evidence(held: Held) -> tuple[str, ...]:
    return tuple(held.values())[:EVIDENCE_SHOWN]
