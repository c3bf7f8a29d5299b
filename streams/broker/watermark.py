"""Read a partition from its beginning to its end, where the end is what a *fetch* calls the high watermark.

Why not `end_offsets`: Tansu answers ListOffsets(latest) with the base offset of the last batch + 1, so
whoever stops there loses the tail of that batch without a word. Its fetches report the truth,
and so do Apache Kafka's.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from schemas.errors import RecoveryStalled

#: Options for a consumer that recovers: whole fetches instead of small ones, and a short wait on an empty partition.
RECOVERY_OPTIONS: Final[dict[str, Any]] = {
    "auto_offset_reset": "earliest",
    "enable_auto_commit": False,
    "fetch_max_wait_ms": 100,
    "max_partition_fetch_bytes": 4 * 1024 * 1024,
}

_POLL_SECONDS = 0.02

Records = Sequence[ConsumerRecord[bytes | None, bytes | None]]


@asynccontextmanager
async def recovery_consumer(
    bootstrap: str, partition: TopicPartition, patience_seconds: float, **options: Any
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that is given one partition to read.

    Raises:
        RecoveryStalled: no broker answers for `patience_seconds`.
    """
    timeout = {"request_timeout_ms": int(patience_seconds * 1000)}
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, **RECOVERY_OPTIONS | timeout | options)
    try:
        await consumer.start()
    except KafkaError as error:
        await consumer.stop()
        raise RecoveryStalled(f"No broker answers at {bootstrap}: check that it runs, then start again.") from error
    try:
        consumer.assign([partition])
        yield consumer
    finally:
        await consumer.stop()


async def read_to_end(
    consumer: AIOKafkaConsumer,
    partition: TopicPartition,
    *,
    first: int | None = None,
    no_progress_seconds: float = 30.0,
    max_records: int = 50_000,
) -> AsyncIterator[Records]:
    """Yield all records of an assigned partition, oldest first, in lists of at most `max_records`.

    Reads from offset `first`, or from the first that exists, up to the high watermark of the first fetch
    after the call, so it ends while others write. Records past it that came in the same fetch are yielded too:
    afterwards the consumer's position is behind the last record yielded. Gaps left by compaction and an empty
    partition are no hindrance. Several partitions of one consumer may be read at the same time.

    Raises:
        RecoveryStalled: nothing came forward for `no_progress_seconds` (time spent by the caller
            between two lists does not count), or the partition was taken from the consumer.
    """
    reader = _Reader(consumer, partition, no_progress_seconds)
    await reader.rewind(first)
    while not await reader.at_end():
        records = await reader.poll(max_records)
        if records:
            yield records


class _Reader:
    """One pass over a partition: where it is, where it ends, and how long nothing has moved."""

    def __init__(self, consumer: AIOKafkaConsumer, partition: TopicPartition, patience: float) -> None:
        self._consumer = consumer
        self._partition = partition
        self._patience = patience
        self._waited = 0.0
        self._position = -1
        self._end: int | None = None
        self._last_fetch: int | None = None

    async def rewind(self, first: int | None) -> None:
        """Seek to where it begins, and remember which fetches were before."""
        self._require_assigned()
        # A consumer used before still carries the high watermark of that time: only a newer fetch counts.
        self._last_fetch = self._consumer.last_poll_timestamp(self._partition)
        if first is not None:
            self._consumer.seek(self._partition, first)
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._consumer.seek_to_beginning(self._partition)
        except TimeoutError as error:
            raise self._stalled() from error

    async def at_end(self) -> bool:
        """Tell whether all up to the high watermark has been handed out."""
        self._require_assigned()
        position = await self._consumer.position(self._partition)
        self._learn_end()
        if position != self._position:
            self._position, self._waited = position, 0.0
        return self._end is not None and position >= self._end

    async def poll(self, max_records: int) -> Records:
        """Return the next records, or none after a short wait; raise RecoveryStalled when patience ends."""
        before = time.monotonic()
        # Short: an empty fetch does not wake getmany, we have to look for the watermark it brought.
        found = await self._consumer.getmany(
            self._partition, timeout_ms=int(_POLL_SECONDS * 1000), max_records=max_records
        )
        self._waited += time.monotonic() - before
        if self._waited > self._patience and not found:
            raise self._stalled()
        records: Records = found.get(self._partition, ())
        return records

    def _learn_end(self) -> None:
        fetched_at = self._consumer.last_poll_timestamp(self._partition)
        if self._end is None and fetched_at != self._last_fetch:
            self._end = self._consumer.highwater(self._partition)

    def _require_assigned(self) -> None:
        if self._partition not in self._consumer.assignment():
            raise RecoveryStalled(
                f"{self._name()} is not assigned to this consumer (any more): "
                "after a rebalance its new owner reads it; start again when it comes back."
            )

    def _stalled(self) -> RecoveryStalled:
        end = "unknown (no fetch came back)" if self._end is None else str(self._end)
        return RecoveryStalled(
            f"Reading {self._name()} stands still at offset {self._position} of {end} for {self._patience:g} s: "
            "check that the broker runs and leads this partition, then start again."
        )

    def _name(self) -> str:
        return f"partition {self._partition.partition} of topic {self._partition.topic}"
