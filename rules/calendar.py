"""Working-day calendars: which days an office works, and where the n-th working day falls.

Loaded once from YAML, pure afterwards: no clock, no disk. A day is a civil date in Asia/Shanghai; inside the core it is
its number, days since 1970-01-01. A day is *settled* when the notice that could still move it is known. An answer that
rests on a day not settled is `provisional`: it counts plain weekends and what the statute names, and says so.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from rules.calendar_files import Country, Overlay, YearFile, check_year
from rules.week import Week
from rules.yaml_file import read_yaml
from schemas.errors import CalendarError

_COUNTRY_FILE = "country.yaml"
_DAY_ZERO = date(1970, 1, 1).toordinal()


class DueDate(NamedTuple):
    """A civil date, and whether a notice still to come may move it."""

    date: date
    provisional: bool


class WorkCalendar:
    """The working days of one country, perhaps with a place's own days.

    Each look-up is two reads of a prefix sum over the years known; outside of them plain weekends, by arithmetic.
    """

    def __init__(
        self, week: Week, years: Iterable[int], changed: Mapping[int, bool], unsettled: Iterable[range], version: str
    ) -> None:
        """Lay out the years; `load_calendar` is the way to one.

        Args:
            week: the weekly rhythm, for every day not named in `changed`.
            years: the years with a file, official or provisional.
            changed: days that are worked, or not, against the rhythm.
            unsettled: ranges of days inside the years that a notice may still move.
            version: names this data.

        """
        self.version = version
        self.years = tuple(sorted(years))
        self._week = week
        self._first = min([day_number(date(self.years[0], 1, 1)), *changed])
        self._last = day_number(date(self.years[-1], 12, 31))
        days = range(self._first, self._last + 1)
        works = [changed.get(day, week.works(day)) for day in days]
        self._before = week.rank(self._first - 1)
        self._working = [day for day, worked in zip(days, works, strict=True) if worked]
        # Entry i: working days up to and including day first + i - 1, counted like the week's own rank.
        self._rank = list(accumulate(works, initial=self._before))
        self._behind = self._rank[-1] - week.rank(self._last)
        open_days = {day for stretch in unsettled for day in stretch}
        self._open = list(accumulate((day in open_days for day in days), initial=0))

    @property
    def settled_through(self) -> date | None:
        """The last day before the first one that is still open; None when the first day known is open already."""
        first_settled = next((i for i in range(len(self._open) - 1) if self._open[i] == self._open[i + 1]), None)
        if first_settled is None:
            return None
        return _date(self._first + bisect_left(self._open, self._open[first_settled] + 1, first_settled) - 2)

    def is_working_day(self, day: date) -> bool:
        """Whether the offices work on this civil date. Ask `is_provisional` how sure that is."""
        number = day_number(day)
        return self._count_through(number) != self._count_through(number - 1)

    def is_provisional(self, day: date) -> bool:
        """Whether a notice still to come may change this day."""
        number = day_number(day)
        return self._any_open(number, number)

    def add_working_days(self, day: date, n: int) -> DueDate:
        """The n-th working day after `day`, which itself doesn't count; before it when n is negative."""
        number, provisional = self.add_working_days_ordinal(day_number(day), n)
        return DueDate(_date(number), provisional)

    def add_working_days_ordinal(self, day: int, n: int) -> tuple[int, bool]:
        """As `add_working_days`, in numbers of days since 1970-01-01; nought working days are the day itself."""
        if n > 0:
            due = self._nth(self._count_through(day) + n)
            return due, self._any_open(day + 1, due)
        if n < 0:
            due = self._nth(self._count_through(day - 1) + n + 1)
            return due, self._any_open(due, day - 1)
        return day, False

    def working_days_between(self, after: date, through: date) -> int:
        """How many working days follow `after` up to and including `through`; negative when that is earlier.

        So that `working_days_between(day, add_working_days(day, n).date) == n` for n from 0.
        """
        return self._count_through(day_number(through)) - self._count_through(day_number(after))

    def _count_through(self, day: int) -> int:
        """Working days up to and including this one, from a fixed Monday on."""
        if day < self._first:
            return self._week.rank(day)
        if day > self._last:
            return self._week.rank(day) + self._behind
        return self._rank[day - self._first + 1]

    def _nth(self, count: int) -> int:
        """The working day with this count: the inverse of `_count_through`."""
        if count <= self._before:
            return self._week.select(count)
        if count > self._rank[-1]:
            return self._week.select(count - self._behind)
        return self._working[count - self._before - 1]

    def _any_open(self, start: int, end: int) -> bool:
        """Whether any day from start to end, both included, isn't settled. Days without a file never are."""
        if start < self._first or end > self._last:
            return True
        return self._open[end - self._first + 1] != self._open[start - self._first]


