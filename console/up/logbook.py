"""The embedded mode's memory: what was acknowledged is in the journal first, what strangers produced follows at once.

The embedded broker keeps nothing. At the next start the journal is sent into it again, deliveries before the worker
looks at them, so that judgements come back and nobody is told twice.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.journal import Journal, Record
from streams.log.sender import Outgoing, Sender
from streams.topics import Name, Topics

log = structlog.get_logger(__name__)

#: Marks records that came out of the journal, or went into it before they were sent.
JOURNALED = "xuncha-journal"
_MARK = ((JOURNALED, b"1"),)
_CLOCK_KEY = b"clock"
_CHECKPOINT = b'"xuncha.checkpoint"'
_HEAD = 600
_MIRRORED = (Name.OBSERVATIONS, Name.DELIVERIES)


class Logbook:
    """Journal and broker kept alike."""

    def __init__(self, journal: Journal, sender: Sender) -> None:
        self._journal = journal
        self._sender = sender
        self._writing = asyncio.Lock()

    async def accept(self, records: Iterable[Outgoing]) -> None:
        """Write observations down, then send them; when this returns they may be acknowledged."""
        marked = [record._replace(headers=_MARK) for record in records]
        await self._write([_entry(record.topic, record.key, record.value, None) for record in marked])
        await self._sender.send(marked)

    async def restore(self) -> int:
        """Send everything that is in the journal into the broker again; returns how many records."""
        count = 0
        batch: list[Outgoing] = []
        for record in self._journal.read():
            batch.append(_again(record))
            count += 1
            if len(batch) >= _RESTORED_AT_ONCE:
                await self._sender.send(batch)
                batch = []
        await self._sender.send(batch)
        return count

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
                    _entry(names[at.topic], record.key, record.value, at.partition)
                    for at, records in batches.items()
                    for record in records
                    if _is_news(record)
                ]
                await self._write(fresh)
        finally:
            await consumer.stop()

    async def _write(self, records: list[Record]) -> None:
        if records:
            async with self._writing:
                await asyncio.to_thread(self._journal.append, records)


_RESTORED_AT_ONCE = 2_000


def _is_news(record: Any) -> bool:
    """Neither out of the journal nor a tick; a checkpoint is news."""
    if any(name == JOURNALED for name, _ in record.headers):
        return False
    return record.key != _CLOCK_KEY or _CHECKPOINT in (record.value or b"")[:_HEAD]


def _entry(name: Name, key: bytes | None, value: bytes | None, partition: int | None) -> Record:
    """A journal record; deliveries and checkpoints keep their partition, observations find it by their key."""
    fixed = partition is not None and (name is Name.DELIVERIES or key == _CLOCK_KEY)
    headers = (("partition", str(partition).encode()),) if fixed else ()
    return Record(kind=name.value, topic=name.value, key=key, value=value, headers=headers)


def _again(record: Record) -> Outgoing:
    headers = dict(record.headers)
    partition = int(headers["partition"]) if "partition" in headers else None
    return Outgoing(Name(record.topic), record.key, record.value, partition, _MARK)
