"""
What was said of a subject under a rule: the mark of a (subject, rule) and its runs.

A run lasts from the instant at which the answer left `compliant` to the instant at which it came back; it is one
episode, one alert. Closed runs are remembered for a while, so that late evidence can still retract them.
"""

from typing import Any

from schemas.words import Reason, State
from streams.core.answer import NEVER, Answer

#: So many closed runs are remembered for retraction.
RUNS_KEPT = 2


class Run:
    """
    One episode as it was announced.

    `first` is the state it began with, `state` the present or last one; `breached_at` and `ended_at` are None until
    they happen; `sequence` counts its transitions.
    """

    __slots__ = ("breached_at", "ended_at", "first", "sequence", "start", "state")

    def __init__(self, start: int, state: State) -> None:
        self.start = start
        self.first = state
        self.state = state
        self.breached_at: int | None = start if state is State.BREACHED else None
        self.ended_at: int | None = None
        self.sequence = 0

    def copy(self) -> "Run":
        """A run of its own with the same values."""
        return Run.load(self.dump())

    def dump(self) -> list[Any]:
        """Plain list for the state record."""
        return [self.start, self.first.value, self.state.value, self.breached_at, self.ended_at, self.sequence]

    @classmethod
    def load(cls, record: list[Any]) -> "Run":
        """A run from its state record."""
        run = cls(record[0], State(record[1]))
        run.state = State(record[2])
        run.breached_at, run.ended_at, run.sequence = record[3:]
        return run


class Mark:
    """The present answer, the instant `since` which its state has held, and the runs."""

    __slots__ = ("answer", "runs", "since")

    def __init__(self, since: int, answer: Answer) -> None:
        self.since = since
        self.answer = answer
        self.runs: list[Run] = []

    @property
    def run(self) -> Run | None:
        """The open run."""
        return self.runs[-1] if self.runs and self.runs[-1].ended_at is None else None

    def open(self, start: int, state: State) -> Run:
        """Begin a run, and forget the oldest closed ones."""
        run = Run(start, state)
        self.runs = [*self.runs[-RUNS_KEPT:], run]
        return run

    def dump(self) -> list[Any]:
        """Plain list for the state record."""
        state, reason, due, evidence, provisional = self.answer
        answer = [state.value, reason.value, None if due == NEVER else due, list(evidence), provisional]
        return [self.since, answer, [run.dump() for run in self.runs]]

    @classmethod
    def load(cls, record: list[Any]) -> "Mark":
        """A mark from its state record."""
        since, (state, reason, due, evidence, provisional), runs = record
        answer = Answer(State(state), Reason(reason), NEVER if due is None else due, tuple(evidence), provisional)
        mark = cls(since, answer)
        mark.runs = [Run.load(run) for run in runs]
        return mark
