"""What of Faust is not used: tables, windows, its own exactly-once, its leader, its web server."""

import pytest
from faust.types.enums import ProcessingGuarantee

from agents.context import Context
from agents.uphold import UPHELD
from agents.worker import Worker
from streams.app import heartbeat_seconds
from streams.settings import Settings

SETTINGS = Settings(kafka="127.0.0.1:1", instance="one", session_seconds=8.0)


@pytest.fixture
async def worker() -> Worker:
    """A worker put together, not started."""
    return Worker(Context(SETTINGS, now=lambda: 0))


async def test_no_tables(worker: Worker) -> None:
    """So no window that leaks (#385, #250), no recovery that hangs (#176, #597), nothing written from a timer."""
    assert dict(worker.app.tables) == {}
    assert not worker.app.tables.changelog_topics


async def test_what_is_off(worker: Worker) -> None:
    """Exactly-once duplicates (#517, #323), leadership may be double, the web server shows data."""
    conf = worker.app.conf
    assert str(conf.processing_guarantee) == str(ProcessingGuarantee.AT_LEAST_ONCE)
    assert conf.topic_disable_leader
    assert not conf.web_enabled
    assert not conf.topic_allow_declare


async def test_rebalances(worker: Worker) -> None:
    """Streams are not waited for by Faust (#175): we wait for batches ourselves; membership is static if named."""
    assert not worker.app.conf.stream_wait_empty
    assert worker.app.conf.consumer_group_instance_id == "one"
    assert heartbeat_seconds(SETTINGS) * 3 < SETTINGS.session_seconds


async def test_one_at_a_time(worker: Worker) -> None:
    """Each agent has one actor: with more, commits run ahead of what is handled (#606)."""
    assert {agent.concurrency for agent in worker.app.agents.values()} == {1}
    assert len(worker.app.agents) == 5 + len(UPHELD)


async def test_not_ready_before_partitions_come(worker: Worker) -> None:
    """A worker that has not been given anything yet is not ready."""
    assert not worker.ready
