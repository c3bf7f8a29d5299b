"""Late words on Apache Kafka, with a worker at work: whoever reads the compacted topics finds the newest last."""

import asyncio

import orjson
import pytest

from agents.uphold import UPHELD
from streams.log.order import ordered
from streams.log.sender import Outgoing
from streams.topics import Name
from tests.support.installation import Installation

pytestmark = pytest.mark.kafka

_KEY = b"unit:late-words"


def _entry(name: str) -> bytes:
    """What every one of these topics may hold: workers read the registry, too."""
    envelope = {"specversion": "1.0", "id": name, "source": "test", "type": "unit.registered", "subject": _KEY.decode()}
    return orjson.dumps({**envelope, "time": "2024-01-01T00:00:00+08:00", "data": {"name": name, "area": "某市"}})


#: Deliveries are crossed out by a tombstone.
NEWEST = {name: None if name is Name.DELIVERIES else _entry("newest") for name in UPHELD}


async def _say(city: Installation, name: Name, order: int, value: bytes | None) -> None:
    await city.sender.send([Outgoing(name, _KEY, value, 0, ordered(order))])


async def _last(city: Installation, name: Name) -> bytes | None:
    """The last record of the key."""
    last: bytes | None = [one.value for one in await city.records(name) if one.key == _KEY][-1]
    return last


async def test_a_worker_upholds_what_is_newest(city: Installation) -> None:
    """In each topic of which others take the last record for the truth, whether it comes while it looks or before."""
    for name in UPHELD:
        await _say(city, name, 7, NEWEST[name])
    await _say(city, Name.AGGREGATES, 6, _entry("late"))
    await asyncio.to_thread(city.worker().start_ready)
    assert await _last(city, Name.AGGREGATES) == NEWEST[Name.AGGREGATES]
    for name in UPHELD:
        await _say(city, name, 5, _entry("late"))

    async def upheld() -> bool:
        return {name: await _last(city, name) for name in UPHELD} == NEWEST

    await city.until(upheld, 30, "saying again what late words hid")
