"""What failed comes again: only what was handled is committed.

Faust acknowledges a record whose handler raised (#189) and takes a failed commit for done (#316). The tests named
`test_faust_still_…` say when a newer Faust no longer does.
"""

import os
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from faust.transport.consumer import Consumer
from faust.types import TP

from agents.context import FATAL_STATUS
from streams.broker.child import Child
from streams.consumer import OwnedConsumer
from streams.ownership import Ownership
from tests.support.brokers import NewTopicMaker

ROOT = Path(__file__).parents[2]


class Program:
    """Starts `tests.faust.program` on one topic, again and again under one group."""

    def __init__(self, kind: str, bootstrap: str, topic: str) -> None:
        self._command = [
            sys.executable,
            "-m",
            "tests.faust.program",
            kind,
            bootstrap,
            topic,
            f"g-{uuid.uuid4().hex[:8]}",
        ]
        self.child: Child | None = None

    def run(self, until: str, *more: str, seconds: float = 60.0) -> list[str]:
        """Run until it says a line or ends; then stop it. What it handled."""
        self.child = Child([*self._command, *more], os.environ | {"PYTHONPATH": str(ROOT)})
        deadline = time.monotonic() + seconds
        while until not in self.child.last_lines() and not self.child.wait(0.1):
            assert time.monotonic() < deadline, f"it did not say {until!r}: {self.child.last_lines()}"
        if self.child.alive():
            time.sleep(1.0)  # so that it commits
            self.child.stop(20.0)
        return [line.removeprefix("handled ") for line in self.child.last_lines() if line.startswith("handled ")]

    @property
    def status(self) -> int | None:
        """How it ended."""
        return self.child.exit_status if self.child else None


@pytest.fixture
async def topic(apache_kafka: str, new_topic: NewTopicMaker) -> str:
    """A topic with `a`, `bad` and `c`."""
    name = new_topic(apache_kafka)
    async with AIOKafkaProducer(bootstrap_servers=apache_kafka) as producer:
        for value in (b"a", b"bad", b"c"):
            await producer.send_and_wait(name, value)
    return name


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    """Programs that are stopped at the end."""
    started: list[Program] = []
    yield started
    for program in started:
        if program.child is not None:
            program.child.stop()


@pytest.mark.kafka
def test_faust_still_skips_what_failed(apache_kafka: str, topic: str, programs: list[Program]) -> None:
    """A naive agent that fails on `bad` goes on with `c`, and never sees `bad` again."""
    programs.append(naive := Program("naive", apache_kafka, topic))
    assert naive.run("handled c", "refuse") == ["a", "c"]


@pytest.mark.kafka
def test_what_failed_comes_again(apache_kafka: str, topic: str, programs: list[Program]) -> None:
    """Ours ends with a failure before anything behind `bad` is handled; mended, it handles `bad` and goes on."""
    programs.append(ours := Program("guarded", apache_kafka, topic))
    assert "c" not in ours.run("never", "refuse")
    assert ours.status == FATAL_STATUS
    assert ours.run("handled c")[-2:] == ["bad", "c"]


async def test_faust_still_takes_a_failed_commit_for_done() -> None:
    """#316: `_committed_offset` moves although the broker refused; nobody may rely on it."""
    at = TP("t", 0)
    consumer: Any = SimpleNamespace(
        log=SimpleNamespace(dev=lambda *_: None, info=lambda *_: None), assignment=lambda: {at}, in_transaction=False,
        _committed_offset={at: 3},
    )  # fmt: skip

    async def nothing(*_args: object) -> bool:
        return False

    consumer._commit = nothing
    consumer.app = SimpleNamespace(
        producer=SimpleNamespace(flush=nothing), monitor=SimpleNamespace(on_tp_commit=lambda _: None)
    )
    assert await Consumer._commit_offsets(consumer, {at: 9}) is False
    assert consumer._committed_offset == {at: 9}


def test_only_what_was_handled_is_committed() -> None:
    """Whatever Faust has acknowledged: what the agents report counts, and nothing backwards."""
    here, there, old = TP("t", 0), TP("t", 1), TP("t", 2)
    ownership = Ownership()
    ownership.take([here, there, old], 1)
    ownership.note("t", [(0, 6), (2, 4)])
    consumer: Any = OwnedConsumer.__new__(OwnedConsumer)
    consumer.transport = SimpleNamespace(ownership=ownership)
    consumer._committed_offset = defaultdict(lambda: None, {old: 9})
    consumer._acked = {here: [0, 1, 2, 3, 4, 5, 6, 7, 8], there: [0, 1, 2]}
    assert consumer._filter_committable_offsets([here, there, old]) == {here: 7}
