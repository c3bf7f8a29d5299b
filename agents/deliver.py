"""The agent that tells the units: transitions in, alerts and webhooks out."""

import faust

from agents.context import Context
from agents.directory import Directory, DirectoryReader
from agents.keep import add_agent
from agents.rounds import Detected, Rounds
from streams.app import ownership_of
from streams.topics import Name


def add_deliver(
    app: faust.App, context: Context, directory: Directory, reader: DirectoryReader, detected: Detected
) -> Rounds:
    """Compose an alert of every transition and send it to the unit that answers for it."""
    rounds = Rounds(context, directory, reader, detected)
    add_agent(app, "deliver", context.topics.of(Name.TRANSITIONS), rounds.handle, context.fatal)
    ownership_of(app).on_release(rounds.release)
    return rounds
