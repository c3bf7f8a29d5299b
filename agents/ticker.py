"""The ticker: sends time into the partitions that this worker owns.

A tick is data like any other: two tickers, early or missing ticks change nothing but how soon something is noticed.
"""

import asyncio
from collections.abc import Iterator

import faust

from agents.context import Context
from schemas.instants import to_datetime
from streams.app import ownership_of
from streams.core.quarters import next_quarter, quarter_of
from streams.core.standing import Period
from streams.log.keeper import Keeper
from streams.log.records import checkpoint_event, tick_event
from streams.log.sender import Outgoing
from streams.topics import Name


class Ticker:
    """Ticks of the wall clock, for the observations' partitions."""

    def __init__(self, context: Context, app: faust.App, keeper: Keeper) -> None:
        self._context = context
        self._app = app
        self._keeper = keeper
        self._source = f"worker:{context.settings.instance or 'one'}"
        self._closing: dict[str, set[int]] = {}

    async def run(self) -> None:
        """Tick until the worker stops; at `tick_seconds` 0 somebody else does it."""
        every = self._context.settings.tick_seconds
        while every and not self._app.should_stop:
            await asyncio.sleep(every)
            now = self._context.now()
            await self._context.sender.send(one for partition in self._owned() for one in self._ticks(now, partition))

    def _owned(self) -> list[int]:
        topic = self._context.topics.of(Name.OBSERVATIONS)
        return sorted(one.partition for one in ownership_of(self._app).owned if one.topic == topic)

    def _ticks(self, now: int, partition: int) -> Iterator[Outgoing]:
        """The end of a quarter that the partition has not passed yet, then the time."""
        shard = self._keeper.shards.get(partition)
        if shard is not None and shard.fold.clock > 0:
            ended = quarter_of(shard.fold.clock)
            ends = quarter_of(now).starts
            if ended.starts < ends and partition not in self._closed(ended):
                self._closing.setdefault(ended.name, set()).add(partition)
                end = next_quarter(ended).starts
                event = checkpoint_event(ended.name, to_datetime(ended.starts), end, source=self._source)
                yield Outgoing(Name.OBSERVATIONS, b"clock", event, partition)
        yield Outgoing(Name.OBSERVATIONS, b"clock", tick_event(now, source=self._source), partition)

    def _closed(self, period: Period) -> set[int]:
        return self._closing.get(period.name, set())
