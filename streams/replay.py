"""Replay: the same shards as in the stream, over a log that is at hand, without a broker.

One shard takes the observations, one the holdings, as one partition would; by the laws of time and replay the
transitions have the ids that the stream gave them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from schemas.aggregates import Aggregate
from schemas.observations import ONE
from schemas.standings import Finding, SubjectStanding
from streams.core.effects import Transition
from streams.core.forwards import HOLDINGS
from streams.core.law import Law
from streams.core.standing import Period, standings_at
from streams.core.tally import Tally
from streams.log.shard import Outcome, Shard

_ORIGIN = "replay/0"

#: The holdings catch up after so many observations; any number gives the same transitions.
CATCH_UP = 5_000


@dataclass(slots=True)
class Results:
    """What a quarter came to."""

    period: str
    at: int
    transitions: list[Transition]
    standings: list[SubjectStanding]
    aggregates: list[Aggregate]
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.findings = [finding for standing in self.standings for finding in standing.findings]


class Replay:
    """A fold of a whole log."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self.sites = Shard(law)
        self.holdings = Shard(law, origins=frozenset({_ORIGIN}))
        self.transitions: list[Transition] = []
        self.strangers: set[str] = set()
        self._tally = Tally(law.label)
        self._since_catch_up = 0

    def observe(self, event: Any, *, limit: int | None = None) -> None:
        """Fold one observation; `limit` (ms UTC) keeps the clock from passing a checkpoint."""
        outcome = Outcome()
        if event.type == "unit.registered":
            since = event.at
            self._tally.register_unit(event.subject.removeprefix("unit:"), event.data.model_dump(mode="json"), since)
        self.sites.observe(event, limit, outcome)
        for forward in outcome.effects.forwards:
            if forward.topic == HOLDINGS:
                self._hold(ONE.validate_python(forward.event), limit, outcome)
        self._take(outcome)
        self._since_catch_up += 1
        if self._since_catch_up >= CATCH_UP:
            self._catch_up(self.sites.fold.clock)

    def observe_all(self, events: Iterable[Any], *, limit: int | None = None) -> Iterator[int]:
        """Fold observations one after the other; yields how many there were so far, for a progress bar."""
        for count, event in enumerate(events, 1):
            self.observe(event, limit=limit)
            yield count

    def settle(self, at: int) -> None:
        """Let time pass up to an instant (ms UTC)."""
        outcome = Outcome()
        self.sites.tick(at, "", outcome)
        self._take(outcome)
        self._catch_up(at)

    def results(self, period: Period, at: int) -> Results:
        """Settle a checkpoint and sum it up."""
        self.settle(at)
        standings = [
            standing for shard in (self.sites, self.holdings) for standing in standings_at(shard.fold, at, period)
        ]
        for standing in standings:
            self._tally.put(standing)
        aggregates = self._tally.aggregates(period.name)
        return Results(period.name, at, list(self.transitions), standings, aggregates)

    def _hold(self, event: Any, limit: int | None, outcome: Outcome) -> None:
        """In time with the sites; when a past checkpoint is judged by all that is known now, at once."""
        if limit is None:
            self.holdings.observe(event, None, outcome)
        else:
            self.holdings.fold.observe(event, outcome.effects, limit=min(limit, self.sites.fold.clock))

    def _catch_up(self, at: int) -> None:
        outcome = Outcome()
        self.holdings.tick(at, _ORIGIN, outcome)
        for failed in outcome.failed:  # nothing is set aside here: a replay that left something out would be none
            raise failed.error
        self._take(outcome)
        self._since_catch_up = 0

    def _take(self, outcome: Outcome) -> None:
        self.transitions.extend(outcome.effects.transitions)
        self.strangers.update(outcome.effects.strangers)
