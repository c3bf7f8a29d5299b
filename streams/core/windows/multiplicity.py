"""
Multiplicity (一单位一平台一账号): a set that may not exceed `max`.

Facts: (time, id, account, held). An account for which an exemption is recorded is not counted. More than `max` for less
than `grace` is a warning: accounts are moved and replaced within a day in practice.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.view import View


@dataclass(frozen=True, slots=True)
class Terms(Reckoning):
    """At most `max` accounts."""

    max: int = 1
    grace: Span = Span(0, Unit.HOUR)


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Within the limit, over it for a short while, or over it."""
    held = held_at(view, at)
    if len(held) <= terms.max:
        return Answer(State.COMPLIANT, Reason.WITHIN_LIMIT, evidence=_evidence(held))
    due = terms.due(_over_since(view, at, terms), terms.grace).instant_ms
    if at >= due:
        return Answer(State.BREACHED, Reason.LIMIT_EXCEEDED, due, _evidence(held))
    return Answer(State.DUE_SOON, Reason.LIMIT_NEAR, due, _evidence(held))


def next_after(view: View, at: int, terms: Terms) -> int:
    """The next account held or released, the next change of an exemption, or the end of the grace."""
    instants = [view.trail.next_time(at), *_exemption_edges(view)]
    if len(held_at(view, at)) > terms.max:
        instants.append(terms.due(_over_since(view, at, terms), terms.grace).instant_ms)
    return min((instant for instant in instants if instant is not None and instant > at), default=NEVER)


def held_at(view: View, at: int) -> dict[str, str]:
    """The accounts held at an instant, with the event that says so; exempted ones left out."""
    held: dict[str, str] = {}
    for fact in view.trail.until(at):
        if fact[3]:
            held.setdefault(fact[2], fact[1])
        else:
            held.pop(fact[2], None)
    exempt = {fact[4] for fact in view.subject.trail("exemptions").until(at) if fact[3] > at and fact[4]}
    return {account: event for account, event in sorted(held.items()) if account not in exempt}


def _over_since(view: View, at: int, terms: Terms) -> int:
    """The instant at which the present excess began."""
    edges = {fact[0] for fact in view.trail.until(at)} | {edge for edge in _exemption_edges(view) if edge <= at}
    since = at
    for edge in sorted(edges, reverse=True):
        if len(held_at(view, edge)) <= terms.max:
            break
        since = edge
    return since


def _exemption_edges(view: View) -> list[int]:
    facts = view.subject.trail("exemptions").facts
    return [fact[0] for fact in facts] + [fact[3] for fact in facts if fact[3] < NEVER]


def _evidence(held: dict[str, str]) -> tuple[str, ...]:
    return tuple(held.values())[:EVIDENCE_SHOWN]
