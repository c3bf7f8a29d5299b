"""A shard: one partition of a topic with the fold that judges it, and what comes of its records.

Two kinds of source differ in where time comes from. On the observations time is what observers and ticks say. On a
topic that other partitions write to, the clock is the least of what all of them have passed (`origins`), and an
observation that was seen after that clock waits: so the result does not depend on which partition was quicker.
"""

from bisect import insort
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, NamedTuple

from schemas.errors import XunchaError
from schemas.instants import DAY, to_ms
from schemas.standings import SubjectStanding
from streams.core.effects import Effects
from streams.core.fold import Fold
from streams.core.forwards import ENTRIES, concerns_owner_alone, forwards_of, releases_of, stays
from streams.core.law import Law
from streams.core.quarters import quarter_of
from streams.core.standing import Period, owner_standings, standings_at
from streams.log.barriers import Barriers
from streams.log.order import Order
from streams.log.states import CLOCK, read_state

#: What a fault in our own lines may raise over a record; the surroundings' faults are others, and end the worker.
FAULTS = (XunchaError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError)

#: Who was not touched for a day or two sleeps; fewer subjects than these, touched or woken, are not worth looking.
STIRRED, APART = 10_000, DAY

#: So many bytes of records are compressed after a batch: some milliseconds of work.
PRESSED = 250_000

_PENDING = "@pending/"

_VERSION = version("xuncha")


class Spot(NamedTuple):
    """Where in its partition an event came in: its record, and which event of the record."""

    offset: int
    number: int


NOWHERE = Spot(-1, 0)


class Waiting(NamedTuple):
    """An observation that waits for its time."""

    seen: int
    ident: str
    event: Any
    spot: Spot


class Failed(NamedTuple):
    """What has waited, and can't be folded."""

    event: Any
    spot: Spot
    error: Any  # an Exception, which mypyc does not find as the type of a tuple's member


@dataclass
class Outcome:
    """What a batch brought about, to be sent in this order: effects, standings, barriers; then the state."""

    effects: Effects = field(default_factory=Effects)
    places: list[tuple[int, int]] = field(default_factory=list)  # each forward's: its record's offset, its number
    standings: list[SubjectStanding] = field(default_factory=list)
    passed: int | None = None
    checkpoints: list[Any] = field(default_factory=list)
    forget: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)  # to be set aside by whoever let time pass
    done: int = 0  # so many events of a record are folded

    def place(self, offset: int) -> None:
        """Note that the forwards which came since the last call came of the record at an offset."""
        for number in range(len(self.effects.forwards) - len(self.places)):
            self.places.append((offset, number))


def read_time(control: Any) -> None:
    """Read what a tick or a checkpoint says as a shard will; what that raises is raised before anything has changed."""
    quarter_of(to_ms(control.data.at))
    if control.type == "xuncha.checkpoint":
        to_ms(control.data.starts)