def load_calendar(country: str = "cn", overlay: Path | None = None) -> WorkCalendar:
    """The calendar that comes with Xuncha, with a place's own days over it when `overlay` names their file.

    Raises:
        CalendarError: no such country, or a file with faults; each with its file, key and remedy.

    """
    shelf = files("rules") / "calendars"
    known = sorted(folder.name for folder in shelf.iterdir() if folder.is_dir())
    if country not in known:
        raise CalendarError(f"no calendar for {country!r}; there are: {', '.join(known)}")
    return load_calendar_folder(shelf / country, overlay)


def load_calendar_folder(folder: Traversable, overlay: Path | None = None) -> WorkCalendar:
    """As `load_calendar`, from a folder of one's own: a new year's notice need not wait for a release.

    Raises:
        CalendarError: a file with faults, or no year at all.

    """
    country = read_yaml(folder / _COUNTRY_FILE, Country, CalendarError)
    years = _read_years(folder, country)
    local = read_yaml(overlay, Overlay, CalendarError) if overlay else None
    changed = {day: worked for year in years for part in year.arrangements() for day, worked in part.days()}
    if overlay and local:
        _check_reach(overlay, local, years)
        changed.update(local.days())
    return WorkCalendar(
        Week(country.rests()),
        [year.year for year in years],
        {day_number(day): worked for day, worked in changed.items()},
        _unsettled(years, country.notice_reaches_back_days),
        _version([country, *years, *([local] if local else [])]),
    )


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _DAY_ZERO


def _date(number: int) -> date:
    return date.fromordinal(number + _DAY_ZERO)


def _read_years(folder: Traversable, country: Country) -> list[YearFile]:
    """The years, the earlier first, so that a later notice beats an earlier one."""
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml") and f.name != _COUNTRY_FILE), key=_name)
    if not found:
        raise CalendarError(f"{folder}: holds no year; put a file such as 2026.yaml there")
    years = [read_yaml(file, YearFile, CalendarError) for file in found]
    for file, year in zip(found, years, strict=True):
        check_year(file, year, country)
    return years


def _name(file: Traversable) -> str:
    return file.name


def _check_reach(file: Path, overlay: Overlay, years: list[YearFile]) -> None:
    """Refuse a local day of a year without a file: most likely a slip of the pen."""
    known = {year.year for year in years}
    for day in sorted({day for day, _ in overlay.days()}):
        if day.year not in known:
            raise CalendarError(
                f"{file}: {day}: no calendar for {day.year}; mend the date or add the year's file first"
            )


def _unsettled(years: list[YearFile], reach: int) -> list[range]:
    """Years without a notice, and the last days of a year whose next notice is still to come."""
    official = {year.year for year in years if not year.provisional}
    stretches = []
    for year in range(years[0].year - 1, years[-1].year + 1):
        start, end = day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1))
        if year not in official:
            stretches.append(range(start, end))
        elif year + 1 not in official:
            stretches.append(range(end - reach, end))
    return stretches


def _version(parts: list[BaseModel]) -> str:
    """Twelve hexadecimal digits that change whenever anything said in the files changes."""
    said = json.dumps([part.model_dump(mode="json") for part in parts], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]
