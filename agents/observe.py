"""The agent that judges sites and accounts: observations in, transitions out."""

import faust

from agents.context import Context
from agents.keep import add_agent, keep_with
from streams.log.keeper import Keeper
from streams.log.outputs import Outputs
from streams.log.shard import Shard
from streams.topics import Name


def add_observe(app: faust.App, context: Context) -> Keeper:
    """Judge what the observations topic says; tell holdings and standings how far each partition has come."""
    outputs = Outputs(context.topics, Name.OBSERVATIONS, (Name.HOLDINGS, Name.STANDINGS))
    keeper = context.keeper(Name.OBSERVATIONS, outputs, lambda _partition: Shard(context.law, context.lateness))
    add_agent(app, "observe", keeper.topic, keeper.handle, context.fatal)
    keep_with(app, keeper.topic, keeper.keep_only)
    return keeper
