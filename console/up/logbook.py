"""The embedded mode's memory: what was acknowledged is in the journal first, what strangers produced follows at once.

The embedded broker keeps nothing. At the next start the journal is sent into it again, deliveries before the worker
looks at them, so that judgements come back and nobody is told twice.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from console.up.moments import Moments, is_tick
from schemas.errors import OperationError
from streams.journal import Journal, Record
from streams.log.records import SENT_ON
from streams.log.sender import Outgoing, Sender
from streams.topics import Name, Topics

log = structlog.get_logger(__name__)

#: Marks records that came out of the journal, or went into it before they were sent.
JOURNALED = "xuncha-journal"
_MARK = ((JOURNALED, b"1"),)
_KNOWN = frozenset({JOURNALED, SENT_ON})
_PARTITION = "partition"
_MIRRORED = (Name.OBSERVATIONS, Name.DELIVERIES)
_RESTORED_AT_ONCE = 2_000


class Logbook:
    """Journal and broker kept alike."""

    def __init__(self, journal: Journal, sender: Sender) -> None:
        self._journal = journal
        self._sender = sender
        self._moments = Moments()
        self._writing = asyncio.Lock()

    async def accept(self, records: Iterable[Outgoing]) -> None:
        """Write observations down, then send them; when this returns they may be acknowledged."""
        marked = [record._replace(headers=_MARK) for record in records]
        await self._write([entry for record in marked for entry in self._entries_of(record)])
        await self._sender.send(marked)

    def _entries_of(self, record: Outgoing) -> Iterator[Record]:
        yield from self._time(self._sender.partition(record))
        yield _entry(record.topic, record.key, record.value, None)

    async def restore(self) -> int:
        """Send everything that is in the journal into the broker again; returns how many records.

        Raises:
            OperationError: the journal was written with more partitions than there are now.

        """
        count = 0
        batch: list[Outgoing] = []
        for record in self._journal.read():
            batch.append(self._again(record))
            count += not is_tick(record.key, record.value)
            if len(batch) >= _RESTORED_AT_ONCE:
                await self._sender.send(batch)
                batch = []
        await self._sender.send(batch)
        return count

    def _again(self, record: Record) -> Outgoing:
        name, headers = Name(record.topic), dict(record.headers)
        partition = int(headers[_PARTITION]) if _PARTITION in headers else None
        there = self._sender.topics.count(name)
        if partition is not None and partition >= there:
            raise OperationError(
                f"the journal was written with more than {there} partitions: set XUNCHA_PARTITIONS as it was, or begin "
                "with another data folder"
            )
        return Outgoing(name, record.key, record.value, partition, _MARK)

    async def mirror(self, bootstrap: str, topics: Topics) -> None:
        """Write down what others sent straight into the broker, until cancelled."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False, fetch_max_wait_ms=100
        )
        await consumer.start()
        try:
            names = {topics.of(name): name for name in _MIRRORED}
            consumer.assign(
                [TopicPartition(topic, one) for topic, name in names.items() for one in range(topics.count(name))]
            )
            while True:
                batches = await consumer.getmany(timeout_ms=200)
                fresh = [
                    entry
                    for at, records in batches.items()
                    for record in records
                    for entry in self._news(names[at.topic], at.partition, record)
                ]
                await self._write(fresh)
        finally:
            await consumer.stop()

    def _news(self, name: Name, partition: int, record: Any) -> Iterator[Record]:
        """What to write down of a record that lies in the broker: nothing, if the journal has it already."""
        if any(header in _KNOWN for header, _ in record.headers):
            return
        if is_tick(record.key, record.value):
            self._moments.see(partition, record.value)
            return
        if name is Name.OBSERVATIONS:
            yield from self._time(partition)
        yield _entry(name, record.key, record.value, partition)

    def _time(self, partition: int) -> Iterator[Record]:
        """The time that a partition had when what follows was sent, if it has moved since it was last written down."""
        tick = self._moments.take(partition)
        if tick is not None:
            yield _entry(Name.OBSERVATIONS, b"clock", tick, partition)

    async def _write(self, records: list[Record]) -> None:
        if records:
            async with self._writing:
                await asyncio.to_thread(self._journal.append, records)


def _entry(name: Name, key: bytes | None, value: bytes | None, partition: int | None) -> Record:
    """A journal record; deliveries and time keep their partition, observations find it by their key."""
    fixed = partition is not None and (name is Name.DELIVERIES or key == b"clock")
    headers = ((_PARTITION, str(partition).encode()),) if fixed else ()
    return Record(kind=name.value, topic=name.value, key=key, value=value, headers=headers)
