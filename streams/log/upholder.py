"""Upholding the newest record of each key of a compacted topic: where an older one came behind it, it is said again.

So whoever takes the latest record of a key has the right one in the end, though he knows nothing of orders. Nothing is
remembered but in memory: whoever takes a partition over reads its last records back, and finds what was left wrong.
"""

import asyncio
from collections.abc import Iterable

import structlog

from streams.log.held import Held
from streams.log.order import REMEMBERED, Newest, order_of
from streams.log.sender import Outgoing, Sender
from streams.log.source import Message, Source, by_partition
from streams.log.tail import Tail

log = structlog.get_logger(__name__)

#: So long (seconds) is waited before anything is said again: whoever took over is often about to say it himself.
PAUSE_SECONDS = 0.5
#: What the log says of it.
SAID_AGAIN = "said again what late words hid"


class Watched:
    """One partition as far as it has been read."""

    def __init__(self) -> None:
        self.position = -1
        self.newest = Newest()

    def take(self, records: Iterable[Message]) -> None:
        """Take what was not taken before."""
        for record in records:
            if record.offset > self.position:
                self.newest.take(record.key or b"", order_of(record.headers), record.offset)
                self.position = record.offset


class Upholder:
    """The partitions of one compacted topic that this worker upholds."""

    def __init__(self, source: Source, tail: Tail, sender: Sender, pause_seconds: float = PAUSE_SECONDS) -> None:
        self.source = source.name
        self.said_again = 0
        self._log, self._tail, self._sender, self._pause = source, tail, sender, pause_seconds
        self._held = Held(self._load)

    async def watched(self, partition: int) -> Watched:
        """A partition, its last records read on first use and set right."""
        return await self._held.get(partition)

    async def _load(self, partition: int) -> Watched:
        watched = Watched()
        async for records in self._tail.last(partition, REMEMBERED):
            watched.take(records)
        await self._set_right(watched, partition)
        return watched

    def keep_only(self, partitions: Iterable[int]) -> None:
        """Forget the others, which another worker has upheld."""
        self._held.keep_only(partitions)

    async def handle(self, messages: list[Message]) -> None:
        """Look at a batch; when this returns its keys have their newest record last, and it may be committed."""
        for partition, own in by_partition(messages).items():
            watched = await self.watched(partition)
            async for records in self._log.after(watched.position, own):
                watched.take(records)
            await self._set_right(watched, partition)

    async def _set_right(self, watched: Watched, partition: int) -> None:
        while watched.newest.hidden:
            await asyncio.sleep(self._pause)
            await self._say_again(watched, partition)

    async def _say_again(self, watched: Watched, partition: int) -> None:
        """Read on to the end; say again what is hidden still."""
        wanted = dict(watched.newest.hidden)
        found: dict[int, Message] = {}
        async for records in self._tail.since(partition, min(wanted.values())):
            watched.take(records)
            found.update((record.offset, record) for record in records if record.key in wanted)
        hidden = {key: offset for key, offset in watched.newest.hidden.items() if key in wanted}
        again = [self._again(found[offset]) for offset in hidden.values() if offset in found]
        await self._sender.send(again)
        self._note(partition, len(again), len(hidden))
        for key in hidden:
            del watched.newest.hidden[key]

    def _again(self, record: Message) -> Outgoing:
        return Outgoing(self.source, record.key, record.value, record.partition, record.headers)

    def _note(self, partition: int, again: int, hidden: int) -> None:
        self.said_again += again
        if again:
            log.warning(SAID_AGAIN, topic=self._log.topic, partition=partition, keys=again)
        if again < hidden:
            log.error("hidden and no longer held", topic=self._log.topic, partition=partition, keys=hidden - again)
