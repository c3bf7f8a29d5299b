"""A worker that is frozen, taken for dead and comes back: whatever it still holds does no harm."""

import asyncio

import pytest

from agents.context import FATAL_STATUS
from schemas.control import CheckpointData
from schemas.registry import Registry
from tests.support.compare import Quarter, assert_same, assert_told, closed, streamed
from tests.support.installation import Event, Installation
from tests.support.kafka_workers import all_ready

pytestmark = pytest.mark.kafka


async def test_frozen_for_longer_than_its_session(
    city: Installation, quarter: list[Event], wanted: Quarter, checkpoint: CheckpointData, registry: Registry
) -> None:
    """SIGSTOP in the middle of its work until another has closed the quarter, then SIGCONT.

    It ends with the status of a failure and says why; the results stay as the other has written them.
    """
    frozen, other = city.worker("frozen"), city.worker("other")
    await all_ready(frozen, other)
    playing = asyncio.create_task(city.play(quarter, checkpoint))
    await city.reached(0.1)
    frozen.freeze()
    await playing
    await city.until(lambda: closed(city, checkpoint.period), 90, "closing the quarter")
    assert_same(await streamed(city, checkpoint.period), wanted)
    frozen.thaw()
    assert await asyncio.to_thread(frozen.wait_ended, 20) == FATAL_STATUS
    assert frozen.said("worker ends")[-1]["kind"] == "Suspended"
    assert_same(await streamed(city, checkpoint.period), wanted)
    await assert_told(city, registry)
    assert other.alive
