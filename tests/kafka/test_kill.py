"""kill -9 in mid-stream: nothing lost, nothing twice, nothing different."""

import asyncio

import pytest

from schemas.control import CheckpointData
from schemas.registry import Registry
from tests.support.compare import Quarter, assert_same, assert_told, closed, streamed
from tests.support.installation import Event, Installation

pytestmark = pytest.mark.kafka


async def test_killed_four_times(
    city: Installation, quarter: list[Event], wanted: Quarter, checkpoint: CheckpointData, registry: Registry
) -> None:
    """One worker killed at four places of the quarter and started again each time comes to what the replay says."""
    worker = city.worker(static=True).start()
    playing = asyncio.create_task(city.play(quarter, checkpoint))
    for part in (0.02, 0.2, 0.45, 0.8):
        await city.reached(part)
        worker.kill()
        worker.start()
    await playing
    await city.until(lambda: closed(city, checkpoint.period), 90, "closing the quarter")
    assert_same(await streamed(city, checkpoint.period), wanted)
    await assert_told(city, registry)
