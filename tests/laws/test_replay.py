"""Law 4: the same log gives the same transitions and states, whatever the batches, the partitions and the crashes."""

import asyncio
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from schemas.instants import to_datetime
from streams.log.records import checkpoint_event, tick_event
from streams.log.sender import partition_of
from streams.topics import Name
from tests.laws.effort import effort
from tests.laws.logs import ACCOUNT, END, GRID, ORIGIN, Seen, in_order, logs
from tests.laws.pack import mini_law
from tests.laws.playing import Tick
from tests.laws.test_said import ticks, with_ticks
from tests.support.log import Installation

LAW = mini_law()
_CHECKPOINT = ORIGIN + 30 * GRID + 1

units = [("unit.registered", f"unit:{unit}", {"name": unit, "area": "某市", "group": "区"}) for unit in ("u1", "u2")]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The workers' logs are of no interest here."""
    with structlog.testing.capture_logs():
        yield


def installed(log: list[Seen], some: list[Tick], partitions: int, chance: Random) -> Installation:
    """An installation with a log in it: observations, ticks, a checkpoint in the middle and one at the end."""
    installation = Installation(LAW, partitions, chance)
    whole = [*[Seen(*unit, ORIGIN, 0) for unit in units], *log]
    checkpoints = [Tick(_CHECKPOINT), Tick(END)]
    for item in with_ticks(in_order(whole), [*some, *checkpoints]):
        if not isinstance(item, Tick):
            key = item.owner.encode()
            installation.log.write(Name.OBSERVATIONS, partition_of(key, partitions), key, _bytes(item))
            continue
        record = _checkpoint(item.at) if item in checkpoints else tick_event(item.at)
        for partition in range(partitions):
            installation.log.write(Name.OBSERVATIONS, partition, b"clock", record)
    return installation


def _bytes(event: Any) -> bytes:
    return bytes(event.model_dump_json(exclude_none=True).encode())


def _checkpoint(at: int) -> bytes:
    return checkpoint_event(f"until-{at}", to_datetime(ORIGIN), at)


class Outcome:
    """All that came of a log."""

    def __init__(self, installation: Installation) -> None:
        self.transitions = _transitions(installation)
        self.observed = _states(installation, Name.OBSERVATIONS)
        self.held = _states(installation, Name.HOLDINGS)
        self.closed = _closed(installation)

    @property
    def told(self) -> dict[str, Any]:
        """The transitions without when they were noticed, which is a matter of the partition's clock."""
        return {ident: {**one, "noticed_at": ""} for ident, one in self.transitions.items()}


def _transitions(installation: Installation) -> dict[str, Any]:
    """Transitions by their ids; one that was sent again is the same."""
    found: dict[str, Any] = {}
    for _, value in installation.log.of(Name.TRANSITIONS):
        one = orjson.loads(value or b"")
        if "@" in one["subject"]:  # a holding's clock is told in as many ticks as there are batches upstream
            one["noticed_at"] = ""
        assert found.setdefault(one["id"], one) == one, "one id with two contents"
    return found


def _states(installation: Installation, name: Name) -> dict[str, Any]:
    """The state records of all subjects but for `wake`, a lower bound that may differ."""
    return {key: record[:-1] for key, record in asyncio.run(installation.states(name)).items()}


def _closed(installation: Installation) -> dict[bytes | None, Any]:
    """The quarters of units, groups and areas as they were closed last."""
    made = [(key, orjson.loads(value or b"")) for key, value in installation.log.of(Name.AGGREGATES)]
    return {key: one for key, one in made if one["closed"] and one["period"].startswith("until-")}


@given(logs(), ticks, st.integers(0, 9), st.integers(1, 7), st.sampled_from([1, 2, 4]))
@effort(25)
def test_batches_change_nothing(log: list[Seen], some: list[Tick], seed: int, most: int, partitions: int) -> None:
    """One record at a time or many, in whatever turns the partitions and topics are read."""
    one_by_one, batched = (installed(log, some, partitions, Random(seed + number)) for number in (0, 100))
    asyncio.run(one_by_one.run([], 1))
    asyncio.run(batched.run([], most + 1))
    expect_same(Outcome(batched), Outcome(one_by_one))


@given(logs(), ticks, st.integers(0, 9), st.sampled_from([2, 4, 7]))
@effort(25)
def test_partitions_change_nothing(log: list[Seen], some: list[Tick], seed: int, partitions: int) -> None:
    """One partition or seven: the same transitions, the same states, the same quarter; only `noticed_at` may differ.

    For a log in the order in which it was seen: evidence that comes later than allowed meets a clock that other owners
    of the partition may have moved on, and is then told as a breach retracted where another partition never told one.
    """
    alone, spread = (installed(log, some, number, Random(seed)) for number in (1, partitions))
    asyncio.run(alone.run([], 5))
    asyncio.run(spread.run([], 5))
    one, other = Outcome(alone), Outcome(spread)
    assert one.told == other.told
    assert (one.observed, one.held, one.closed) == (other.observed, other.held, other.closed)


@given(
    logs(), ticks, st.integers(0, 9), st.sampled_from([1, 2, 4]), st.lists(st.integers(0, 60), min_size=1, max_size=6)
)
@effort(60)
def test_crashes_change_nothing(log: list[Seen], some: list[Tick], seed: int, partitions: int, dies: list[int]) -> None:
    """Killed between any two writes, again and again: the same transitions, none with two contents, the same states."""
    unharmed, dying = (installed(log, some, partitions, Random(seed + number)) for number in (0, 100))
    asyncio.run(unharmed.run([], 6))
    asyncio.run(dying.run(dies, 6))
    expect_same(Outcome(dying), Outcome(unharmed))


def test_killed_at_each_write() -> None:
    """A worker that is killed before each of its writes in turn: it does die each time, and nothing changes."""
    entry = {"unit": "u1", "name": "甲", "platform": "wechat", "account_type": "subscription"}
    log = [Seen("account.registered", ACCOUNT, entry, ORIGIN, 0), Seen("account.checked", ACCOUNT, {}, END - GRID, 0)]
    unharmed = installed(log, [], 1, Random(0))
    before = unharmed.log.written
    asyncio.run(unharmed.run([], 6))
    for writes in range(unharmed.log.written - before):
        dying = installed(log, [], 1, Random(0))
        asyncio.run(dying.run([writes], 6))
        assert dying.crashes == 1
        expect_same(Outcome(dying), Outcome(unharmed))


def expect_same(one: Outcome, other: Outcome) -> None:
    """All that came of a log is the same."""
    assert one.transitions == other.transitions
    assert (one.observed, one.held, one.closed) == (other.observed, other.held, other.closed)
