"""Workers come and go in mid-stream: each partition has one owner, and its state goes with it."""

import asyncio

import pytest

from schemas.control import CheckpointData
from schemas.registry import Registry
from streams.ending import TERMINATED
from tests.support.compare import Quarter, assert_same, assert_told, closed, streamed
from tests.support.installation import Event, Installation
from tests.support.kafka_workers import all_ready

pytestmark = pytest.mark.kafka


async def _ends_as_replayed(
    city: Installation, wanted: Quarter, checkpoint: CheckpointData, registry: Registry
) -> None:
    await city.until(lambda: closed(city, checkpoint.period), 90, "closing the quarter")
    assert_same(await streamed(city, checkpoint.period), wanted)
    await assert_told(city, registry)


async def test_a_second_and_a_third_worker_join(
    city: Installation, quarter: list[Event], wanted: Quarter, checkpoint: CheckpointData, registry: Registry
) -> None:
    """Two workers join one that is at work, and the first goes: three rebalances in mid-stream."""
    first, second, third = city.worker("one"), city.worker("two"), city.worker("three")
    first.start()
    playing = asyncio.create_task(city.play(quarter, checkpoint))
    await city.reached(0.02)
    second.start()
    third.start()
    await city.reached(0.5)
    first.terminate()
    assert await asyncio.to_thread(first.wait_ended, 30) == TERMINATED
    await playing
    await _ends_as_replayed(city, wanted, checkpoint, registry)
    assert second.alive
    assert third.alive


async def test_one_of_two_is_killed(
    city: Installation, quarter: list[Event], wanted: Quarter, checkpoint: CheckpointData, registry: Registry
) -> None:
    """Of two workers one is killed in mid-stream; the other takes its partitions over."""
    first, second = city.worker("one"), city.worker("two")
    await all_ready(first, second)
    playing = asyncio.create_task(city.play(quarter, checkpoint))
    await city.reached(0.1)
    first.kill()
    await playing
    await _ends_as_replayed(city, wanted, checkpoint, registry)
    assert second.alive
