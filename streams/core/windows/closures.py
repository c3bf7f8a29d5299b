"""Filed maintenance as closed minutes: spans from a minute (inclusive) to another (exclusive), none touching another.

Availability cuts its window into days that slide with the minute of the instant; what is closed moves through them.
"""

from collections.abc import Iterator
from itertools import chain

from schemas.instants import DAY, MINUTE
from streams.core.answer import NEVER
from streams.core.trail import Fact, Trail

Closed = tuple[tuple[int, int], ...]

DAY_MINUTES = DAY // MINUTE


def closed_minutes(maintenance: Trail, *, filed_before: bool) -> Closed:
    """The filed periods in order, those that overlap as one; with `filed_before` none begins before it was filed."""
    merged: list[tuple[int, int]] = []
    for starts, ends in sorted(_period(fact, filed_before=filed_before) for fact in maintenance.facts):
        if merged and starts <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        elif starts < ends:
            merged.append((starts, ends))
    return tuple(merged)


def _period(fact: Fact, *, filed_before: bool) -> tuple[int, int]:
    """Of (starts, id, ends, filed); facts from before the filing was remembered end with `ends`."""
    starts = max(fact[0], *fact[3:]) if filed_before and fact[3:] else fact[0]
    return starts // MINUTE, -(-fact[2] // MINUTE)


def between(closed: Closed, first: int, last: int) -> Closed:
    """Those of which any minute lies between two, both inclusive."""
    return tuple(one for one in closed if one[0] <= last and one[1] > first)


def needed(closed: Closed, end: int, minimum: int) -> int:
    """The minimum of the day that ends with a minute, less the share of it that is closed."""
    return minimum * (DAY_MINUTES - _shut(closed, end)) // DAY_MINUTES


def next_change(closed: Closed, last: int, days: int, minimum: int) -> int:
    """The first minute after `last` at which a day's minimum may change, or another span comes into the window."""
    needs = (_need_lasts(closed, last, day, minimum) for day in range(days))
    return min(chain(needs, _crossings(closed, last, days)), default=NEVER)


def _crossings(closed: Closed, last: int, days: int) -> Iterator[int]:
    """When each edge comes into the window, or next passes from a day to the one before it."""
    for edge in chain.from_iterable(closed):
        passed = max((last - edge) // DAY_MINUTES + 1, 0)
        if passed <= days:
            yield edge + passed * DAY_MINUTES


def _need_lasts(closed: Closed, last: int, day: int, minimum: int) -> int:
    """Until when a day, counted back from 0, keeps its minimum; reckoned as if no edge passed before then."""
    end = last - day * DAY_MINUTES
    growth = _within(closed, end + 1) - _within(closed, end + 1 - DAY_MINUTES)
    if not growth or not minimum:
        return NEVER
    open_shares = minimum * (DAY_MINUTES - _shut(closed, end))
    spare = open_shares % DAY_MINUTES
    minutes = spare // minimum + 1 if growth > 0 else -(-(DAY_MINUTES - spare) // minimum)
    return last + minutes


def _shut(closed: Closed, end: int) -> int:
    """How many minutes are closed of the day that ends with one."""
    first = end - DAY_MINUTES + 1
    return sum(max(0, min(ends, end + 1) - max(starts, first)) for starts, ends in closed)


def _within(closed: Closed, minute: int) -> bool:
    return any(starts <= minute < ends for starts, ends in closed)
