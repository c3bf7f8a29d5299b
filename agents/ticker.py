"""The ticker: sends time into the partitions that this worker owns.

A tick is data like any other: two tickers, early or missing ticks change nothing but how soon something is noticed.

It says what the broker's clock says, as far as the last tick's answer told: else a worker whose clock is behind would
notice silence so much too late, and the ticks of one whose clock is ahead would be refused as of the future.
"""

import asyncio
from collections.abc import Iterable, Iterator

import faust
import structlog

from agents.context import Context
from schemas.instants import DAY, SECOND, to_datetime
from streams.app import ownership_of
from streams.core.quarters import next_quarter, quarter_of
from streams.core.standing import Period
from streams.log.keeper import Keeper
from streams.log.records import checkpoint_event, tick_event
from streams.log.sender import Outgoing
from streams.topics import Name

log = structlog.get_logger(__name__)

_LONGEST = 366 * DAY
#: So much of a difference between our clock and the broker's is said in the log (ms).
APART = 10 * SECOND


class Ticker:
    """Ticks of the wall clock, for the observations' partitions."""

    def __init__(self, context: Context, app: faust.App, keeper: Keeper) -> None:
        self._context = context
        self._app = app
        self._keeper = keeper
        self._source = f"worker:{context.settings.instance or 'one'}"
        self._asked: dict[int, int] = {}
        self._ahead = 0  # of the broker's clock (ms)

    async def run(self) -> None:
        """Tick until the worker stops; at `tick_seconds` 0 somebody else does it."""
        every = self._context.settings.tick_seconds
        while every and not self._app.should_stop:
            await asyncio.sleep(every)
            owned, now = self._owned(), self._context.now() - self._ahead
            await self._context.sender.send(one for partition in owned for one in self._ticks(now, partition))
            self._ahead = self._compare(owned)

    def _compare(self, owned: Iterable[int]) -> int:
        """How far our clock is ahead of the broker's; as much as a tick takes to the broker and back."""
        sender = self._context.sender
        told = [at for one in owned if (at := sender.appended(Name.OBSERVATIONS, one)) is not None]
        ahead = self._context.now() - max(told) if told else 0
        if abs(ahead - self._ahead) > APART:
            log.warning("clock", ahead_of_the_broker_ms=ahead)
        return ahead

    def _owned(self) -> list[int]:
        topic = self._context.topics.of(Name.OBSERVATIONS)
        return sorted(one.partition for one in ownership_of(self._app).owned if one.topic == topic)

    def _ticks(self, now: int, partition: int) -> Iterator[Outgoing]:
        """The ends of quarters that the partition has not passed yet, then the time."""
        shard = self._keeper.shards.get(partition)
        if shard is not None:
            for quarter in ended(shard.closed, shard.fold.clock, now):
                yield from self._close(quarter, partition)
        yield Outgoing(Name.OBSERVATIONS, b"clock", tick_event(now, source=self._source), partition)

    def _close(self, quarter: Period, partition: int) -> Iterator[Outgoing]:
        """Ask for a quarter's standings once; a worker that comes after us may ask again, which changes nothing."""
        end = next_quarter(quarter).starts - 1
        if self._asked.get(partition, 0) < end:
            self._asked[partition] = end
            event = checkpoint_event(quarter.name, to_datetime(quarter.starts), end, source=self._source)
            yield Outgoing(Name.OBSERVATIONS, b"clock", event, partition)


def ended(closed: int, clock: int, now: int) -> Iterator[Period]:
    """The quarters that have ended by `now` since the checkpoint `closed` (all ms UTC), the oldest first.

    Not by the clock: an observation of the new quarter may have moved it before the ticker looked. Where no checkpoint
    is known the clock's quarter is the first; what ended more than a year ago is left alone.
    """
    quarter = quarter_of(max(closed + 1 if closed else clock or now, now - _LONGEST))
    while (following := next_quarter(quarter)).starts <= now:
        yield quarter
        quarter = following
