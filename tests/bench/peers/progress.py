"""How far a racer's durable state has come, asked of where it keeps it and not of the racer."""

import asyncio
import pickle
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Any, Protocol, Self

import orjson
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from tests.bench.durable import Reads, come_to
from tests.bench.peers.workload import MARKER

_LOOK_SECONDS = 0.02


class Progress(Protocol):
    """Where each partition is: source records that are in durable state, or the time of the last mark that is."""

    reached: list[int]

    async def until(self, wanted: list[int], check: Callable[[], None], patience_seconds: float = 300.0) -> None:
        """Wait until every partition has come so far; `check` raises if the racer has died meanwhile."""


Watching = AbstractAsyncContextManager[Progress]


def marks_in_json(field: str) -> Reads:
    """A changelog whose keys name the subject and whose values are JSON with an update's time in a field."""
    return lambda _partition, key, value: orjson.loads(value)[field] if _is_mark(key) and value else None


def marks_in_bytes() -> Reads:
    """A changelog whose values begin with the time of an update, big-endian."""
    return lambda _partition, key, value: int.from_bytes(value[:8]) if _is_mark(key) and value else None


def _is_mark(key: bytes | None) -> bool:
    return MARKER.encode() in (key or b"")


class _Polled:
    """Asks again and again."""

    def __init__(self, ask: Callable[[], Awaitable[dict[int, int]]], partitions: int) -> None:
        self.reached = [0] * partitions
        self._ask = ask

    async def until(self, wanted: list[int], check: Callable[[], None], patience_seconds: float = 300.0) -> None:
        """Wait until every partition has come so far."""
        await come_to(self.reached, wanted, check, self._look, patience_seconds)

    async def _look(self) -> None:
        for partition, place in (await self._ask()).items():
            self.reached[partition] = max(self.reached[partition], place)
        await asyncio.sleep(_LOOK_SECONDS)


class Committed(_Polled):
    """The offsets that a consumer group has committed, where that follows the state's flush."""

    def __init__(self, bootstrap: str, group: str, topic: str, partitions: int) -> None:
        super().__init__(self._offsets, partitions)
        self._admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        self._group, self._topic = group, topic

    async def __aenter__(self) -> Self:
        await self._admin.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._admin.close()

    async def _offsets(self) -> dict[int, int]:
        places = [TopicPartition(self._topic, partition) for partition in range(len(self.reached))]
        found = await self._admin.list_consumer_group_offsets(self._group, partitions=places)
        return {place.partition: offset.offset for place, offset in found.items()}


class Snapshots(_Polled):
    """Bytewax: the source offsets that stand in its recovery database, of epochs that are closed."""

    def __init__(self, folder: Path, step: str, partitions: int) -> None:
        super().__init__(self._offsets, partitions)
        self._folder, self._step = folder, step

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def _offsets(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for path in self._folder.glob("*.sqlite3"):
            with suppress(sqlite3.OperationalError):  # it is being written: ask again
                found |= _closed(path, self._step)
        return found


_CLOSED = """
    SELECT state_key, ser_change, MAX(snap_epoch) FROM snaps
    WHERE step_id = ? AND snap_epoch < (SELECT MAX(worker_frontier) FROM fronts) GROUP BY state_key
"""


def _closed(path: Path, step: str) -> dict[int, int]:
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0.05)
    try:
        rows: list[Any] = base.execute(_CLOSED, (step,)).fetchall()
    finally:
        base.close()
    return {int(key.partition("-")[0]): pickle.loads(change) for key, change, _ in rows if change}  # noqa: S301
