"""Linkage (解读关联): a policy and its interpretation must point at each other.

Facts: (time, id, item, word, policy, links) with the words `policy` and `interpretation`, each sighting with the links
its page shows. A pair that is not linked both ways warns until `grace` after it was first seen so, or seen so again.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact, keep_changes
from streams.core.view import View

POLICY, INTERPRETATION = "policy", "interpretation"


@dataclass(frozen=True)
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
    """(since when, evidence) of each pair that is known not to be linked."""
    newest: dict[str, Fact] = {}
    readings: dict[str, set[str]] = {}
    since: dict[str, int] = {}
    for fact in view.trail.until(at):
        newest[fact[2]] = fact
        if fact[3] == INTERPRETATION:
            readings.setdefault(fact[4], set()).add(fact[2])
        for item in (fact[2],) if fact[3] == INTERPRETATION else sorted(readings.get(fact[2], ())):
            if _linked(newest[item], newest.get(newest[item][4]), terms):
                since.pop(item, None)
            else:
                since.setdefault(item, fact[0])
    return [(begun, _pages(newest, item)) for begun, item in sorted((begun, item) for item, begun in since.items())]


def _pages(newest: dict[str, Fact], item: str) -> tuple[str, ...]:
    """The events that show a pair's two pages as they are."""
    policy = newest.get(newest[item][4])
    return (str(newest[item][1]), *((str(policy[1]),) if policy else ()))


def _linked(reading: Fact, policy: Fact | None, terms: Terms) -> bool:
    """Whether a pair is linked; a policy page that nobody saw is not held against anybody."""
    forth = reading[4] in reading[5]
    back = policy is None or not terms.both_ways or reading[2] in policy[5]
    return forth and back


def keep(facts: list[Fact]) -> list[Fact]:
    """The sightings that say something new: all of pairs that are not linked, of the others the newest."""
    kept = keep_changes(facts)
    newest = {fact[2]: fact for fact in kept}
    strict = {one[2]: newest.get(one[4]) for one in newest.values() if one[3] == INTERPRETATION}
    loose = {item for item, policy in strict.items() if not _points_both_ways(newest[item], policy)}
    loose |= {newest[item][4] for item in loose}
    others = [fact for fact in kept if fact[2] not in loose][-KEPT:]
    return sorted([*others, *(fact for fact in kept if fact[2] in loose)], key=lambda fact: (fact[0], fact[1]))


def _points_both_ways(reading: Fact, policy: Fact | None) -> bool:
    return reading[4] in reading[5] and policy is not None and reading[2] in policy[5]


#: So many sightings of pairs that are linked, or of pages without a pair, are remembered.
KEPT = 200
