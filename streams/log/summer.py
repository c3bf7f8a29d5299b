"""The keeper of summing shards: the same order of writing as where judging is done, without a core in between."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

import structlog

from streams.log.keeper import Message
from streams.log.sender import Sender
from streams.log.store import Store
from streams.log.sums import Summing
from streams.topics import Name

log = structlog.get_logger(__name__)


class Summer:
    """The summing shards of one topic that this worker owns."""

    def __init__(self, source: Name, sender: Sender, store: Store, make: Callable[[], Summing]) -> None:
        self.source = source
        self._sender, self._store, self._make = sender, store, make
        self._shards: dict[int, Summing] = {}
        self._loading: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def shard(self, partition: int) -> Summing:
        """The shard of a partition, its state loaded on first use."""
        async with self._loading[partition]:
            if partition not in self._shards:
                shard = self._make()
                shard.restore(await self._store.load(partition))
                self._shards[partition] = shard
            return self._shards[partition]

    def revoke(self, partitions: Iterable[int]) -> None:
        """Forget partitions that another worker owns now."""
        for partition in partitions:
            self._shards.pop(partition, None)

    async def handle(self, messages: list[Message]) -> None:
        """Take a batch and write what comes of it; when this returns the batch may be acknowledged."""
        by_partition: dict[int, list[Message]] = defaultdict(list)
        for message in messages:
            by_partition[message.partition].append(message)
        for partition, own in by_partition.items():
            await self._handle_partition(await self.shard(partition), partition, own)

    async def _handle_partition(self, shard: Summing, partition: int, messages: list[Message]) -> None:
        fresh = [message for message in messages if message.offset > shard.position]
        if not fresh:
            return
        for message in fresh:
            shard.take(message.value or b"{}")
        shard.position = fresh[-1].offset
        await self._sender.send(shard.flush(partition))
        await self._sender.send(self._store.records(partition, shard.position, shard.states()))
