"""What is whose over a rebalance: batches are finished first, and what another may have changed is put down.

Faust tells of partitions after records may flow (`on_partitions_assigned`), and forgets what was acknowledged before it
tells that they go.
"""

import asyncio

from faust.types import TP

from streams.log.held import Held
from streams.ownership import Ownership

A, B = TP("t", 0), TP("t", 1)


class TestRelease:
    """Giving partitions back."""

    async def test_a_batch_under_way_is_finished_first(self) -> None:
        """Nobody takes over while a batch is half written."""
        ownership, events = Ownership(), list[str]()
        ownership.take([A], 1)

        async def batch() -> None:
            await asyncio.sleep(0.05)
            events.append("written")

        work = asyncio.create_task(ownership.finish(batch()))
        await asyncio.sleep(0)
        await ownership.release()
        events.append("released")
        await work
        assert events == ["written", "released"]

    async def test_nothing_is_ours_until_partitions_come(self) -> None:
        """Between two assignments a worker owns nothing and is not settled."""
        ownership = Ownership()
        ownership.take([A, B], 1)
        await ownership.release()
        assert (ownership.owned, ownership.settled) == (frozenset(), False)
        ownership.take([B], 2)
        assert (ownership.owned, ownership.settled) == (frozenset({B}), True)

    async def test_a_cancelled_agent_finishes_its_batch(self) -> None:
        """Faust cancels an agent when it stops; what was begun is written to its end."""
        ownership, events = Ownership(), list[str]()

        async def batch() -> None:
            await asyncio.sleep(0.05)
            events.append("written")

        agent = asyncio.create_task(ownership.finish(batch()))
        await asyncio.sleep(0)
        agent.cancel()
        await asyncio.gather(agent, return_exceptions=True)
        assert events == []
        await ownership.release()
        assert events == ["written"]


class TestTake:
    """What may be kept over a rebalance."""

    async def test_the_next_generation_keeps_what_stays(self) -> None:
        """In the generation just after, nobody else can have owned what was and is ours."""
        assert await self._kept([A, B], 4, [B], 5) == {B}

    async def test_a_generation_that_was_missed_keeps_nothing(self) -> None:
        """Others may have owned it in between."""
        assert await self._kept([A, B], 4, [A, B], 6) == frozenset()

    async def test_what_was_handled_counts_for_one_assignment(self) -> None:
        """Offsets of an earlier assignment are not committed in a later one."""
        ownership = Ownership()
        ownership.take([A], 1)
        ownership.note("t", [(0, 7)])
        assert ownership.handled == {A: 8}
        await ownership.release()
        assert ownership.handled == {A: 8}  # still to be committed before they go
        ownership.take([A], 2)
        assert ownership.handled == {}

    async def _kept(self, before: list[TP], generation: int, after: list[TP], later: int) -> frozenset[TP]:
        ownership, kept = Ownership(), list[frozenset[TP]]()
        ownership.take(before, generation)
        ownership.on_take(kept.append)
        await ownership.release()
        ownership.take(after, later)
        return kept[-1]


class TestHeld:
    """State of partitions, loaded on first use."""

    async def test_loaded_once(self) -> None:
        """Agent and loader ask at the same time; the changelog is read once."""
        loads = list[int]()

        async def load(partition: int) -> str:
            loads.append(partition)
            await asyncio.sleep(0.01)
            return f"state {len(loads)}"

        held = Held(load)
        assert list(await asyncio.gather(held.get(3), held.get(3))) == ["state 1", "state 1"]
        assert loads == [3]

    async def test_what_was_loading_over_a_rebalance_is_not_kept(self) -> None:
        """A state that was read while partitions changed hands may be old: the next who asks reads again."""
        may_end, put_down, loads = asyncio.Event(), list[str](), list[int]()

        async def load(partition: int) -> str:
            loads.append(partition)
            await may_end.wait()
            return f"state {len(loads)}"

        held = Held(load, put_down.append)
        asking = asyncio.create_task(held.get(0))
        await asyncio.sleep(0)
        held.keep_only([0])
        may_end.set()
        assert await asking == "state 1"
        assert put_down == ["state 1"]
        assert await held.get(0) == "state 2"

    async def test_only_what_stays_is_kept(self) -> None:
        """The others are put down."""
        put_down = list[int]()

        async def load(partition: int) -> int:
            return partition

        held = Held(load, put_down.append)
        await asyncio.gather(held.get(0), held.get(1))
        held.keep_only([1])
        assert (held.now, put_down) == ({1: 1}, [0])
