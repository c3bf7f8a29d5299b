"""What was said of a subject under a rule: the mark of a (subject, rule) and its runs.

A run lasts from the instant at which the answer left `compliant` to the instant at which it came back; it is one
episode, one alert. Closed runs are remembered for a while, so that late evidence can still retract them; what is older
than the mark's `floor` stands for good.
"""

from typing import Any

from schemas.words import State

#: So many closed runs are remembered for retraction.
RUNS_KEPT = 2

#: So many retracted runs are remembered, so that one which comes back goes on counting where it was.
GONE_KEPT = 8

#: The states in which there is nothing to tell anybody.
QUIET = frozenset({State.COMPLIANT, State.EXEMPT})

#: What of a mark is counted: its state, and whether a run is open.
Form = tuple[State, bool]

_FORMS: dict[Form, Form] = {(state, opened): (state, opened) for state in State for opened in (False, True)}


def form_of(state: State, opened: bool) -> Form:  # noqa: FBT001  # the second half of a form
    """The form of a state, with or without an open run; one object for all marks of that form."""
    return _FORMS[(state, opened)]


class Run:
    """One episode as it was announced.

    `first` is the state it began with, `state` the present or last one; `breached_at` and `ended_at` are None until
    they happen; `sequence` counts its transitions; `unit` is whom it was told last.
    """

    __slots__ = ("breached_at", "ended_at", "first", "sequence", "start", "state", "unit")

    def __init__(self, start: int, state: State) -> None:
        self.start = start
        self.first = state
        self.state = state
        self.breached_at: int | None = start if state is State.BREACHED else None
        self.ended_at: int | None = None
        self.sequence = 0
        self.unit = ""

    def as_of(self, at: int) -> "Run":
        """The run as it stood just before an instant that lies within it."""
        past = Run(self.start, self.first)
        past.sequence = self.sequence
        if self.breached_at is not None and self.breached_at < at:
            past.breached_at, past.state = self.breached_at, State.BREACHED
        return past

    def dump(self) -> list[Any]:
        """Plain list for the state record."""
        told = [self.breached_at, self.ended_at, self.sequence, self.unit]
        return [self.start, self.first.value, self.state.value, *told]

    @classmethod
    def load(cls, record: list[Any]) -> "Run":
        """A run from its state record."""
        run = cls(record[0], State(record[1]))
        run.state = State(record[2])
        run.breached_at, run.ended_at, run.sequence, run.unit = record[3:]
        return run


class Mark:
    """The present state, the instant `since` which it has held, and the runs.

    `waiting` is the first instant from which the answer rests on a look that nobody has taken, None if there is none.
    `floor` is the instant from which the runs are whole, `before` the state in which they began there; `gone` are
    retracted runs by their start. `packed` keeps what `dump` made; whoever changes a mark, or a run of it, clears it.
    `partly` is that of the last answer; it is not stored, and True until somebody has judged. `counted` is the form in
    which it stands in the census.
    """

    __slots__ = ("before", "counted", "floor", "gone", "packed", "partly", "runs", "since", "state", "waiting")

    def __init__(self, since: int, state: State = State.COMPLIANT) -> None:
        self.since = since
        self.state = state
        self.runs: list[Run] = []
        self.waiting: int | None = None
        self.floor = 0
        self.before = State.COMPLIANT
        self.gone: dict[int, Run] = {}
        self.packed: list[Any] | None = None
        self.partly = True
        self.counted: Form | None = None

    @property
    def form(self) -> Form:
        """What of it is counted."""
        return form_of(self.state, self.run is not None)

    @property
    def run(self) -> Run | None:
        """The open run."""
        return self.runs[-1] if self.runs and self.runs[-1].ended_at is None else None

    def open(self, start: int, state: State) -> Run:
        """Begin a run, or begin again one that was retracted: it goes on counting where it was."""
        self.packed = None
        run = Run(start, state)
        if start in self.gone:
            run.sequence = self.gone.pop(start).sequence
        self.runs.append(run)
        return run

    def as_of(self, at: int) -> "Mark":
        """The mark as it stood just before an instant, with the run that was open then and no others."""
        covering = [run for run in self.runs if run.start < at and reaches(run, at)]
        ended = [run for run in self.runs if not reaches(run, at)]
        past = Mark(at, ended[-1].state if ended else self.before)
        past.runs, past.gone = [run.as_of(at) for run in covering], self.gone
        if covering:
            past.state = past.runs[-1].state
        return past

    def take_over(self, again: "Mark", begin: int) -> None:
        """Know the time from `begin` on as `again` does; what lies before it stays."""
        self.runs = [run for run in self.runs if not reaches(run, begin)] + again.runs
        self.state, self.since, self.partly, self.packed = again.state, again.since, again.partly, None
        if self.waiting is None or self.waiting >= begin:
            self.waiting = again.waiting
        self.forget()

    def forget(self) -> None:
        """Forget the oldest closed runs, and retractions older than what is still known."""
        closed = len(self.runs) - (self.run is not None)
        if closed <= RUNS_KEPT and not self.gone:
            return
        self.packed = None
        for run in self.runs[: max(0, closed - RUNS_KEPT)]:
            self.floor, self.before = run.ended_at or run.start, run.state
        self.runs = self.runs[max(0, closed - RUNS_KEPT) :]
        while len(self.gone) > GONE_KEPT:
            self.floor, self.before = max(self.floor, min(self.gone) + 1), State.COMPLIANT
            del self.gone[min(self.gone)]
        self.gone = {start: run for start, run in self.gone.items() if start >= self.floor}

    def dump(self) -> list[Any]:
        """Plain list for the state record; short for the many that have nothing to tell."""
        if self.packed is None:
            self.packed = self._pack()
        return self.packed

    def _pack(self) -> list[Any]:
        record = [self.since, self.state.value]
        if not (self.runs or self.gone or self.floor or self.waiting is not None):
            return record
        gone = [[start, run.sequence] for start, run in sorted(self.gone.items())]
        return [*record, [run.dump() for run in self.runs], self.waiting, self.floor, self.before.value, gone]

    @classmethod
    def load(cls, record: list[Any]) -> "Mark":
        """A mark from its state record; what is stored has been counted."""
        mark = cls(record[0], State(record[1]))
        if len(record) > 2:  # noqa: PLR2004  # the short form
            runs, mark.waiting, mark.floor, before, gone = record[2:]
            mark.before = State(before)
            mark.runs = [Run.load(run) for run in runs]
            for start, sequence in gone:
                mark.gone[start] = Run(start, State.COMPLIANT)
                mark.gone[start].sequence = sequence
        mark.packed, mark.counted = record, mark.form
        return mark


def reaches(run: Run, at: int) -> bool:
    """Whether a run lasted up to an instant, or longer."""
    return run.ended_at is None or run.ended_at >= at
