"""A shard: one partition of a topic with the fold that judges it, and what comes of its records.

Two kinds of source differ in where time comes from. On the observations time is what observers and ticks say. On a
topic that other partitions write to, the clock is the least of what all of them have passed (`origins`), and an
observation that was seen after that clock waits: so the result does not depend on which partition was quicker.
"""

from bisect import insort
from dataclasses import dataclass, field
from typing import Any

from schemas.instants import to_ms
from schemas.standings import SubjectStanding
from streams.core.effects import Effects
from streams.core.fold import Fold
from streams.core.forwards import ENTRIES, concerns_owner_alone, forwards_of, releases_of, stays
from streams.core.law import Law
from streams.core.quarters import quarter_of
from streams.core.standing import Period, owner_standings, standings_at
from streams.log.barriers import Barriers
from streams.log.order import Order
from streams.log.states import CLOCK

_PENDING = "@pending/"


@dataclass
class Outcome:
    """What a batch brought about, to be sent in this order: effects, standings, barriers; then the state."""

    effects: Effects = field(default_factory=Effects)
    places: list[tuple[int, int]] = field(default_factory=list)  # each forward's: its record's offset, its number
    standings: list[SubjectStanding] = field(default_factory=list)
    passed: int | None = None
    checkpoints: list[Any] = field(default_factory=list)
    forget: list[str] = field(default_factory=list)

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
        self.closed = 0  # the newest checkpoint passed (ms UTC); before the first, the end of the quarter before
        self._origins = origins
        self._passed: dict[str, int] = {}
        self._barriers = Barriers(origins or frozenset())
        self._pending: list[tuple[int, str, Any]] = []

    def observe(self, event: Any, limit: int | None, outcome: Outcome) -> None:
        """Fold one observation, or let it wait for its time."""
        if self._origins is None:
            if concerns_owner_alone(event):
                self.fold.observe(event, outcome.effects, limit=limit)
            else:
                self._observe_and_send_on(event, limit, outcome)
        elif event.seen > self.fold.clock:
            self._await(event.seen, event)
        else:
            self.fold.observe(event, outcome.effects, limit=self.fold.clock)

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

    # -- state -------------------------------------------------------------------------------------------------

    def states(self, outcome: Outcome) -> list[tuple[str, Any]]:
        """The state records that the batch changed; None forgets a key."""
        subjects = outcome.effects.dirty
        changed = [
            (subject, self.fold.estates[owner].subjects[subject].packed()) for subject, owner in subjects.items()
        ]
        pending = [(f"{_PENDING}{event.id}", event.model_dump_json()) for _, _, event in self._pending]
        forgotten = [(key, None) for key in outcome.forget]
        clock = [self.fold.clock, self.position, self._passed, self._barriers.dump(), self.closed]
        return [*changed, *pending, *forgotten, (CLOCK, clock)]

    def restore(self, states: dict[str, Any]) -> None:
        """Take over the state of a partition."""
        clock, self.position, self._passed, barriers, self.closed = states.pop(CLOCK, (0, -1, {}, {}, 0))
        self._barriers.load(barriers)
        for key in [key for key in states if key.startswith(_PENDING)]:
            event = _event(states.pop(key))
            self._await(event.seen, event)
        for subject_id, record in states.items():
            self.fold.load(subject_id, record)
        self.fold.rearm(clock)

    # -- time from upstream ------------------------------------------------------------------------------------

    def _await(self, seen: int, event: Any) -> None:
        if all(waiting.id != event.id for _, _, waiting in self._pending):
            insort(self._pending, (seen, event.id, event), key=lambda one: (one[0], one[1]))

    def _advance(self, outcome: Outcome) -> None:
        """Move to the least instant that every partition upstream has passed."""
        if self._origins is None or not self._origins <= self._passed.keys():
            return
        upto = min(self._passed[origin] for origin in self._origins)
        while self._pending and self._pending[0][0] <= upto:
            _, event_id, event = self._pending.pop(0)
            self.fold.observe(event, outcome.effects)
            outcome.forget.append(f"{_PENDING}{event_id}")
        self.fold.settle(upto, outcome.effects)


def _event(text: str) -> Any:
    from schemas.observations import ONE  # noqa: PLC0415  # only a recovery needs it

    return ONE.validate_json(text)
