"""Ready means loaded; and a worker that can't load ends, so that somebody notices."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agents.context import FATAL_STATUS
from schemas.control import CheckpointData
from streams.log.store import Store
from streams.topics import Name
from tests.support.compare import Quarter, assert_same, closed, streamed
from tests.support.installation import Event, Installation, installation
from tests.support.kafka_node import KafkaNode
from tests.support.kafka_workers import WorkerProcess

pytestmark = pytest.mark.kafka

_RECORDS = 60_000
_PATIENCE_SECONDS = 4.0


async def _fill(city: Installation) -> None:
    """Put so much into a changelog that loading it takes a while: 60 MB of batches that were never finished."""
    store = Store(city.settings.kafka, city.settings.topics, Name.STATE_OBSERVATIONS, _PATIENCE_SECONDS)
    for start in range(0, _RECORDS, 5_000):
        states = [(f"4299000002/message/m{number}", "x" * 1_000) for number in range(start, start + 5_000)]
        await city.sender.send(store.records(0, 0, states))


@contextmanager
def _frozen(node: KafkaNode) -> Iterator[None]:
    """The broker holds its connections and answers nothing."""
    node.freeze()
    try:
        yield
    finally:
        node.thaw()


async def test_ready_only_when_loaded(kafka_node: KafkaNode, tmp_path: Path) -> None:
    """/ready is 503 while state is read and 200 afterwards; /live is 200 all the time."""
    async with installation(kafka_node.bootstrap, tmp_path) as city:
        await _fill(city)
        worker = city.worker().start()
        await asyncio.to_thread(
            worker.wait_until, lambda: worker.status("/ready") == 503, 30, "say that it is not ready"
        )
        assert worker.status("/live") == 200
        await asyncio.to_thread(worker.wait_ready)
        assert len({(one["topic"], one["partition"]) for one in worker.said("state loaded")}) == 8
        assert worker.said("worker ready")[0]["timestamp"] >= worker.said("state loaded")[-1]["timestamp"]


def _joining(worker: WorkerProcess) -> bool:
    """It has begun, and its group has not given it anything yet."""
    return bool(worker.said("worker begins")) and not worker.said("partitions taken")


def _loading(worker: WorkerProcess) -> bool:
    """It has partitions and reads their state."""
    return bool(worker.said("partitions taken")) and not worker.said("worker ready")


MOMENTS = pytest.mark.parametrize("moment", [_joining, _loading])


@MOMENTS
async def test_a_broker_that_falls_silent_during_recovery(
    kafka_node: KafkaNode, tmp_path: Path, moment: Callable[[WorkerProcess], bool]
) -> None:
    """The worker ends with a failure within its patience and says why; it never said that it was ready.

    Faust's own recovery waits for ever (#176, #597).
    """
    async with installation(kafka_node.bootstrap, tmp_path, recovery_seconds=_PATIENCE_SECONDS) as city:
        await _fill(city)
        worker = city.worker().start()
        await asyncio.to_thread(worker.wait_until, lambda: moment(worker), 30, f"be {moment.__name__}")
        with _frozen(kafka_node):
            assert await asyncio.to_thread(worker.wait_ended, 3 * _PATIENCE_SECONDS) == FATAL_STATUS
        assert worker.said("worker ends")[0]["kind"] == "RecoveryStalled"
        assert worker.said("worker ready") == []


@MOMENTS
async def test_a_broker_that_dies_during_recovery(
    kafka_node: KafkaNode, tmp_path: Path, moment: Callable[[WorkerProcess], bool]
) -> None:
    """The same where the broker is killed; started again on its data, it gives the worker all that it needs."""
    async with installation(kafka_node.bootstrap, tmp_path, recovery_seconds=_PATIENCE_SECONDS) as city:
        await _fill(city)
        worker = city.worker().start()
        await asyncio.to_thread(worker.wait_until, lambda: moment(worker), 30, f"be {moment.__name__}")
        kafka_node.kill()
        assert await asyncio.to_thread(worker.wait_ended, 3 * _PATIENCE_SECONDS) == FATAL_STATUS
        await asyncio.to_thread(kafka_node.start)
        await asyncio.to_thread(worker.start_ready)


async def test_the_broker_is_killed_in_mid_stream(
    kafka_node: KafkaNode, tmp_path: Path, quarter: list[Event], wanted: Quarter, checkpoint: CheckpointData
) -> None:
    """The broker dies under a worker at work and comes back; started again if it ended, the worker loses nothing."""
    async with installation(kafka_node.bootstrap, tmp_path) as city:
        await city.play(quarter, checkpoint)
        worker = city.worker(static=True).start()
        await city.reached(0.2)
        kafka_node.kill()
        await asyncio.to_thread(kafka_node.start)
        while not await closed(city, checkpoint.period):
            if not worker.alive:
                worker.start()
            await asyncio.sleep(0.2)
        assert_same(await streamed(city, checkpoint.period), wanted)
