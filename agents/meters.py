"""From the worker's own counts to the metrics, at the moment somebody asks."""

from collections import Counter
from collections.abc import Iterator

import faust
from faust.types import TP
from prometheus_client import CollectorRegistry

from agents.rounds import Rounds
from alerts.metrics import DUE_SPANS, Metrics
from schemas.words import State
from streams.log.keeper import Keeper
from streams.log.shard import Shard


class Meters:
    """Collects when /metrics is asked for; what is counted as it changes is not counted again."""

    def __init__(self, app: faust.App, keepers: list[Keeper], rounds: Rounds) -> None:
        self._metrics = Metrics()
        self._app = app
        self._keepers = keepers
        self._rounds = rounds

    @property
    def registry(self) -> CollectorRegistry:
        """What is scraped."""
        return self._metrics.registry

    def collect(self) -> None:
        """Set every metric to what it is now."""
        self._judgements()
        self._work()
        metrics, rounds = self._metrics, self._rounds
        metrics.routings.replace_one_label(rounds.routings)
        metrics.deliveries.replace_one_label(rounds.outcomes)
        latencies, rounds.latencies = rounds.latencies, []
        metrics.detected(latencies)

    def _shards(self) -> Iterator[Shard]:
        return (shard for keeper in self._keepers for shard in keeper.shards.values())

    def _judgements(self) -> None:
        """Of a subject that sleeps the instant at which it wakes stands for those at which its rules are judged."""
        judgements: Counter[tuple[str, State]] = Counter()
        episodes: Counter[str] = Counter()
        armed, due = 0, [0] * len(DUE_SPANS)
        for fold in (shard.fold for shard in self._shards()):
            judgements.update(fold.census.judgements())
            episodes.update(fold.census.episodes())
            armed += len(fold.deadlines) + fold.sleepers.waking()
            within = fold.deadlines.due_within(fold.clock, DUE_SPANS)
            asleep = [fold.sleepers.waking(fold.clock + span) for span in DUE_SPANS]
            due = [sum(counts) for counts in zip(due, within, asleep, strict=True)]
        self._metrics.set_judgements(judgements)
        self._metrics.set_open_episodes(episodes)
        self._metrics.set_deadlines(armed, due)

    def _work(self) -> None:
        metrics = self._metrics
        refused: Counter[str] = Counter()
        transitions: Counter[str] = Counter()
        for keeper in self._keepers:
            refused.update(keeper.meters.refused)
            transitions.update(keeper.meters.transitions)
        metrics.dead_letters.replace_one_label(refused)
        metrics.transitions.replace_one_label(transitions)
        metrics.observations.replace_one_label({one.source.value: one.meters.folded for one in self._keepers})
        metrics.recovery_seconds.replace({(one.source.value,): one.meters.recovery_seconds for one in self._keepers})
        metrics.recovery_records.replace({(one.source.value,): one.meters.recovered_subjects for one in self._keepers})
        metrics.set_lag(dict(self._lags()))

    def _lags(self) -> Iterator[tuple[tuple[str, int], int]]:
        """How many records of each partition have not been handled, as of the last fetch."""
        for keeper in self._keepers:
            for partition, shard in keeper.shards.items():
                end = self._app.consumer.highwater(TP(keeper.topic, partition))
                yield (keeper.source.value, partition), max(0, (end or 0) - shard.position - 1)
