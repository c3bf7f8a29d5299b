"""
Episodes: turning answers over time into transitions, and late evidence into retractions.

`follow` walks a (subject, rule) forward and announces each change at the instant at which it became true. `reconsider`
walks it again over the past when a fact comes in late, and announces the difference to what was said before.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from schemas.words import Change, Reason, State
from streams.core.answer import Answer
from streams.core.judging import judge, next_after
from streams.core.law import Standing
from streams.core.marks import Mark, Run
from streams.core.subject import Estate, Subject

_CHANGES = {
    State.DUE_SOON: Change.DUE_SOON,
    State.BREACHED: Change.BREACHED,
    State.UNKNOWN: Change.UNKNOWN,
    State.EXEMPT: Change.EXEMPT,
    State.COMPLIANT: Change.RECOVERED,
}
_QUIET = frozenset({State.COMPLIANT, State.EXEMPT})
_BEFORE = Answer(State.COMPLIANT, Reason.NOT_REGISTERED)

#: What judging anew says of an instant, by all that is known now.
Truth = Callable[[int], Answer]


class Said(NamedTuple):
    """One thing to announce of a run."""

    run: Run
    change: Change
    at: int
    answer: Answer


def trace(estate: Estate, subject: Subject, standing: Standing, start: int, upto: int) -> Iterator[tuple[int, Answer]]:
    """The answer at `start`, then at each later instant up to `upto` at which it may have changed."""
    at = start
    while at <= upto:
        yield at, judge(estate, subject, standing, at)
        at = next_after(estate, subject, standing, at)


def step(mark: Mark, at: int, answer: Answer) -> Said | None:
    """Move a mark to an answer; what there is to announce of it."""
    before = mark.answer.state
    mark.answer = answer
    if answer.state is before:
        return None
    mark.since = at
    run = mark.run
    if answer.state in _QUIET or (before is State.BREACHED and answer.state is State.DUE_SOON):
        return _close(run, at, answer) if run else None
    if run is None:
        return Said(mark.open(at, answer.state), _CHANGES[answer.state], at, answer)
    run.state = answer.state
    if answer.state is State.BREACHED and run.breached_at is None:
        run.breached_at = at
    return Said(run, _CHANGES[answer.state], at, answer)


def _close(run: Run, at: int, answer: Answer) -> Said:
    """End a run. A breach that eased to nearly broken has recovered, too."""
    run.ended_at, run.state = at, answer.state
    change = Change.EXEMPT if answer.state is State.EXEMPT else Change.RECOVERED
    return Said(run, change, at, answer)


def follow(estate: Estate, subject: Subject, standing: Standing, start: int, upto: int) -> list[Said]:
    """
    Walk forward from `start`.

    After a crash a worker may walk again what its state already knows: nothing before the mark's own instant is
    announced anew.
    """
    mark = subject.marks.get(standing.id)
    if mark is None:
        mark = subject.marks[standing.id] = Mark(start, _BEFORE)
    start = max(start, mark.since)
    steps = (step(mark, at, answer) for at, answer in trace(estate, subject, standing, start, upto))
    return [said for said in steps if said is not None]


def reconsider(estate: Estate, subject: Subject, standing: Standing, start: int, upto: int) -> list[Said]:
    """Walk again from `start`, or from where the run it falls into began, and announce the difference."""
    mark = subject.marks.get(standing.id)
    if mark is None or mark.since < start:
        return follow(estate, subject, standing, start, upto)
    begin = min([start] + [run.start for run in mark.runs if _covers(run, start)])
    begin = max(begin, subject.horizons.get(standing.trail, 0))
    again = Mark(begin, _BEFORE)
    again.runs = [_as_of(run, begin) for run in mark.runs if run.start < begin and _covers(run, begin)]
    if again.runs:
        again.answer = Answer(again.runs[-1].state, Reason.LATE_EVIDENCE)
    for at, answer in trace(estate, subject, standing, begin, upto):
        step(again, at, answer)
    told = [run for run in mark.runs if _reaches(run, begin)]
    said = list(_differences(told, again, partial(judge, estate, subject, standing)))
    earlier = [run for run in mark.runs if not _reaches(run, begin)]
    mark.answer, mark.since, mark.runs = again.answer, again.since, earlier + again.runs
    return said


def _covers(run: Run, at: int) -> bool:
    return run.start <= at and (run.ended_at is None or at <= run.ended_at)


def _reaches(run: Run, begin: int) -> bool:
    return run.ended_at is None or run.ended_at >= begin


def _as_of(run: Run, at: int) -> Run:
    """A run as it stood at an instant."""
    past = run.copy()
    past.ended_at = None
    if past.breached_at is not None and past.breached_at > at:
        past.breached_at, past.state = None, State.DUE_SOON
    elif past.state in _QUIET:
        past.state = State.BREACHED if past.breached_at is not None else past.first
    return past


def _differences(told: list[Run], again: Mark, truth: Truth) -> Iterator[Said]:
    """What has to be announced so that those who were told `told` know `again`."""
    anew = {run.start: run for run in again.runs}
    for run in told:
        twin = anew.pop(run.start, None)
        if twin is None:
            yield Said(run, Change.RETRACTED, run.start, _disproof(truth(run.start), State.COMPLIANT))
        else:
            twin.sequence = run.sequence
            yield from _changed(run, twin, again, truth)
    for run in anew.values():
        yield from _story(run, again, truth)


def _changed(run: Run, twin: Run, again: Mark, truth: Truth) -> Iterator[Said]:
    if run.breached_at is not None and twin.breached_at is None:
        yield Said(twin, Change.RETRACTED, run.breached_at, _disproof(truth(run.breached_at), twin.state))
        return
    belated = twin.breached_at if run.breached_at is None else None
    if belated is not None:
        yield Said(twin, Change.BREACHED, belated, truth(belated))
    if twin.ended_at is not None:
        if run.ended_at is None or belated is not None:
            yield Said(twin, _ending(twin), twin.ended_at, truth(twin.ended_at))
    elif run.ended_at is not None or twin.state is not (run.state if belated is None else State.BREACHED):
        yield Said(twin, _CHANGES[twin.state], again.since, again.answer)


def _story(run: Run, again: Mark, truth: Truth) -> Iterator[Said]:
    """Everything there is to say of a run that nobody was told of."""
    yield Said(run, _CHANGES[run.first], run.start, truth(run.start))
    if run.breached_at is not None and run.first is not State.BREACHED:
        yield Said(run, Change.BREACHED, run.breached_at, truth(run.breached_at))
    if run.ended_at is not None:
        yield Said(run, _ending(run), run.ended_at, truth(run.ended_at))
    elif run.state not in {run.first, State.BREACHED}:
        yield Said(run, _CHANGES[run.state], again.since, again.answer)


def _ending(run: Run) -> Change:
    return Change.EXEMPT if run.state is State.EXEMPT else Change.RECOVERED


def _disproof(now: Answer, state: State) -> Answer:
    """What is known now of an instant that was judged otherwise before, with the evidence that disproves it."""
    return now._replace(state=state, reason=Reason.LATE_EVIDENCE)
