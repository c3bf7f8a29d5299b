"""The files of a working-day calendar: their shape, and what is refused.

A calendar is a folder: `country.yaml` with what holds in every year, and one file a year with the notice it rests on.
A unit's own days (台风停工 and the like) are one more file, the overlay. A later word beats an earlier one: weekend,
then notice, then its amendments in their order, then the overlay.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator

from schemas.errors import CalendarError

Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, Strict()]
Flag = Annotated[bool, Strict()]
#: China has had one offset without daylight saving since 1992; the end only stops a mistyped century.
YearNumber = Annotated[int, Strict(), Field(ge=1992, le=2199)]


class Weekday(StrEnum):
    """Days of the week, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class _Part(BaseModel):
    """Unknown keys are refused, so that a misspelt key is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Notice(_Part):
    """The document that arranged the days. `verified` is false while its number or a date is not certain."""

    title: Text
    number: Text
    dated: Day = Field(description="成文日期, at the foot of the document")
    published: Day
    verified: Flag


class Statute(_Part):
    """The law that holds without a notice."""

    title: Text
    number: Text = "-"
    clause: Text = "-"
    published: Day | None = None
    in_force: Day
    verified: Flag


class Holiday(_Part):
    """One break: every day off in it, weekends too."""

    name_zh: Text
    name_en: Text
    days: Annotated[tuple[Day, ...], Field(min_length=1)]


class Arrangement(_Part):
    """Days off (放假) and make-up working days (调休上班)."""

    holidays: tuple[Holiday, ...] = ()
    make_up_workdays: tuple[Day, ...] = ()
    note: str = ""

    def days(self) -> Iterator[tuple[date, bool]]:
        """Each day named, with whether it is worked."""
        yield from ((day, False) for holiday in self.holidays for day in holiday.days)
        yield from ((day, True) for day in self.make_up_workdays)

    @model_validator(mode="after")
    def _each_day_once(self) -> "Arrangement":
        _refuse_repeats([day for day, _ in self.days()])
        return self


class Amendment(Arrangement):
    """A later notice that changed the year's arrangement."""

    notice: Notice
    withdrawn_make_up_workdays: tuple[Day, ...] = ()


class YearFile(Arrangement):
    """One year. Provisional until its notice is out: then it holds only what the statute names."""

    year: YearNumber
    provisional: Flag = False
    notice: Notice | None = None
    statute: Statute | None = None
    amendments: tuple[Amendment, ...] = ()

    @model_validator(mode="after")
    def _rests_on_a_document(self) -> "YearFile":
        if not self.provisional and self.notice is None:
            raise ValueError("no notice: add it, or set provisional: true and name the statute")
        if self.provisional and (self.notice or self.statute is None):
            raise ValueError("a provisional year names its statute and no notice: mend the one or the other")
        if self.provisional and (self.make_up_workdays or self.amendments):
            raise ValueError("make-up working days come only from a notice: remove them from a provisional year")
        return self

    @model_validator(mode="after")
    def _amends_what_is_there(self) -> "YearFile":
        announced = set(self.make_up_workdays)
        for amendment in self.amendments:
            off = {day for day, worked in amendment.days() if not worked}
            withdrawn = set(amendment.withdrawn_make_up_workdays)
            if announced & off != withdrawn:
                wrong = _list(announced & off ^ withdrawn)
                raise ValueError(
                    f"withdrawn_make_up_workdays must name the make-up days made days off; look at {wrong}"
                )
            announced |= {day for day, worked in amendment.days() if worked}
        return self

    def arrangements(self) -> tuple[Arrangement, ...]:
        """The year's notice and its amendments, the later beating the earlier."""
        return (self, *self.amendments)


class Country(_Part):
    """What holds in every year."""

    country: Annotated[str, Field(pattern="^[a-z]{2}$")]
    name_zh: Text
    name_en: Text
    rest_weekdays: Annotated[tuple[Weekday, ...], Field(max_length=6)]
    rest_weekdays_basis: Statute
    notice_reaches_back_days: Annotated[int, Strict(), Field(ge=0, le=31)]

    def rests(self) -> frozenset[int]:
        """The weekdays of rest as numbers of `date.weekday()`."""
        return frozenset(number for number, name in enumerate(Weekday) if name in self.rest_weekdays)


class LocalDays(_Part):
    """Days that an authority of the place took off or had worked, against the national arrangement."""

    name_zh: Text
    name_en: Text
    authority: Text
    reference: Text
    days_off: tuple[Day, ...] = ()
    workdays: tuple[Day, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "LocalDays":
        if not self.days_off and not self.workdays:
            raise ValueError("names no day: fill in days_off or workdays")
        return self


class Overlay(_Part):
    """A place's own days."""

    title: Text
    entries: Annotated[tuple[LocalDays, ...], Field(min_length=1)]

    def days(self) -> Iterator[tuple[date, bool]]:
        """Each day named, with whether it is worked."""
        for entry in self.entries:
            yield from ((day, False) for day in entry.days_off)
            yield from ((day, True) for day in entry.workdays)

    @model_validator(mode="after")
    def _each_day_once(self) -> "Overlay":
        _refuse_repeats([day for day, _ in self.days()])
        return self


def check_year(file: Traversable, year: YearFile, country: Country) -> None:
    """Refuse days that can't belong to the year's arrangement.

    Raises:
        CalendarError: the file bears another year's name, a day lies outside the year's reach, or a make-up working
            day falls on a day of the week that is worked anyway.

    """
    if file.name != f"{year.year}.yaml":
        raise CalendarError(f"{file}: year: is {year.year}; rename the file to {year.year}.yaml or mend the year")
    first = date(year.year, 1, 1) - timedelta(days=country.notice_reaches_back_days)
    for day, worked in (pair for arrangement in year.arrangements() for pair in arrangement.days()):
        if not first <= day <= date(year.year, 12, 31):
            raise CalendarError(f"{file}: {day}: lies outside {first} to {year.year}-12-31; move it to its own year")
        if worked and day.weekday() not in country.rests():
            raise CalendarError(f"{file}: make_up_workdays: {day} is a {day:%A}, worked anyway; mend the date")


def _refuse_repeats(days: list[date]) -> None:
    repeated = {day for day in days if days.count(day) > 1}
    if repeated:
        raise ValueError(f"{_list(repeated)} named more than once: keep one entry a day")


def _list(days: set[date]) -> str:
    return ", ".join(map(str, sorted(days)))
