"""Playing a past quarter in event time: its events in the order in which they were seen, and time after them."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

import orjson

from schemas.control import CheckpointData
from schemas.envelope import owner_of
from schemas.instants import DAY, to_ms
from streams.log.records import checkpoint_event, tick_event
from streams.log.sender import Outgoing, Sender
from streams.topics import Name

_AT_ONCE = 1_000


async def play(sender: Sender, events: Iterable[dict[str, Any]], checkpoint: CheckpointData) -> AsyncIterator[int]:
    """Send events, one a record, a tick a day, and the checkpoint last; yields how many events went out so far.

    One record an event keeps every partition in the order of `observedtime`, as live observers would.
    """
    sent = 0
    batch: list[Outgoing] = []
    day = 0
    for event in events:
        seen = _seen(event)
        if seen // DAY != day:
            day = seen // DAY
            batch += _everywhere(sender, tick_event(day * DAY, source="demo"))
        owner = owner_of(event["subject"]).encode()
        batch.append(Outgoing(Name.OBSERVATIONS, owner, orjson.dumps(event)))
        if len(batch) >= _AT_ONCE:
            await sender.send(batch)
            sent += len(batch)
            batch = []
            yield sent
    at = to_ms(checkpoint.at)
    batch += _everywhere(sender, checkpoint_event(checkpoint.period, checkpoint.starts, at, source="demo"))
    await sender.send(batch)
    yield sent + len(batch)


def _everywhere(sender: Sender, value: bytes) -> list[Outgoing]:
    count = sender.topics.count(Name.OBSERVATIONS)
    return [Outgoing(Name.OBSERVATIONS, b"clock", value, partition) for partition in range(count)]


def _seen(event: dict[str, Any]) -> int:
    return to_ms(datetime.fromisoformat(event.get("observedtime") or event["time"]))
