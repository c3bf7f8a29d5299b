"""Episodes: turning answers over time into transitions, and late evidence into retractions.

`follow` walks a (subject, rule) forward and announces each change at the instant at which it became true. `reconsider`
walks it again over the past when a fact comes in late, and announces the difference to what was said before: a run that
never was is retracted, one that nobody was told of is told in full, and of one that was told otherwise what differs.

What counts as told of a run is (when it was broken, its last state, when it ended, and to whom); whoever has read an
episode's last transitions knows these as they are known here. A run that passes to another unit is told once more.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from schemas.words import Change, Reason, State
from streams.core.answer import Answer
from streams.core.judging import horizon, judge, next_after, unit_at
from streams.core.law import Standing
from streams.core.marks import QUIET, Mark, Run, reaches
from streams.core.subject import Estate, Subject

_CHANGES = {
    State.DUE_SOON: Change.DUE_SOON,
    State.BREACHED: Change.BREACHED,
    State.UNKNOWN: Change.UNKNOWN,
    State.EXEMPT: Change.EXEMPT,
    State.COMPLIANT: Change.RECOVERED,
}


#: Who answers for the subject at an instant.
UnitAt = Callable[[int], str]


class Said(NamedTuple):
    """One thing to announce of a run, and to whom; `since` is when it was broken by then, or else when it began."""

    run: Run
    change: Change
    at: int
    answer: Answer
    since: int
    unit: str = ""


class Trace:
    """The answer at `start`, then at each later instant up to `upto` at which it may have changed.

    Iterated to its end, `at` is the first instant after `upto` at which the answer may change.
    """

    __slots__ = ("_estate", "_standing", "_subject", "_upto", "at")

    def __init__(self, estate: Estate, subject: Subject, standing: Standing, start: int, upto: int) -> None:
        self._estate, self._subject, self._standing, self._upto = estate, subject, standing, upto
        self.at = start

    def __iter__(self) -> Iterator[tuple[int, Answer]]:
        """(instant, answer)s."""
        while self.at <= self._upto:
            yield self.at, judge(self._estate, self._subject, self._standing, self.at)
            self.at = next_after(self._estate, self._subject, self._standing, self.at)


class Walked(NamedTuple):
    """What there is to announce of a walk, and when the answer may change next."""

    said: list[Said]
    after: int


def follow(estate: Estate, subject: Subject, standing: Standing, start: int, upto: int) -> Walked:
    """Walk forward from `start`, which the mark has not passed yet."""
    mark = subject.marks.get(standing.id)
    if mark is None:
        mark = subject.marks[standing.id] = Mark(start)
    trace = Trace(estate, subject, standing, start, upto)
    said = _walk(mark, trace, partial(unit_at, estate, subject))
    mark.forget()
    return Walked(said, trace.at)


def reconsider(estate: Estate, subject: Subject, standing: Standing, start: int, upto: int) -> Walked:
    """Walk again from `start`, or from where the run it falls into began, and announce the difference.

    What lies before the mark's floor, or was forgotten, stands for good.
    """
    mark = subject.marks.get(standing.id)
    if mark is None:
        return follow(estate, subject, standing, start, upto)
    known, unit = max(mark.floor, horizon(subject, standing)), partial(unit_at, estate, subject)
    if mark.since < max(start, known):
        return _follow_again(mark, Trace(estate, subject, standing, max(start, known), upto), unit)
    begin = max(_anchor(mark, start), known)
    again = mark.as_of(begin)
    for run in again.runs:
        run.unit = unit(begin - 1)
    trace = Trace(estate, subject, standing, begin, upto)
    said = _walk(again, trace, unit)
    told = [run for run in mark.runs if reaches(run, begin)]
    difference = list(_differences(mark.gone, told, again.runs, said))
    mark.take_over(again, begin)
    return Walked(difference, trace.at)


def _follow_again(mark: Mark, trace: Trace, unit: UnitAt) -> Walked:
    """Walk a stretch again in which the state did not change: there is nothing in it to be taken back."""
    if mark.waiting is not None and mark.waiting >= trace.at:
        mark.waiting = mark.packed = None
    said = _walk(mark, trace, unit)
    mark.forget()
    return Walked(said, trace.at)


def _walk(mark: Mark, answers: Iterable[tuple[int, Answer]], unit: UnitAt) -> list[Said]:
    said: list[Said] = []
    for at, answer in answers:
        news = step(mark, at, answer) or _hand_over(mark, at, answer, unit)
        if news is not None:
            news.run.unit = unit(at)
            said.append(news._replace(unit=news.run.unit))
    return said


def _hand_over(mark: Mark, at: int, answer: Answer, unit: UnitAt) -> Said | None:
    """What there is to tell the unit that takes over what is open."""
    run = mark.run
    return _said(run, _CHANGES[run.state], at, answer) if run is not None and run.unit != unit(at) else None


def step(mark: Mark, at: int, answer: Answer) -> Said | None:
    """Move a mark to an answer; what there is to announce of it."""
    before, state, mark.partly = mark.state, answer.state, answer.partly
    if mark.waiting is None and (answer.waiting or state is State.UNKNOWN):
        mark.waiting, mark.packed = at, None
    if state is before:
        return None
    mark.state, mark.since, mark.packed = state, at, None
    run = mark.run
    if state in QUIET or (before is State.BREACHED and state is State.DUE_SOON):
        return _close(run, at, answer) if run else None
    if run is None:
        return _said(mark.open(at, state), _CHANGES[state], at, answer)
    run.state = state
    if state is State.BREACHED and run.breached_at is None:
        run.breached_at = at
    return _said(run, _CHANGES[state], at, answer)


def _close(run: Run, at: int, answer: Answer) -> Said:
    """End a run. A breach that eased to nearly broken has recovered, too."""
    run.ended_at, run.state = at, answer.state
    change = Change.EXEMPT if answer.state is State.EXEMPT else Change.RECOVERED
    return _said(run, change, at, answer)


def acknowledged(run: Run, at: int, answer: Answer) -> Said:
    """That the unit knows of a run."""
    return _said(run, Change.ACKNOWLEDGED, at, answer, run.unit)


def _said(run: Run, change: Change, at: int, answer: Answer, unit: str = "") -> Said:
    return Said(run, change, at, answer, run.start if run.breached_at is None else run.breached_at, unit)


def _anchor(mark: Mark, start: int) -> int:
    """Where to begin so that what is seen of a run is seen from its beginning.

    After a breach that eased to nearly broken there is no run, and yet something to be continued: what follows is
    only known from that run on.
    """
    for run in reversed(mark.runs):
        if run.start <= start and (reaches(run, start) or run.state is State.DUE_SOON):
            start = run.start
    if mark.before is State.DUE_SOON and all(run.start >= start for run in mark.runs):
        return mark.floor  # that run is forgotten: what it left ended somewhere behind it
    return start


def _differences(gone: dict[int, Run], told: list[Run], runs: list[Run], said: list[Said]) -> Iterator[Said]:
    """What has to be announced so that those who were told `told` know `runs`; `gone` remembers what is retracted."""
    anew = {run.start: run for run in runs}
    for run in told:
        twin = anew.pop(run.start, None)
        if twin is None:
            gone[run.start] = run
            yield _said(run, Change.RETRACTED, run.start, Answer(State.COMPLIANT, Reason.LATE_EVIDENCE), run.unit)
        else:
            twin.sequence = run.sequence
            yield from _corrections(run, twin, [one for one in said if one.run is twin])
    for run in anew.values():
        yield from (one for one in said if one.run is run)


def _corrections(told: Run, run: Run, said: list[Said]) -> Iterator[Said]:
    """What differs between a run as it was told and as it is."""
    known = told.state, told.ended_at, told.unit
    if run.breached_at is None and told.breached_at is not None:
        yield _said(run, Change.RETRACTED, told.breached_at, _disproof(run, said), told.unit)
        known = run.state, run.ended_at, run.unit
    elif run.breached_at != told.breached_at:
        breach = next(one for one in said if one.change is Change.BREACHED)
        yield breach
        known = State.BREACHED, None, breach.unit
    if known != (run.state, run.ended_at, run.unit if run.ended_at is None else known[2]):
        yield said[-1] if said else _said(run, _CHANGES[run.state], run.start, _late(run), run.unit)


def _disproof(run: Run, said: list[Said]) -> Answer:
    """How a run stands whose breach is taken back."""
    return said[-1].answer._replace(reason=Reason.LATE_EVIDENCE) if said else _late(run)


def _late(run: Run) -> Answer:
    return Answer(run.state, Reason.LATE_EVIDENCE)
