"""Linkage (解读关联): a policy and its interpretation must point at each other.

Facts: (time, id, item, word, policy, links) with the words `policy` and `interpretation`, each sighting with the links
its page shows. A pair that is not linked both ways warns until `grace` after the interpretation's first sighting.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View

POLICY, INTERPRETATION = "policy", "interpretation"


@dataclass(frozen=True, slots=True)
class Terms(Reckoning):
    """`both_ways`: the policy must point at the interpretation too."""

    grace: Span = Span(0, Unit.HOUR)
    both_ways: bool = True


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Linked, to be linked soon, not linked, or the policy was never seen."""
    loose = list(_loose(view, at, terms))
    if not loose:
        return Answer(State.COMPLIANT, Reason.LINKED)
    due = min(terms.due(first, terms.grace).instant_ms for first, _ in loose)
    evidence = tuple(event for _, events in loose for event in events)[:EVIDENCE_SHOWN]
    if at >= due:
        return Answer(State.BREACHED, Reason.NOT_LINKED, due, evidence)
    return Answer(State.DUE_SOON, Reason.LINK_DUE_SOON, due, evidence)


def next_after(view: View, at: int, terms: Terms) -> int:
    """The end of a grace, or the next known sighting."""
    instants = [view.trail.next_time(at)]
    instants += [terms.due(first, terms.grace).instant_ms for first, _ in _loose(view, at, terms)]
    return min((instant for instant in instants if instant is not None and instant > at), default=NEVER)


def _loose(view: View, at: int, terms: Terms) -> list[tuple[int, tuple[str, ...]]]:
    """(first sighting, evidence) of each pair that is known not to be linked."""
    first: dict[str, int] = {}
    newest: dict[str, Fact] = {}
    for fact in view.trail.until(at):
        first.setdefault(fact[2], fact[0])
        newest[fact[2]] = fact
    pairs = [(fact, newest.get(fact[4])) for fact in newest.values() if fact[3] == INTERPRETATION]
    return [
        (first[reading[2]], (str(reading[1]), *((str(policy[1]),) if policy else ())))
        for reading, policy in pairs
        if not _linked(reading, policy, terms)
    ]


def _linked(reading: Fact, policy: Fact | None, terms: Terms) -> bool:
    """Whether a pair is linked; a policy page that nobody saw is not held against anybody."""
    forth = reading[4] in reading[5]
    back = policy is None or not terms.both_ways or reading[2] in policy[5]
    return forth and back


def keep(facts: list[Fact]) -> list[Fact]:
    """The first and the newest sighting of each item, and of these the newest two hundred."""
    first: dict[str, Fact] = {}
    newest: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact[2], fact)
        newest[fact[2]] = fact
    return sorted({*first.values(), *newest.values()}, key=lambda fact: (fact[0], fact[1]))[-200:]
