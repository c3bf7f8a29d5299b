"""Late words: what a worker was sending when others replaced it comes after all, when they have gone on."""

import asyncio
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from streams.log.order import order_of
from streams.topics import Name
from tests.laws.effort import effort
from tests.laws.logs import Seen, logs
from tests.laws.playing import Tick
from tests.laws.test_replay import Outcome, expect_same, installed
from tests.laws.test_said import ticks
from tests.support.log import UPHELD, Installation


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The workers' logs are of no interest here."""
    with structlog.testing.capture_logs():
        yield


def latest(installation: Installation) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Quarters that were closed, and the registry: of each key the record that stands last, as a stranger reads it."""
    quarters = {key: orjson.loads(value or b"") for key, value in installation.log.last(Name.AGGREGATES).items()}
    closed = {key: one for key, one in quarters.items() if one["period"].startswith("until-")}
    return closed, installation.log.last(Name.REGISTRY)


@given(
    logs(), ticks, st.integers(0, 9), st.sampled_from([1, 2, 4]), st.lists(st.integers(0, 60), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.05, 0.5]),
)  # fmt: skip
@effort(60)
def test_late_words_change_nothing(
    log: list[Seen], some: list[Tick], seed: int, partitions: int, dies: list[int], heard: float
) -> None:
    """Heard while others work or when all is done: in the end a stranger finds what he would have found without."""
    unharmed, dying = (installed(log, some, partitions, Random(seed + number)) for number in (0, 100))
    asyncio.run(unharmed.run([], 6))
    asyncio.run(dying.run(dies, 6, heard))
    dying.log.hear()
    asyncio.run(dying.run([], 6))
    assert latest(dying) == latest(unharmed)
    expect_same(Outcome(dying), Outcome(unharmed))
    expect_one_content_an_order(dying)


def expect_one_content_an_order(installation: Installation) -> None:
    """Whoever wrote a record of an order wrote the same: that is what lets orders decide."""
    for name in UPHELD:
        contents: dict[Any, Any] = {}
        for partition in range(installation.log.topics.count(name)):
            for record in installation.log.records[(name, partition)]:
                order = order_of(record.headers)
                assert order is not None
                assert contents.setdefault((record.key, order), record.value) == record.value
