"""An agent that hands its topic's records to a keeper: batch in, core, transitions out."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn

import faust

from streams.app import BATCH_RECORDS, BATCH_SECONDS, raw_topic
from streams.log.keeper import Keeper, Message

Fatal = Callable[[BaseException], NoReturn]
Handle = Callable[[list[Message]], Awaitable[None]]


def add_agent(app: faust.App, name: str, topic: str, handle: Handle, fatal: Fatal) -> None:
    """Add an agent that handles a topic in batches.

    Faust acknowledges a batch even when its handler raised, so whatever the keeper's own guard does not set aside
    ends the worker before that: the batch comes again to whoever takes over.
    """

    async def agent(stream: Any) -> None:
        async for events in stream.take_events(BATCH_RECORDS, within=BATCH_SECONDS):
            try:
                await handle(messages_of(events))
            except Exception as error:  # noqa: BLE001  # nothing may be acknowledged that was not handled
                fatal(error)

    agent.__name__ = name
    app.agent(raw_topic(app, topic), name=name, concurrency=1)(agent)


def messages_of(events: Sequence[Any]) -> list[Message]:
    """Faust's events as plain records."""
    return [
        Message(event.message.partition, event.message.offset, event.message.key, event.message.value)
        for event in events
    ]


def add_keeper(app: faust.App, name: str, keeper: Keeper, topic: str, fatal: Fatal) -> None:
    """Add the agent of a keeper, and let it forget the partitions that are taken away."""
    add_agent(app, name, topic, keeper.handle, fatal)

    @app.on_partitions_revoked.connect(weak=False)
    async def forget(_app: Any, revoked: Any, **_kwargs: Any) -> None:
        keeper.revoke(tp.partition for tp in revoked if tp.topic == topic)
