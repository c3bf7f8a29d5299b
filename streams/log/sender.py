"""Sending records, awaited: one producer a worker, whole batches a partition.

Records of a partition go out in `create_batch`/`send_batch`; sending one by one costs about ten times as much.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from kafka.partitioner import murmur2

from streams.log.lane import Headers, Lane
from streams.topics import LARGEST_RECORD, Name, Topics

_BATCH_BYTES = 512 * 1024


class Outgoing(NamedTuple):
    """A record to send; `partition` None lets the key decide, as Kafka's own clients do (murmur2)."""

    topic: Name
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: Headers = ()


@lru_cache(maxsize=200_000)
def partition_of(key: bytes, partitions: int) -> int:
    """Where Kafka's default partitioner puts a key."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


@lru_cache(maxsize=200_000)
def home_of(owner: str, partitions: int) -> int:
    """Where the observations of an owner belong."""
    return partition_of(owner.encode(), partitions)


def _always() -> None:
    """Nothing forbids to send."""


class Sender:
    """Sends records and waits until the broker has them; `may_send` raises when nothing may be sent any more."""

    def __init__(self, bootstrap: str, topics: Topics, may_send: Callable[[], None] = _always) -> None:
        self.topics = topics
        self._may_send = may_send
        self._bootstrap = bootstrap
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._lanes: dict[tuple[Name, int], Lane] = {}

    async def start(self) -> None:
        """Connect, unless it is connected."""
        async with self._starting:
            if self._producer is None:
                self._producer = await self._connect()

    async def _connect(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap, acks="all", max_request_size=2 * LARGEST_RECORD,
            max_batch_size=_BATCH_BYTES, linger_ms=0, request_timeout_ms=30_000,
        )  # fmt: skip
        await producer.start()
        return producer

    async def stop(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            await self._producer.stop()

    async def send(self, records: Iterable[Outgoing]) -> None:
        """Send all records and wait for their acknowledgement; of one partition they keep their order."""
        self._may_send()
        if self._producer is None:
            await self.start()
        groups: dict[tuple[Name, int], list[Outgoing]] = defaultdict(list)
        for record in records:
            groups[(record.topic, self.partition(record))].append(record)
        await asyncio.gather(*(self._lane(*place).send(group) for place, group in groups.items()))

    def appended(self, name: Name, partition: int) -> int | None:
        """When the broker wrote what was last sent to a partition, by its clock (ms UTC); None if it does not say."""
        lane = self._lanes.get((name, partition))
        return lane.appended if lane is not None else None

    def _lane(self, name: Name, partition: int) -> Lane:
        if self._producer is None:
            raise RuntimeError("the sender is not started")
        lane = self._lanes.get((name, partition))
        if lane is None:
            lane = self._lanes[(name, partition)] = Lane(self._producer, self.topics.of(name), partition)
        return lane

    def partition(self, record: Outgoing) -> int:
        """The partition a record belongs to."""
        if record.partition is not None:
            return record.partition
        return partition_of(record.key or b"", self.topics.count(record.topic))
