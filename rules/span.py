"""Spans of the law ("14 days", "3 working days") and where they end.

An instant is an int, milliseconds since 1970-01-01T00:00Z. Civil dates are Asia/Shanghai, a fixed +08:00. Whole numbers
only, no clock. A *date* that is due is due at its END: 24:00 in Shanghai, which is 00:00 of the next day.

How each unit is counted on from an instant (`add`):

======================  ==========================================================================================
second, minute, hour    that much time, whatever `count` says
day, elapsed            n x 24 hours
day, dates              the END of the civil date n days on
month, elapsed          the same time of day n civil months on
month, dates            the END of the civil date n months on
working_day             the END of the n-th working day after the instant's civil date, which itself doesn't count
                        (收到之日不计); nought working days: the END of that date; always dates, whatever `count` says
======================  ==========================================================================================

A month on from a 31st may not exist. `clip`: the month's last day (31 August + 6 months = 28 or 29 February);
`overflow`: as many days into the next month as are missing (3 or 2 March). Neither keeps the order of elapsed months
at a month's end: with `clip`, 31 January 01:00 + 1 month comes before 30 January 23:00 + 1 month; with `overflow`,
1 February + 1 month before 31 January + 1 month. Dates with `clip` do keep it.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from rules.calendar import WorkCalendar
from schemas.errors import SpanError
from schemas.instants import DAY, HOUR, MINUTE, SECOND

ELAPSED: Final = "elapsed"
DATES: Final = "dates"
CLIP: Final = "clip"
OVERFLOW: Final = "overflow"
_COUNTS: Final = frozenset({ELAPSED, DATES})

_OFFSET = 8 * HOUR
_DAY_ZERO = date(1970, 1, 1).toordinal()
_MONTHS = 12
_SHAPE = re.compile(r"(\d{1,6}) (working day|second|minute|hour|day|month)s?", re.ASCII)


class Unit(StrEnum):
    """What a span is counted in."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    WORKING_DAY = "working_day"  # 工作日


class Due(NamedTuple):
    """An instant in milliseconds UTC, and whether a calendar still to come may move it."""

    instant_ms: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Span:
    """So many units, 0 or more. `str` writes it as `parse_span` reads it."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        """Raise SpanError when n is negative: a span has no direction, `add` and `sub` have."""
        if self.n < 0:
            raise SpanError(f"a span can't be negative: write {-self.n} rather than {self.n}")

    def __str__(self) -> str:
        return f"{self.n} {self.unit.replace('_', ' ')}{'' if self.n == 1 else 's'}"


_FIXED: Final = {Unit.SECOND: SECOND, Unit.MINUTE: MINUTE, Unit.HOUR: HOUR, Unit.DAY: DAY}


@lru_cache(maxsize=1024)
def parse_span(text: str) -> Span:
    """Read "14 days", "6 months", "3 working days", "1 hour", "0 days".

    Raises:
        SpanError: not of this form.

    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise SpanError(
            f"{text!r} is no span: write a whole number, a space and seconds, minutes, hours, days, working days"
            ' or months, such as "14 days"'
        )
    return Span(int(found[1]), Unit(found[2].replace(" ", "_")))


def day_of(instant_ms: int) -> int:
    """The civil date of an instant in Shanghai, as days since 1970-01-01."""
    return (instant_ms + _OFFSET) // DAY


def start_of(day: int) -> int:
    """00:00 in Shanghai of a civil date given as days since 1970-01-01."""
    return day * DAY - _OFFSET


def end_of(day: int) -> int:
    """24:00 in Shanghai of a civil date given as days since 1970-01-01."""
    return start_of(day + 1)


def add(instant_ms: int, span: Span, calendar: WorkCalendar, *, count: str = ELAPSED, month_end: str = CLIP) -> Due:
    """When a span that starts at an instant is full; the table above has how.

    Args:
        instant_ms: when something happened, so 00:00 belongs to the day that begins.
        span: how long.
        calendar: says which days are worked.
        count: "elapsed" or "dates", for days and months.
        month_end: "clip" or "overflow", for months.

    Raises:
        SpanError: `count` or `month_end` is neither of its two words, or the month lies beyond the year 9999.

    """
    if count not in _COUNTS:
        raise SpanError(f"count is {count!r}: write {ELAPSED} or {DATES}")
    if span.unit is Unit.WORKING_DAY:
        due, provisional = calendar.add_working_days_ordinal(day_of(instant_ms), span.n)
        return Due(end_of(due), provisional)
    if count == DATES and span.unit is Unit.DAY:
        return Due(end_of(day_of(instant_ms) + span.n), provisional=False)
    if span.unit is Unit.MONTH:
        return Due(_months_on(instant_ms, span.n, count, month_end), provisional=False)
    return Due(instant_ms + span.n * _FIXED[span.unit], provisional=False)


def sub(due_ms: int, lead: Span, calendar: WorkCalendar) -> int:
    """The instant that lies a lead before a due one, from which it counts as near.

    Seconds to days: that much time before. Months: the same time of day that many civil months before, clipped to the
    month's last day. Working days: 00:00 of the n-th working day before the due's last day, so that these n working
    days and the last day are left to act in. The last day is the civil date that ends at the due instant (24:00 is the
    end of a day, and so is the millisecond after it, where the edge `after` puts a due), or else contains it. A lead of
    nought is the due instant itself.

    No `provisional` comes back: a lead is our courtesy, not the law's; whether the due itself may move, `add` has said.

    Raises:
        SpanError: the month lies before the year 1.

    """
    if lead.n == 0:
        return due_ms
    if lead.unit is Unit.WORKING_DAY:
        return start_of(calendar.add_working_days_ordinal(day_of(due_ms - 2), -lead.n)[0])
    if lead.unit is Unit.MONTH:
        return _months_on(due_ms, -lead.n, ELAPSED, CLIP)
    return due_ms - lead.n * _FIXED[lead.unit]


def _months_on(instant_ms: int, months: int, count: str, month_end: str) -> int:
    day = day_of(instant_ms)
    target = _month_day(day, months, month_end)
    return end_of(target) if count == DATES else instant_ms + (target - day) * DAY


@lru_cache(maxsize=8192)
def _month_day(day: int, months: int, month_end: str) -> int:
    """The civil date so many months on; cached, since the columns of a city were updated on the same few days."""
    start = date.fromordinal(day + _DAY_ZERO)
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    if not MINYEAR <= year <= MAXYEAR:
        raise SpanError(f"{start} and {months} months is the year {year}, beyond any calendar; write a shorter span")
    return date(year, month + 1, 1).toordinal() - _DAY_ZERO + _day_in(year, month + 1, start.day, month_end) - 1


def _day_in(year: int, month: int, day: int, month_end: str) -> int:
    if month_end == CLIP:
        return min(day, monthrange(year, month)[1])
    if month_end == OVERFLOW:
        return day
    raise SpanError(f"month_end is {month_end!r}: write {CLIP} or {OVERFLOW}")
