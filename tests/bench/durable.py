"""Watching a changelog grow: how much of the input is durable is read from the broker, not asked of the worker."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.log.states import CLOCK

#: What a record of the changelog adds: partition, key, value in; how far that partition is, out (None: nothing said).
Reads = Callable[[int, bytes | None, bytes | None], int | None]


async def come_to(
    reached: list[int], wanted: list[int], check: Callable[[], None], look: Callable[[], Awaitable[None]],
    patience_seconds: float,
) -> None:  # fmt: skip
    """Look again and again until every partition has come so far; `check` raises if the worker has died meanwhile.

    Raises:
        TimeoutError: it takes longer than that.

    """
    deadline = asyncio.get_running_loop().time() + patience_seconds
    while any(one < want for one, want in zip(reached, wanted, strict=True)):
        check()
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"after {patience_seconds:g} s state is durable up to {reached}, not {wanted}")
        await look()


class Changelog:
    """The partitions of a changelog, read as they grow; `reached` says how far each has come, in so many `records`."""

    def __init__(self, bootstrap: str, topic: str, partitions: int, reads: Reads) -> None:
        self.reached = [0] * partitions
        self.records = 0
        self._reads = reads
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, fetch_max_wait_ms=50, auto_offset_reset="earliest"
        )
        self._places = [TopicPartition(topic, partition) for partition in range(partitions)]
        self._grown = asyncio.Event()
        self._reading: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        self._consumer.assign(self._places)
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        await self._consumer.stop()

    async def until(self, wanted: list[int], check: Callable[[], None], patience_seconds: float = 300.0) -> None:
        """Wait until every partition has come so far; `check` raises if the worker has died meanwhile."""
        await come_to(self.reached, wanted, check, self._grow, patience_seconds)

    async def _grow(self) -> None:
        self._grown.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._grown.wait(), 0.5)

    async def _read(self) -> None:
        while True:
            for place, records in (await self._consumer.getmany(timeout_ms=50)).items():
                self.records += len(records)
                for record in records:
                    reached = self._reads(place.partition, record.key, record.value)
                    if reached is not None:
                        self.reached[place.partition] = max(self.reached[place.partition], reached)
                self._grown.set()


def by_position() -> Reads:
    """Xuncha: each batch ends with a record that says how many source records are in the state."""
    clock, decode = CLOCK.encode(), msgspec.msgpack.Decoder().decode
    return lambda _partition, key, value: decode(value)[0] + 1 if key == clock and value else None


def by_count(partitions: int) -> Reads:
    """Faust's table: one record a write."""
    counts = [0] * partitions

    def reads(partition: int, _key: bytes | None, _value: bytes | None) -> int:
        counts[partition] += 1
        return counts[partition]

    return reads
