"""One worker on Apache Kafka, undisturbed: a node of the tests' own, and one in a container where Docker runs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.control import CheckpointData
from schemas.registry import Registry
from tests.support.compare import Quarter, assert_same, assert_told, closed, streamed
from tests.support.installation import Event, Installation, installation

_BROKERS = [
    pytest.param("apache_kafka", marks=pytest.mark.kafka, id="node"),
    pytest.param("docker_kafka", marks=pytest.mark.docker, id="container"),
]


@pytest.fixture(params=_BROKERS)
async def city(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Installation]:
    """An installation on either."""
    async with installation(request.getfixturevalue(request.param), tmp_path) as made:
        yield made


async def test_the_stream_says_what_the_replay_says(
    city: Installation, quarter: list[Event], wanted: Quarter, checkpoint: CheckpointData, registry: Registry
) -> None:
    """The quarter through one worker gives the replay's transitions, standings and aggregates, and tells the units."""
    city.worker().start()
    await city.play(quarter, checkpoint)
    await city.until(lambda: closed(city, checkpoint.period), 90, "closing the quarter")
    assert_same(await streamed(city, checkpoint.period), wanted)
    await assert_told(city, registry)
