"""The agents that sum up: standings into units' quarters, units' quarters into groups and areas."""

from collections.abc import Callable

import faust

from agents.context import Context
from agents.keep import add_agent, keep_with
from streams.log.outputs import origins_of
from streams.log.summer import Summer
from streams.log.sums import AreaSums, Summing, UnitSums
from streams.topics import Name


def add_sums(app: faust.App, context: Context) -> list[Summer]:
    """Keep the quarter of every unit, group and area; emitted on every change, closed at the checkpoint."""
    judged = origins_of(context.topics, Name.OBSERVATIONS, Name.HOLDINGS)
    summed = origins_of(context.topics, Name.STANDINGS)
    units = _add(app, context, Name.STANDINGS, lambda: UnitSums(context.topics, judged, context.law.label))
    return [units, _add(app, context, Name.AREAS, lambda: AreaSums(summed))]


def _add(app: faust.App, context: Context, source: Name, make: Callable[[], Summing]) -> Summer:
    summer = Summer(context.source(source), context.sender, context.store(source), make)
    topic = context.topics.of(source)
    add_agent(app, f"sum-{source.value}", topic, summer.handle, context.fatal)
    keep_with(app, topic, summer.keep_only)
    return summer
