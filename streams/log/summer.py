"""The keeper of summing shards: the same order of writing as where judging is done, without a core in between."""

from collections.abc import Callable, Iterable, Sequence

from streams.log.held import Held
from streams.log.order import order_of
from streams.log.sender import Sender
from streams.log.source import Message, Source, by_partition
from streams.log.states import read_state
from streams.log.store import Store
from streams.log.sums import Summing


class Summer:
    """The summing shards of one topic that this worker owns."""

    def __init__(self, source: Source, sender: Sender, store: Store, make: Callable[[], Summing]) -> None:
        self.source = source.name
        self._log, self._sender, self._store, self._make = source, sender, store, make
        self._held = Held(self._load)

    async def shard(self, partition: int) -> Summing:
        """The shard of a partition, its state loaded on first use."""
        return await self._held.get(partition)

    async def _load(self, partition: int) -> Summing:
        shard = self._make()
        shard.restore({key: read_state(record) for key, record in (await self._store.load(partition)).items()})
        return shard

    def keep_only(self, partitions: Iterable[int]) -> None:
        """Forget the others, which another worker has owned."""
        self._held.keep_only(partitions)

    async def handle(self, messages: list[Message]) -> None:
        """Take a batch and write what comes of it; when this returns the batch may be committed."""
        for partition, own in by_partition(messages).items():
            shard = await self.shard(partition)
            async for records in self._log.after(shard.position, own):
                await self._take(shard, partition, records)

    async def _take(self, shard: Summing, partition: int, records: Sequence[Message]) -> None:
        for message in records:
            shard.take(message.value or b"{}", order_of(message.headers))
        shard.position = records[-1].offset
        await self._sender.send(shard.flush(partition))
        await self._sender.send(self._store.records(partition, shard.position, shard.states()))
