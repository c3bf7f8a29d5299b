"""A record that our own lines trip over is set aside with its bytes, and the worker goes on."""

import asyncio
from random import Random
from typing import Any
from unittest.mock import patch

import orjson
import pytest
import structlog

from schemas.instants import DAY, to_text
from streams.core import standing
from streams.core.fold import Fold
from streams.log import keeper
from streams.log.intake import Gate
from streams.log.records import tick_event
from streams.topics import Name
from tests.support.laws import law
from tests.support.log import Installation

NOON = 1_704_081_600_000
SITE, OTHER = "4207000001", "4207000002"

FAULTS = [ValueError("no"), TypeError("no"), KeyError("no"), OverflowError("no"), RecursionError("no")]
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)


def registered(subject: str, day: int = 0) -> bytes:
    """A site's entry."""
    envelope = {"specversion": "1.0", "id": f"{subject}-{day}", "source": "test", "type": "site.registered"}
    data = {"unit": "u-health", "name": "某网站"}
    return orjson.dumps({**envelope, "subject": subject, "time": to_text(NOON + day * DAY), "data": data})


def installed(*values: bytes) -> Installation:
    """One partition with these records."""
    installation = Installation(law(), 1, Random(1))
    for value in values:
        key = orjson.loads(value)["subject"].encode()
        installation.log.write(Name.OBSERVATIONS, 0, key, value)
    return installation


def worked(installation: Installation) -> list[tuple[bytes | None, bytes | None]]:
    """The dead letters, once all is done."""
    with structlog.testing.capture_logs():
        asyncio.run(installation.run([], 3))
    return list(installation.log.of(Name.DEADLETTERS))


def known(installation: Installation) -> set[str]:
    """The subjects that are remembered."""
    return set(asyncio.run(installation.states(Name.OBSERVATIONS)))


@each_fault
def test_a_record_that_cannot_be_read(fault: Exception) -> None:
    """The reading itself fails: the record's bytes are kept, the next record is folded."""
    poison, read = registered(SITE), Gate.read

    def tripping(gate: Gate, key: bytes | None, value: bytes | None, now: int | None) -> Any:
        if value == poison:
            raise fault
        return read(gate, key, value, now)

    installation = installed(poison, registered(OTHER))
    with patch.object(Gate, "read", tripping):
        letters = worked(installation)
    assert [value for _, value in letters] == [poison]
    assert known(installation) == {OTHER}


@each_fault
def test_a_tick_that_says_no_time(fault: Exception) -> None:
    """No time has passed with it, and the records around it are folded."""
    tick = tick_event(NOON + DAY)
    installation = installed(registered(SITE), tick, registered(OTHER, 2))
    with patch.object(keeper, "read_time", side_effect=fault):
        letters = worked(installation)
    assert [value for _, value in letters] == [tick]
    assert known(installation) == {SITE, OTHER}


@each_fault
def test_an_owner_whose_standing_cannot_be_reckoned(fault: Exception) -> None:
    """Its record is named and kept; how the others stand is told."""
    reckon = standing.owner_standings

    def tripping(fold: Any, estate: Any, at: int, period: Any) -> Any:
        if estate.owner == SITE:
            raise fault
        return reckon(fold, estate, at, period)

    installation = installed(registered(SITE), registered(OTHER))
    with patch("streams.log.shard.owner_standings", tripping):
        letters = worked(installation)
    assert [value for _, value in letters] == [registered(SITE)]
    assert known(installation) == {SITE, OTHER}
    told = [orjson.loads(value or b"") for _, value in installation.log.of(Name.STANDINGS)]
    assert {one["owner"] for one in told if "owner" in one} == {OTHER}


def test_what_fails_while_time_passes_ends_the_worker() -> None:
    """Some deadlines are told by then and others not: such a state is not written."""
    installation = installed(registered(SITE), tick_event(NOON + DAY))
    with patch.object(Fold, "tick", side_effect=ValueError("no")), pytest.raises(ValueError, match="no"):
        worked(installation)
