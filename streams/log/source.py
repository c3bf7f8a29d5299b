"""A source's records without gaps: those that Faust handed over, or the same stretch read from the broker again.

Faust has been seen to pass records over. A gap may be innocent as well: the markers of a stranger's transactions have
offsets and are no records, and who gives a group new offsets has his reasons. Only the broker knows, so it is asked.
"""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, NamedTuple

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.errors import RecoveryStalled, SourceGap
from streams.broker.watermark import recovery_consumer
from streams.log.lane import APPENDED, Headers
from streams.topics import Name, Topics

log = structlog.get_logger(__name__)

#: What a stranger's transaction took back was never said.
ISOLATION = "read_committed"
_AT_ONCE = 2_000
_POLL_MS = 100


class Message(NamedTuple):
    """A source record as Faust hands it over."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    came: int | None = None  # when it came to the broker (ms UTC), as its log says
    sworn: bool = False  # the broker says so by its own clock (LogAppendTime), not the sender by his


def by_partition(messages: Iterable[Message]) -> dict[int, list[Message]]:
    """A batch's records by their partition, in their order."""
    found: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        found[message.partition].append(message)
    return found


class Source:
    """One topic that is folded."""

    def __init__(self, bootstrap: str, topics: Topics, name: Name, patience_seconds: float) -> None:
        self.name = name
        self.topic = topics.of(name)
        self._bootstrap = bootstrap
        self._patience = patience_seconds

    async def after(self, position: int, messages: Sequence[Message]) -> AsyncIterator[Sequence[Message]]:
        """Yield all records of one partition behind `position`, up to the last of `messages`, each once and in order.

        Raises:
            SourceGap: the broker no longer holds the records that come next.
            RecoveryStalled: the broker stopped giving records.

        """
        fresh: list[Message] = []
        upto = position
        for message in messages:
            if message.offset > upto:
                upto = message.offset
                fresh.append(message)
        if upto - position == len(fresh):
            if fresh:
                yield fresh
            return
        log.info("read again", topic=self.topic, partition=fresh[0].partition, after=position, upto=upto)
        async for records in self._read(fresh[0].partition, position + 1, upto + 1):
            yield records

    async def _read(self, partition: int, first: int, end: int) -> AsyncIterator[list[Message]]:
        """The records from offset `first` to before `end`."""
        at = TopicPartition(self.topic, partition)
        async with recovery_consumer(self._bootstrap, at, self._patience, isolation_level=ISOLATION) as consumer:
            consumer.seek(at, await self._begin(consumer, at, first))
            moved = time.monotonic()
            while await consumer.position(at) < end:
                found = (await consumer.getmany(at, timeout_ms=_POLL_MS, max_records=_AT_ONCE)).get(at, ())
                records = [message_of(one) for one in found if one.offset < end]
                if records:
                    yield records
                    moved = time.monotonic()
                if time.monotonic() - moved > self._patience:
                    raise RecoveryStalled(f"reading {self.topic}/{partition} again from {first} to {end} stands still")

    async def _begin(self, consumer: AIOKafkaConsumer, at: TopicPartition, first: int) -> int:
        """Where to read from; whoever has folded nothing yet begins where the log begins."""
        held: int = (await consumer.beginning_offsets([at]))[at]
        if held > first > 0:
            raise SourceGap(
                f"{at.topic}/{at.partition}: offset {first} should come next, but the broker holds records from {held} "
                "on only: replay those between from an archive, or give this installation a new prefix and group"
            )
        return max(first, held)


def message_of(record: Any) -> Message:
    """A consumer's record as Faust hands it over."""
    came = came_at(record.timestamp)
    sworn = record.timestamp_type == APPENDED
    return Message(record.partition, record.offset, record.key, record.value, record.headers, came, sworn)


def came_at(timestamp: int | None) -> int | None:
    """When a record came, of its timestamp; the oldest formats have none."""
    return timestamp if timestamp is not None and timestamp >= 0 else None
