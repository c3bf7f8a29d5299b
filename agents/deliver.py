"""The agent that tells the units: transitions in, alerts and webhooks out."""

from typing import Any

import faust

from agents.context import Context
from agents.directory import Directory
from agents.keep import add_agent
from agents.rounds import Detected, Rounds
from streams.topics import Name


def add_deliver(app: faust.App, context: Context, directory: Directory, detected: Detected) -> Rounds:
    """Compose an alert of every transition and send it to the unit that answers for it."""
    rounds = Rounds(context, directory, detected)
    topic = context.topics.of(Name.TRANSITIONS)
    add_agent(app, "deliver", topic, rounds.handle, context.fatal)

    @app.on_partitions_revoked.connect(weak=False)
    async def forget(_app: Any, revoked: Any, **_kwargs: Any) -> None:
        rounds.revoke(tp.partition for tp in revoked if tp.topic == topic)

    return rounds
