"""
The ticker: sends time into the partitions that this worker owns.

A tick is data like any other: two tickers, early or missing ticks change nothing but how soon something is noticed.
"""

import asyncio

import faust

from agents.context import Context
from streams.log.keeper import Keeper
from streams.log.records import tick_event
from streams.log.sender import Outgoing
from streams.topics import Name


class Ticker:
    """Ticks of the wall clock, for the observations' partitions."""

    def __init__(self, context: Context, app: faust.App, keeper: Keeper) -> None:
        self._context = context
        self._app = app
        self._keeper = keeper

    async def run(self) -> None:
        """Tick until the worker stops; at `tick_seconds` 0 somebody else does it."""
        every = self._context.settings.tick_seconds
        while every and not self._app.should_stop:
            await asyncio.sleep(every)
            now = self._context.now()
            await self._context.sender.send(self._tick(now, partition) for partition in self._owned())

    def _owned(self) -> list[int]:
        topic = self._context.topics.of(Name.OBSERVATIONS)
        return sorted(tp.partition for tp in self._app.assignor.assigned_actives() if tp.topic == topic)

    def _tick(self, now: int, partition: int) -> Outgoing:
        source = f"worker:{self._context.settings.instance or 'one'}"
        return Outgoing(Name.OBSERVATIONS, b"clock", tick_event(now, source=source), partition)
