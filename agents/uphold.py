"""The agent that upholds the compacted topics that others read: of each key the newest record stands last."""

import faust

from agents.context import Context
from agents.keep import add_agent, keep_with
from streams.log.upholder import Upholder
from streams.topics import Name

#: Where others take the last record of a key for the truth. Of state, positions decide (`streams.log.states`).
UPHELD = (Name.AGGREGATES, Name.ALERTS, Name.DELIVERIES, Name.REGISTRY)


def add_uphold(app: faust.App, context: Context) -> list[Upholder]:
    """Read back what was written, and say again what late words of a replaced worker have hidden."""
    return [_add(app, context, name) for name in UPHELD]


def _add(app: faust.App, context: Context, name: Name) -> Upholder:
    upholder = Upholder(context.source(name), context.tail(name), context.sender)
    topic = context.topics.of(name)
    add_agent(app, f"uphold-{name.value}", topic, upholder.handle, context.fatal)
    keep_with(app, topic, upholder.keep_only)
    return upholder
