"""Which partitions are this worker's, and up to where it has handled them.

Faust says late and loosely what is whose: it forgets what was acknowledged before it tells of a rebalance, lets records
flow before it tells which partitions came, acknowledges what it skips, and hands on what it had buffered of partitions
that are gone. Its consumer (`streams.consumer`) asks here instead. Between `release` and `take` nothing is ours; a
batch that is under way is finished first, so that whoever comes next finds its state written.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

import structlog
from faust.types import TP

log = structlog.get_logger(__name__)

#: How long a rebalance waits for batches that are under way (seconds); Kafka's own limit is 60.
RELEASE_SECONDS = 30.0

Release = Callable[[], Awaitable[None]]
KeepOnly = Callable[[frozenset[TP]], None]


class Ownership:
    """The partitions of one worker."""

    def __init__(self) -> None:
        self.owned: frozenset[TP] = frozenset()
        self.settled = False
        self.handled: dict[TP, int] = {}
        self._before: frozenset[TP] = frozenset()
        self._generation = -1
        self._working: set[asyncio.Task[None]] = set()
        self._releases: list[Release] = []
        self._keepers: list[KeepOnly] = []

    # -- for those who hold something of a partition -------------------------------------------------------------

    def on_release(self, call: Release) -> None:
        """Have `call` awaited when the partitions are given back, once no batch is under way."""
        self._releases.append(call)

    def on_take(self, call: KeepOnly) -> None:
        """Have `call` called with the partitions that nobody else has owned since they were ours last."""
        self._keepers.append(call)

    @property
    def busy(self) -> bool:
        """Whether a batch is under way."""
        return bool(self._working)

    # -- for agents ----------------------------------------------------------------------------------------------

    async def finish(self, work: Coroutine[Any, Any, None]) -> None:
        """Do one batch's work, to its end even if the agent is cancelled; a rebalance waits for it."""
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        await asyncio.shield(task)

    def note(self, topic: str, offsets: Iterable[tuple[int, int]]) -> None:
        """Note (partition, offset)s that are handled with all before them: they may be committed."""
        for partition, offset in offsets:
            self.handled[TP(topic, partition)] = offset + 1

    # -- for the consumer ----------------------------------------------------------------------------------------

    async def release(self) -> None:
        """Give all partitions back: begin nothing new, finish what is under way."""
        self._before |= self.owned
        self.owned, self.settled = frozenset(), False
        if self._working:
            _, late = await asyncio.wait(self._working, timeout=RELEASE_SECONDS)
            if late:
                log.warning("a batch outlasts the rebalance", batches=len(late), seconds=RELEASE_SECONDS)
        await asyncio.gather(*(call() for call in self._releases))

    def take(self, assigned: Iterable[TP], generation: int) -> None:
        """Own partitions from now on.

        What was ours in the generation just before has had no other owner, so what is held of it may be kept.
        """
        self.owned = frozenset(TP(*one) for one in assigned)
        kept = self.owned & self._before if generation in {self._generation, self._generation + 1} else frozenset()
        for call in self._keepers:
            call(kept)
        self._before, self._generation, self.handled, self.settled = frozenset(), generation, {}, True
        log.info("partitions taken", partitions=len(self.owned), kept=len(kept), generation=generation)
