"""Forgetting settled facts; of a column, what the site still has to know of the time that is forgotten.

A rule that counts a site's columns is judged again over weeks when something comes in late, while a busy column
remembers a few days. What a column answered before that, where it did not comply, is kept in a trail of its own
(`past`), so that what is forgotten stands for good, for the site as well.
"""

from collections.abc import Iterator

from streams.core.law import Standing
from streams.core.profile import registered_since
from streams.core.subject import Estate, Subject
from streams.core.trail import Fact, Pruning, Trail
from streams.core.view import View
from streams.core.windows.parts import OPEN, PARTS, PAST, Terms

#: So many stretches are kept of a column, the newest.
PAST_KEPT = 24


def prune(estate: Estate, subject: Subject, name: str, clock: int, pruning: Pruning) -> bool:
    """Forget of a trail what no later judgement of its own can need.

    Whether something of `past` had to be forgotten with it: only then a column no longer stands as it stood.
    """
    trail = subject.trail(name)
    known = trail.facts
    horizon = trail.prune(clock, pruning)
    if not horizon:
        return False
    kept, trail.facts = trail.facts, known
    past = [fact for standing in _counting(estate, subject, name) for fact in _past(estate, subject, standing, horizon)]
    trail.facts, trail.read = kept, None
    subject.forget(name, horizon)
    for fact in past:
        subject.remember(PAST, fact)
    known = subject.trail(PAST).facts
    if len(known) <= PAST_KEPT:
        return False
    subject.trails[PAST] = Trail(known[-PAST_KEPT:])
    return True


def _counting(estate: Estate, subject: Subject, name: str) -> tuple[Standing, ...]:
    """The rules of the site that count what a trail of a column tells."""
    head = estate.subjects.get(estate.owner)
    if head is None or head is subject or head.rules is None:
        return ()
    return head.rules.by_part.get(name, ())


def _past(estate: Estate, subject: Subject, standing: Standing, until: int) -> Iterator[Fact]:
    """The stretches up to an instant, of those not forgotten yet, in which a column did not comply."""
    terms = standing.terms_at(until - 1)
    if terms is None:
        return
    part = PARTS[terms.part]
    child = View(estate, subject, part.memory)
    before = part.horizon(child)
    if standing.next_edge(before) < until or not part.steady(child, before, until, terms):
        at = before or registered_since(subject.trail("profile")) or until
        while at < until:
            end = min(standing.next_edge(at), until)
            yield from _stretches(child, standing.terms_at(at), at, end)
            at = end


def _stretches(child: View, terms: Terms | None, at: int, end: int) -> Iterator[Fact]:
    """The same under terms that hold from an instant to another."""
    while terms is not None and at < end:
        part = PARTS[terms.part]
        answer, until = part.answer(child, at, terms), min(part.until(child, at, terms), end)
        if answer.state in OPEN:
            said = answer.state.value, answer.reason.value, answer.due_at, answer.evidence
            yield (at, terms.rule, until, *said, answer.provisional)
        at = until