class Shard:
    """One partition's fold."""

    def __init__(self, law: Law, lateness: int = 0, origins: frozenset[str] | None = None) -> None:
        self.fold = Fold(law, lateness)
        self.position = -1
        self.rounds = (STIRRED, APART)
        self.closed = 0  # the newest checkpoint passed (ms UTC); before the first, the end of the quarter before
        self._origins = origins
        self._passed: dict[str, int] = {}
        self._barriers = Barriers(origins or frozenset())
        self._pending: list[Waiting] = []
        self._owed = Effects()  # what a recovery under another law has to write

    @property
    def waits(self) -> bool:
        """Whether observations may have to wait for their time here."""
        return self._origins is not None

    def observe(self, event: Any, limit: int | None, outcome: Outcome, spot: Spot = NOWHERE) -> None:
        """Fold one observation, or let it wait for its time."""
        if self._origins is None:
            if concerns_owner_alone(event):
                self.fold.observe(event, outcome.effects, limit=limit)
            else:
                self._observe_and_send_on(event, limit, outcome)
        elif event.seen > self.fold.clock:
            self._await(event, spot)
        else:
            self.fold.observe(event, outcome.effects, limit=self.fold.clock)

    def observe_all(self, events: list[Any], limit: int | None, outcome: Outcome, spots: list[Spot]) -> None:
        """Fold a record's events behind `outcome.done`, up to and with the next of a subject that nobody registered.

        What is raised, the event at `outcome.done` raised. `spots` may be empty where nothing waits.
        """
        strangers = outcome.effects.strangers
        known = len(strangers)
        while outcome.done < len(events) and len(strangers) == known:
            self.observe(events[outcome.done], limit, outcome, spots[outcome.done] if spots else NOWHERE)
            outcome.done += 1

    def _observe_and_send_on(self, event: Any, limit: int | None, outcome: Outcome) -> None:
        """What says something to others as well, or to others alone."""
        outcome.effects.forwards.extend(forwards_of(event))
        if not stays(event):
            return
        self.fold.observe(event, outcome.effects, limit=limit)
        if event.type in ENTRIES:
            entries = self.fold.estate(event.owner).head().trail("profile").facts
            outcome.effects.forwards.extend(releases_of(event, entries))

    def tick(self, at: int, origin: str, outcome: Outcome) -> None:
        """Let time pass."""
        before = self.fold.clock
        if self._origins is None:
            self.fold.tick(at, outcome.effects)
            self.closed = self.closed or quarter_of(at).starts - 1
        else:
            self._passed[origin] = max(at, self._passed.get(origin, 0))
            self._advance(outcome)
        if self.fold.clock > before:
            outcome.passed = self.fold.clock

    def checkpoint(self, event: Any, outcome: Outcome, order: Order | None = None) -> None:
        """Settle up to the checkpoint and say how everything stands; downstream, once all partitions have come."""
        data = event.data
        at, origin = to_ms(data.at), data.origin
        self.tick(at, origin, outcome)
        self.closed = max(self.closed, at)
        if self._origins is not None and not self._barriers.note(event, order):
            return
        period = Period(data.period, to_ms(data.starts), closed=True)
        outcome.standings.extend(standings_at(self.fold, at, period))
        outcome.checkpoints.append(event)

    def running(self, owner: str, outcome: Outcome) -> None:
        """How an owner that changed stands in the running quarter; nothing is changed by asking."""
        period = quarter_of(self.fold.clock)
        outcome.standings.extend(owner_standings(self.fold, self.fold.estates[owner], self.fold.clock, period))

    @property
    def _law(self) -> str:
        """What instants rest on that are stored: the law, and the Xuncha that reads it."""
        return f"{self.fold.law.fingerprint}/{_VERSION}"

    # -- state -------------------------------------------------------------------------------------------------

    def states(self, outcome: Outcome) -> list[tuple[str, Any]]:
        """The state records that the batch changed; None forgets a key."""
        subjects, self._owed = self._owed.dirty | outcome.effects.dirty, Effects()
        changed = [
            (subject, self.fold.estates[owner].subjects[subject].packed()) for subject, owner in subjects.items()
        ]
        pending = [(f"{_PENDING}{one.ident}", [one.event.model_dump_json(), *one.spot]) for one in self._pending]
        forgotten = [(key, None) for key in outcome.forget]
        clock = [self.fold.clock, self.position, self._passed, self._barriers.dump(), self.closed]
        clock += [self._law, self.fold.census.dump()]
        return [*changed, *pending, *forgotten, (CLOCK, clock)]

    def rest(self) -> None:
        """When a batch's state is written, let those sleep of whom little is heard, and lie closer who sleeps."""
        self.fold.rest(*self.rounds)
        self.fold.sleepers.press(PRESSED)

    def restore(self, states: dict[str, bytes]) -> None:
        """Take over the state of a partition; its subjects sleep, unless they were kept under another law."""
        clock, law, census = self._restore_clock(states.pop(CLOCK, None))
        for key in [key for key in states if key.startswith(_PENDING)]:
            self._await(*_waiting(read_state(states.pop(key))))
        for subject_id, record in states.items():
            self.fold.load(subject_id, record)
        self.fold.resume(clock, census if law == self._law else None, self._owed)

    def _restore_clock(self, record: bytes | None) -> tuple[int, str, list[Any]]:
        """What is kept beside the subjects; (the fold's clock, its law, its census). Records of old name no law."""
        if record is None:
            return 0, "", []
        clock, self.position, self._passed, barriers, self.closed, *more = read_state(record)
        self._barriers.load(barriers)
        law, census = more or ("", [])
        return clock, law, census

    # -- time from upstream ------------------------------------------------------------------------------------

    def _await(self, event: Any, spot: Spot) -> None:
        if all(waiting.ident != event.id for waiting in self._pending):
            insort(self._pending, Waiting(event.seen, event.id, event, spot), key=lambda one: (one.seen, one.ident))

    def _advance(self, outcome: Outcome) -> None:
        """Move to the least instant that every partition upstream has passed."""
        if self._origins is None or not self._origins <= self._passed.keys():
            return
        upto = min(self._passed[origin] for origin in self._origins)
        while self._pending and self._pending[0].seen <= upto:
            self._fold_waiting(self._pending.pop(0), outcome)
        self.fold.settle(upto, outcome.effects)

    def _fold_waiting(self, waiting: Waiting, outcome: Outcome) -> None:
        """Fold what has waited; what the core can't digest waits no longer either.

        Time passes first, outside the guard: what fails then is not this observation's fault.
        """
        outcome.forget.append(f"{_PENDING}{waiting.ident}")
        self.fold.tick(waiting.seen - 1, outcome.effects)
        try:
            self.fold.observe(waiting.event, outcome.effects)
        except FAULTS as error:
            outcome.failed.append(Failed(waiting.event, waiting.spot, error))


def _waiting(record: list[Any] | str) -> tuple[Any, Spot]:
    """An observation that waits, from its state record; before its spot was kept, that was the event's text alone."""
    from schemas.observations import ONE  # noqa: PLC0415  # only a recovery needs it

    text, spot = (record, NOWHERE) if isinstance(record, str) else (record[0], Spot(*record[1:]))
    return ONE.validate_json(text), spot
