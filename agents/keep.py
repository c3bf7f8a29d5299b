"""An agent that hands its topic's records on in batches: batch in, core, transitions out."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn

import faust

from schemas.instants import SECOND
from streams.app import BATCH_RECORDS, BATCH_SECONDS, ownership_of, raw_topic
from streams.delivery import take
from streams.log.lane import APPENDED
from streams.log.source import Message, came_at

Fatal = Callable[[BaseException], NoReturn]
Handle = Callable[[list[Message]], Awaitable[None]]
KeepOnly = Callable[[frozenset[int]], None]


def add_agent(app: faust.App, name: str, topic: str, handle: Handle, fatal: Fatal) -> None:
    """Add an agent that handles a topic in batches.

    Only what was handled is committed. Faust would go on behind a batch whose handler raised, so whatever the handler's
    own guard does not set aside ends the worker: the batch comes again to whoever takes over.
    """
    ownership = ownership_of(app)

    async def handled(messages: Sequence[Any]) -> None:
        try:
            owned = [one for one in messages_of(messages) if (topic, one.partition) in ownership.owned]
            await handle(owned)
            ownership.note(topic, ((one.partition, one.offset) for one in owned))
        except Exception as error:  # noqa: BLE001  # nothing may be committed that was not handled
            fatal(error)

    async def agent(stream: Any) -> None:
        async for messages in take(stream, BATCH_RECORDS, BATCH_SECONDS):
            await ownership.finish(handled(messages))

    agent.__name__ = name
    app.agent(raw_topic(app, topic), name=name, concurrency=1)(agent)


def keep_with(app: faust.App, topic: str, keep_only: KeepOnly) -> None:
    """Have a topic's partitions put down when another worker has owned them."""
    ownership_of(app).on_take(lambda kept: keep_only(frozenset(one.partition for one in kept if one.topic == topic)))


def messages_of(messages: Sequence[Any]) -> list[Message]:
    """Faust's messages as plain records."""
    return [_message(one) for one in messages]


def _message(one: Any) -> Message:
    sworn = one.timestamp_type == APPENDED
    return Message(one.partition, one.offset, one.key, one.value, one.headers or (), _came(one.timestamp), sworn)


def _came(seconds: float | None) -> int | None:
    """A record's timestamp in ms again, which Faust has made seconds of."""
    return None if seconds is None else came_at(round(seconds * SECOND))
