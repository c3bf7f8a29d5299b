"""A log in memory, and the workers over it: the real keepers, summers and recovery, without a broker.

A crash can come between any two writes. Records of one partition keep their order; those of different partitions are
sent side by side, so any mixture of their beginnings may be what is left when the worker dies. What it had not written
of its last send is held, and may be heard late, after others have gone on.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from streams.core.law import Law
from streams.log.intake import Gate
from streams.log.keeper import Keeper
from streams.log.lane import Headers
from streams.log.outputs import Outputs, origins_of
from streams.log.sender import Outgoing, Sender
from streams.log.shard import Shard
from streams.log.source import Message, Source
from streams.log.states import Recovery, read_state
from streams.log.store import Store
from streams.log.summer import Summer
from streams.log.sums import AreaSums, UnitSums
from streams.log.tail import Tail
from streams.log.upholder import Upholder
from streams.topics import Name, Topics

STATES = {
    Name.OBSERVATIONS: Name.STATE_OBSERVATIONS,
    Name.HOLDINGS: Name.STATE_HOLDINGS,
    Name.STANDINGS: Name.STATE_STANDINGS,
    Name.AREAS: Name.STATE_AREAS,
}


#: What is upheld without a word of its own to others: deliveries and alerts have no agent here.
UPHELD = (Name.AGGREGATES, Name.REGISTRY)


class Written(NamedTuple):
    """A record as it lies in the log."""

    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Crash(Exception):  # it is no fault of anybody's
    """The worker has died."""


@dataclass(slots=True)
class MemoryLog:
    """Every topic's partitions; `fuse` is after how many more writes the worker dies, `held` what it didn't get out."""

    topics: Topics
    chance: Random
    fuse: int | None = None
    records: dict[tuple[Name, int], list[Written]] = field(default_factory=lambda: defaultdict(list))
    held: list[list[tuple[Name, int, Written]]] = field(default_factory=list)

    def write(self, name: Name, partition: int, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """Append one record, if the worker lives that long."""
        self.burn()
        self.records[(name, partition)].append(Written(key, value, headers))

    def hear(self) -> None:
        """What the dead had under way comes after all, the oldest first."""
        for words in self.held:
            for name, partition, record in words:
                self.records[(name, partition)].append(record)
        self.held = []

    def burn(self) -> None:
        """One step nearer to death, if it is near."""
        if self.fuse is not None:
            if self.fuse <= 0:
                raise Crash
            self.fuse -= 1

    @property
    def written(self) -> int:
        """How many records there are."""
        return sum(map(len, self.records.values()))

    def of(self, name: Name) -> Iterable[tuple[bytes | None, bytes | None]]:
        """All records of a topic, partition after partition."""
        for partition in range(self.topics.count(name)):
            yield from ((record.key, record.value) for record in self.records[(name, partition)])

    def last(self, name: Name) -> dict[bytes | None, bytes | None]:
        """The last record of each key, as a reader who knows nothing but Kafka finds it."""
        return dict(self.of(name))


class MemorySender(Sender):
    """Sends to a log in memory."""

    def __init__(self, log: MemoryLog) -> None:
        super().__init__("", log.topics)
        self._log = log

    async def send(self, records: Iterable[Outgoing]) -> None:
        """Write the records, partitions side by side; the worker may die before, between and after them."""
        waiting: dict[tuple[Name, int], list[Outgoing]] = defaultdict(list)
        for record in records:
            waiting[(record.topic, self.partition(record))].append(record)
        try:
            while waiting:
                name, partition = place = self._log.chance.choice(list(waiting))
                record = waiting[place][0]
                self._log.write(name, partition, record.key, record.value, record.headers)
                del waiting[place][0]
                if not waiting[place]:
                    del waiting[place]
            self._log.burn()
        except Crash:
            rest = [(*place, Written(one.key, one.value, one.headers)) for place in waiting for one in waiting[place]]
            self._log.held.append(rest)
            raise


class MemoryStore(Store):
    """Loads state from a log in memory."""

    def __init__(self, log: MemoryLog, name: Name) -> None:
        super().__init__("", log.topics, name, 0)
        self._log = log

    async def load(self, partition: int) -> dict[str, bytes]:
        """The state of a partition, as the real store reads it."""
        recovery = Recovery()
        for record in self._log.records[(self.name, partition)]:
            recovery.take(record.key, record.value)
        return recovery.states()


class MemoryTail(Tail):
    """Reads a log in memory back."""

    def __init__(self, log: MemoryLog, name: Name) -> None:
        super().__init__("", log.topics, name, 0)
        self._log, self._name = log, name

    async def last(self, partition: int, most: int) -> AsyncIterator[Sequence[Message]]:
        """The last records."""
        async for records in self.since(partition, max(len(self._log.records[(self._name, partition)]) - most, 0)):
            yield records

    async def since(self, partition: int, first: int) -> AsyncIterator[Sequence[Message]]:
        """The records from an offset on."""
        yield messages(self._log, (self._name, partition), first)


def messages(log: MemoryLog, place: tuple[Name, int], first: int, most: int | None = None) -> list[Message]:
    """Records of a partition as an agent is handed them."""
    upto = None if most is None else first + most
    return [Message(place[1], first + number, *one) for number, one in enumerate(log.records[place][first:upto])]


def drowsy(shard: Shard) -> Shard:
    """A shard whose owners fall asleep as soon as a few others were touched."""
    shard.rounds = (4, 0)
    return shard


class Worker:
    """All agents of one worker, which owns every partition."""

    def __init__(self, log: MemoryLog, law: Law, lateness: int = 0) -> None:
        topics, sender = log.topics, MemorySender(log)
        gate, inner = Gate(1024 * 1024), Gate(1024 * 1024, own=True)
        observed, held = origins_of(topics, Name.OBSERVATIONS), origins_of(topics, Name.HOLDINGS)
        first = Outputs(topics, Name.OBSERVATIONS, (Name.HOLDINGS, Name.STANDINGS))
        second = Outputs(topics, Name.HOLDINGS, (Name.STANDINGS,))
        sources = {name: Source("", topics, name, 0) for name in STATES}
        stores = {name: MemoryStore(log, state) for name, state in STATES.items()}
        self.agents: dict[Name, Keeper | Summer | Upholder] = {
            Name.OBSERVATIONS: Keeper(
                sources[Name.OBSERVATIONS], sender, stores[Name.OBSERVATIONS], gate, first,
                lambda _partition: drowsy(Shard(law, lateness)), None,
            ),
            Name.HOLDINGS: Keeper(
                sources[Name.HOLDINGS], sender, stores[Name.HOLDINGS], inner, second,
                lambda _partition: drowsy(Shard(law, 0, observed)), None,
            ),
            Name.STANDINGS: Summer(
                sources[Name.STANDINGS], sender, stores[Name.STANDINGS],
                lambda: UnitSums(topics, observed | held, law.label),
            ),
            Name.AREAS: Summer(
                sources[Name.AREAS], sender, stores[Name.AREAS], lambda: AreaSums(origins_of(topics, Name.STANDINGS))
            ),
            **{name: Upholder(Source("", topics, name, 0), MemoryTail(log, name), sender, 0) for name in UPHELD},
        }  # fmt: skip


class Installation:
    """A log, its workers one after the other, and how far they have acknowledged."""

    def __init__(self, law: Law, partitions: int, chance: Random, lateness: int = 0) -> None:
        self.log = MemoryLog(Topics(partitions=partitions), chance)
        self.crashes = 0
        self._law, self._lateness, self._chance = law, lateness, chance
        self._heard = 0.0
        self._acknowledged: dict[tuple[Name, int], int] = defaultdict(int)

    async def run(self, fuses: Iterable[int], most: int, heard: float = 0.0) -> None:
        """Work until nothing is left, in batches of up to `most` records; a worker dies after each number of writes.

        What the dead had under way is heard before a batch with the chance `heard`.
        """
        dying, self._heard = iter(fuses), heard
        while True:
            self.log.fuse = next(dying, None)
            try:
                await self._work(Worker(self.log, self._law, self._lateness), most)
            except Crash:
                self.crashes += 1
            else:
                return

    async def _work(self, worker: Worker, most: int) -> None:
        while places := [place for place in self._places() if self._waiting(place)]:
            name, _ = place = self._chance.choice(places)
            if self._chance.random() < self._heard:
                self.log.hear()
            batch = messages(self.log, place, self._acknowledged[place], self._chance.randint(1, most))
            await worker.agents[name].handle(batch)
            self._acknowledged[place] += len(batch)

    def _places(self) -> list[tuple[Name, int]]:
        return [(name, partition) for name in (*STATES, *UPHELD) for partition in range(self.log.topics.count(name))]

    def _waiting(self, place: tuple[Name, int]) -> int:
        return len(self.log.records[place]) - self._acknowledged[place]

    async def states(self, name: Name) -> dict[str, Any]:
        """What is stored of a topic, of all partitions together; the clocks left out."""
        found: dict[str, bytes] = {}
        for partition in range(self.log.topics.count(name)):
            found |= await MemoryStore(self.log, STATES[name]).load(partition)
        return {key: read_state(state) for key, state in found.items() if not key.startswith("@")}
