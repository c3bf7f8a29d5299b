"""When a span is over, counted on the calendar as a clerk would: day by day, and month by month."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from rules.calendar import WorkCalendar, load_calendar
from rules.span import Span
from schemas.instants import to_datetime, to_ms
from schemas.words import State

CALENDAR: WorkCalendar = load_calendar()
_MS = timedelta(milliseconds=1)
_FIXED = {"second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}

Values = Mapping[str, Any]


class Expected(NamedTuple):
    """What a model says: the state and, where the rule speaks of an instant, when it breaks or broke."""

    state: State
    due: int | None = None


def later(at: int, span: Span, values: Values) -> int:
    """The instant from which something that began at one is overdue."""
    return _end(to_datetime(at), span, values) + (values.get("edge") == "after")


def _end(begins: datetime, span: Span, values: Values) -> int:
    dates = values.get("count") == "dates"
    if span.unit == "working_day":
        return to_ms(_midnight_after(_working_days_on(begins.date(), span.n, 1), begins))
    if span.unit == "month":
        ends = _months_on(begins, span.n, values.get("month_end", "clip"))
        return to_ms(_midnight_after(ends.date(), begins) if dates else ends)
    if span.unit == "day" and dates:
        return to_ms(_midnight_after(begins.date() + timedelta(days=span.n), begins))
    return to_ms(begins) + span.n * _FIXED[span.unit]


def earlier(due: int, lead: Span | None) -> int:
    """The instant from which a deadline is near."""
    if lead is None or lead.n == 0:
        return due
    moment = to_datetime(due)
    if lead.unit == "working_day":  # so many whole working days, and the last day itself
        return to_ms(_midnight(_working_days_on((moment - 2 * _MS).date(), lead.n, -1), moment))
    return to_ms(_months_on(moment, -lead.n, "clip")) if lead.unit == "month" else due - lead.n * _FIXED[lead.unit]


def _working_days_on(day: date, count: int, step: int) -> date:
    while count:
        day += timedelta(days=step)
        count -= CALENDAR.is_working_day(day)
    return day


def _months_on(moment: datetime, months: int, month_end: str) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    if moment.day <= last:
        return moment.replace(year=year, month=month + 1)
    clipped = moment.replace(year=year, month=month + 1, day=last)
    return clipped if month_end == "clip" else clipped + timedelta(days=moment.day - last)


def _midnight(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo)


def _midnight_after(day: date, like: datetime) -> datetime:
    return _midnight(day + timedelta(days=1), like)
