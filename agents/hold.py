"""The agent that judges holdings: which accounts a unit holds on a platform, from all partitions of the accounts."""

import faust

from agents.context import Context
from agents.keep import add_agent, keep_with
from streams.log.keeper import Keeper
from streams.log.outputs import Outputs, origins_of
from streams.log.shard import Shard
from streams.topics import Name


def add_hold(app: faust.App, context: Context) -> Keeper:
    """Judge what the holdings topic says, in the time that all its sources have passed."""
    outputs = Outputs(context.topics, Name.HOLDINGS, (Name.STANDINGS,))
    origins = origins_of(context.topics, Name.OBSERVATIONS)
    keeper = context.keeper(Name.HOLDINGS, outputs, lambda _partition: Shard(context.law, 0, origins))
    add_agent(app, "hold", keeper.topic, keeper.handle, context.fatal)
    keep_with(app, keeper.topic, keeper.keep_only)
    return keeper
