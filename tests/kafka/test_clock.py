"""A live worker whose clock is hours wrong: what it says is right and in time, because the broker's clock counts."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.envelope import owner_of
from streams.log.sender import Outgoing
from streams.topics import Name
from tests.chaos.clocks import Clock, compiler
from tests.e2e.living import account, days_ago, fresh, now, running_out, unit
from tests.support.installation import Event, Installation, installation

pytestmark = [pytest.mark.kafka, pytest.mark.skipif(compiler() is None, reason="needs a C compiler")]

_SOON, _LATER = timedelta(seconds=20), timedelta(minutes=30)


@pytest.fixture
async def city(apache_kafka: str, tmp_path: Path) -> AsyncIterator[Installation]:
    """A live installation, which ticks."""
    async with installation(apache_kafka, tmp_path, live=True, tick_seconds=0.5) as made:
        yield made


async def _send(city: Installation, events: list[Event]) -> None:
    await city.sender.send(
        Outgoing(Name.OBSERVATIONS, owner_of(one["subject"]).encode(), orjson.dumps(one)) for one in events
    )


async def _breached(city: Installation) -> dict[str, Any]:
    """Breaches of the fortnight by their subject, when they became true."""
    told = [orjson.loads(record.value) for record in await city.records(Name.TRANSITIONS)]
    found = [one for one in told if one["rule"] == "M-V2a" and one["change"] == "breached"]
    return {one["subject"]: datetime.fromisoformat(one["at"]) for one in found}


async def _refused_observations(city: Installation) -> list[bytes]:
    """The dead letters that are no ticks: a tick that is refused is followed by the next."""
    return [record.value for record in await city.records(Name.DEADLETTERS) if b'"xuncha.' not in record.value]


@pytest.mark.parametrize("hours", [-3, 3])
async def test_hours_wrong(city: Installation, tmp_path: Path, hours: int) -> None:
    """One fortnight ends in seconds, another in half an hour.

    The first breach is found within the minute, under its own instant; the second is not found at all; and nothing
    that was seen is refused as of the future.
    """
    clock = Clock(tmp_path / "clock")
    clock.put(hours * 3600)
    worker = city.worker()
    worker.use(**clock.env)
    worker.start_ready()
    owner, soon, later = fresh("unit-"), f"wechat:{fresh('gh_')}", f"wechat:{fresh('gh_')}"
    deadline = now() + _SOON
    seen = [*running_out(soon, deadline), *running_out(later, now() + _LATER)]
    await _send(city, [unit(owner), *(account(one, owner, days_ago(14)) for one in (soon, later)), *seen])

    async def found() -> bool:
        return bool(await _breached(city))

    await city.until(found, 60, "finding the breach")
    assert now() >= deadline
    assert await _breached(city) == {soon: deadline.replace(microsecond=deadline.microsecond // 1000 * 1000)}
    assert await _refused_observations(city) == []
