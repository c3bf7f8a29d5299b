"""What a worker holds of its partitions: loaded on first use, put down when a partition is no longer its own."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


def _nothing(_held: object) -> None:
    """Nothing is to be done with what is put down."""


class Held(Generic[T]):
    """One thing a partition; `now` is what is loaded.

    Args:
        load: makes the thing of a partition.
        put_down: called with what is no longer held.

    """

    def __init__(self, load: Callable[[int], Awaitable[T]], put_down: Callable[[T], None] = _nothing) -> None:
        self.now: dict[int, T] = {}
        self._load = load
        self._put_down = put_down
        self._era = 0
        self._locks: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, partition: int) -> T:
        """What is held of a partition, loaded on first use."""
        async with self._locks[partition]:
            if partition in self.now:
                return self.now[partition]
            era = self._era
            made = await self._load(partition)
            if era == self._era:
                self.now[partition] = made
            else:  # partitions changed hands meanwhile: it is used this once
                self._put_down(made)
            return made

    def keep_only(self, partitions: Iterable[int]) -> None:
        """Put down all others, and whatever is being loaded."""
        self._era += 1
        kept = set(partitions)
        for partition in self.now.keys() - kept:
            self._put_down(self.now.pop(partition))
