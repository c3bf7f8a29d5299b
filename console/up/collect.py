"""Reading what the stream made of a quarter: transitions, standings and aggregates, as they come."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from console.results import Quarter
from schemas.aggregates import Aggregate, Scope
from schemas.standings import SubjectStanding
from schemas.transitions import TransitionRecord
from streams.topics import Name, Topics

_READ = (Name.TRANSITIONS, Name.STANDINGS, Name.AGGREGATES, Name.DEADLETTERS)


@dataclass(slots=True)
class Collected:
    """The latest of everything, by the ids that make repetition harmless."""

    transitions: dict[str, TransitionRecord] = field(default_factory=dict)
    standings: dict[tuple[str, str, str], SubjectStanding] = field(default_factory=dict)
    aggregates: dict[tuple[str, Scope, str], Aggregate] = field(default_factory=dict)
    dead_letters: int = 0

    def take(self, name: Name, value: bytes) -> None:
        """Take one record."""
        if name is Name.DEADLETTERS:
            self.dead_letters += 1
        elif name is Name.TRANSITIONS:
            transition = TransitionRecord.model_validate_json(value)
            self.transitions[transition.id] = transition
        elif name is Name.AGGREGATES:
            aggregate = Aggregate.model_validate_json(value)
            self.aggregates[(aggregate.period, aggregate.scope, aggregate.id)] = aggregate
        elif b'"verdict"' in value:
            self._stand(SubjectStanding.model_validate_json(value))

    def _stand(self, standing: SubjectStanding) -> None:
        """Keep the latest of an owner; what was said at the checkpoint beats what was said on the way."""
        key = (standing.period, standing.unit, standing.owner)
        known = self.standings.get(key)
        if known is None or (known.closed, known.at) <= (standing.closed, standing.at):
            self.standings[key] = standing

    def closed(self, period: str, areas: int) -> bool:
        """Whether the quarter of all areas is closed."""
        done = [one for one in self.aggregates.values() if one.scope is Scope.AREA and one.period == period]
        return len(done) >= areas and all(one.closed for one in done)

    def quarter(self, period: str) -> Quarter:
        """The closed quarter."""
        return Quarter(
            [one for one in self.aggregates.values() if one.period == period],
            [one for one in self.standings.values() if one.period == period and one.closed],
            list(self.transitions.values()),
        )


class Collector:
    """Reads all partitions of the result topics, without a group."""

    def __init__(self, bootstrap: str, topics: Topics) -> None:
        self.collected = Collected()
        self._topics = topics
        self._names = {topics.of(name): name for name in _READ}
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False, fetch_max_wait_ms=100
        )
        self.idle = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled; `idle` is set while nothing is coming."""
        await self._consumer.start()
        try:
            self._consumer.assign(
                [
                    TopicPartition(topic, partition)
                    for topic, name in self._names.items()
                    for partition in range(self._topics.count(name))
                ]
            )
            while True:
                self._take(await self._consumer.getmany(timeout_ms=200))
        finally:
            await self._consumer.stop()

    def _take(self, batches: dict[TopicPartition, list[Any]]) -> None:
        for at, records in batches.items():
            for record in records:
                self.collected.take(self._names[at.topic], record.value)
        self.idle.clear() if batches else self.idle.set()
