"""The short form: every kind of fault once, in a few runs on an Apache Kafka of its own."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.embedded import run_embedded
from tests.chaos.faults import missing_for
from tests.chaos.ground import Ground, ground
from tests.chaos.plan import SHORT, short_plan
from tests.chaos.run import run

# A run takes twenty seconds, more on a busy machine; it gives up by itself after standing still for two minutes.
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Ground]:
    """A node that may be hurt, with its doors."""
    if missing := missing_for(map(short_plan, range(SHORT))):
        pytest.skip(f"this needs {', '.join(missing)} on this machine")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # clients that lose their broker on purpose
    async with ground(tmp_path) as made:
        yield made


@pytest.mark.parametrize("number", range(SHORT))
async def test_comes_to_what_the_replay_says(served: Ground, number: int, tmp_path: Path) -> None:
    """Under every fault: nothing lost, nothing too many, nothing told twice under different ids, nobody hung."""
    plan = short_plan(number)
    report = await (run_embedded(plan, tmp_path) if plan.embedded else run(plan, served, tmp_path))
    assert report.good, "\n".join([*report.hung, *report.verdict.faults])
    assert set(report.done) == set(report.plan.kinds)
    assert report.verdict.transitions > 0
    assert report.verdict.alerts > 0
