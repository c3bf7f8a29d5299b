"""The quarter that these tests play: accounts and a few sites of the demonstration, and what the replay makes of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from observers.demo import demo_checkpoint, demo_events, demo_registry
from schemas.control import CheckpointData
from schemas.envelope import owner_of
from schemas.registry import Registry
from tests.support.compare import Quarter, expected, replayed
from tests.support.installation import Event, Installation, installation

SITES = 5


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The demonstration's registry."""
    return demo_registry()


@pytest.fixture(scope="session")
def checkpoint() -> CheckpointData:
    """The end of its quarter."""
    return demo_checkpoint()


@pytest.fixture(scope="session")
def quarter(registry: Registry) -> list[Event]:
    """All accounts and five sites: a fifth of the demonstration's events, every kind of rule."""
    left_out = {site.code for site in registry.sites[SITES:]}
    return [event for event in demo_events() if owner_of(event["subject"]) not in left_out]


@pytest.fixture(scope="session")
def wanted(quarter: list[Event], checkpoint: CheckpointData) -> Quarter:
    """What the stream has to come to."""
    return expected(replayed(quarter, checkpoint))


@pytest.fixture
async def city(apache_kafka: str, tmp_path: Path) -> AsyncIterator[Installation]:
    """An installation of the test's own on the session's Kafka."""
    async with installation(apache_kafka, tmp_path) as made:
        yield made
