"""Which days are worked, and where the n-th working day falls."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import WorkCalendar, day_number, load_calendar
from schemas.errors import CalendarError

CALENDAR = load_calendar()
OTHERS = holidays.country_holidays("CN", years=range(2018, 2029))

# Where a library differs from the official arrangement, with what the arrangement says. None does at present.
CHINESECALENDAR_DIFFERS: dict[date, str] = {}
HOLIDAYS_DIFFERS: dict[date, str] = {}

IN_LIEU = "holidays guesses the day off in lieu (补假) that Article 6 owes; which working day it is, only a notice says"
HOLIDAYS_DIFFERS_2027 = {
    date(2027, 2, 9): f"Spring Festival, Saturday 6 February: {IN_LIEU}",
    date(2027, 2, 10): f"Spring Festival, Sunday 7 February: {IN_LIEU}",
    date(2027, 5, 3): f"Labour Day, Saturday 1 May: {IN_LIEU}",
    date(2027, 5, 4): f"Labour Day, Sunday 2 May: {IN_LIEU}",
    date(2027, 10, 4): f"National Day, Saturday 2 October: {IN_LIEU}",
    date(2027, 10, 5): f"National Day, Sunday 3 October: {IN_LIEU}",
}

DAYS = st.dates(date(2018, 1, 1), date(2029, 12, 31))
COUNTS = st.integers(0, 600)


def days_of(*years: int) -> Iterator[date]:
    """Every day of these years."""
    for year in years:
        first = date(year, 1, 1)
        yield from (first + timedelta(days=i) for i in range((date(year + 1, 1, 1) - first).days))


class TestTheArrangements:
    """The days of 2019 to 2026 are the State Council's (国务院办公厅关于部分节假日安排的通知)."""

    @pytest.mark.parametrize("year", range(2019, 2027))
    def test_agree_with_chinesecalendar(self, year: int) -> None:
        """Every day of the year is worked, or not, as chinesecalendar has it, but for the exceptions named above."""
        differs = {d for d in days_of(year) if CALENDAR.is_working_day(d) is not chinese_calendar.is_workday(d)}
        assert differs == {day for day in CHINESECALENDAR_DIFFERS if day.year == year}

    @pytest.mark.parametrize("year", range(2019, 2027))
    def test_agree_with_holidays(self, year: int) -> None:
        """Every day of the year is worked, or not, as holidays has it, but for the exceptions named above."""
        differs = {d for d in days_of(year) if CALENDAR.is_working_day(d) is not OTHERS.is_working_day(d)}
        assert differs == {day for day in HOLIDAYS_DIFFERS if day.year == year}

    def test_2027_holds_only_what_the_statute_names(self) -> None:
        """Before its notice 2027 has the statute's days; a library that says more has guessed, or knows the notice.

        When this fails after an update of holidays, look for the notice and replace 2027.yaml.
        """
        differs = {d for d in days_of(2027) if CALENDAR.is_working_day(d) is not OTHERS.is_working_day(d)}
        assert differs == set(HOLIDAYS_DIFFERS_2027)

    def test_labour_day_2019_as_amended(self) -> None:
        """国办发明电〔2019〕3号 made 1 to 4 May days off, and Sundays 28 April and 5 May working days."""
        worked = [d for d in days_of(2019) if date(2019, 4, 27) <= d <= date(2019, 5, 6) and CALENDAR.is_working_day(d)]
        assert worked == [date(2019, 4, 28), date(2019, 4, 29), date(2019, 4, 30), date(2019, 5, 5), date(2019, 5, 6)]

    def test_spring_festival_2020_as_prolonged(self) -> None:
        """国办发明电〔2020〕1号 prolonged the break to 2 February and took back the make-up working day 1 February."""
        assert CALENDAR.add_working_days(date(2020, 1, 23), 1).date == date(2020, 2, 3)

    def test_a_notice_reaches_back_into_december(self) -> None:
        """The notice for 2019 had Saturday 29 December 2018 worked and Monday 31 December 2018 off."""
        assert CALENDAR.is_working_day(date(2018, 12, 29))
        assert not CALENDAR.is_working_day(date(2018, 12, 31))


class TestCountingWorkingDays:
    """The day itself doesn't count; the n-th working day after it is due."""

    @pytest.mark.parametrize(
        ("received", "n", "due"),
        [
            (date(2026, 9, 18), 1, date(2026, 9, 20)),  # Friday; Sunday is a make-up working day
            (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day break
            (date(2026, 9, 30), 3, date(2026, 10, 10)),  # into a make-up Saturday
            (date(2026, 9, 30), 4, date(2026, 10, 12)),
            (date(2026, 10, 3), 1, date(2026, 10, 8)),  # received within the break
            (date(2024, 2, 9), 1, date(2024, 2, 18)),  # lunar New Year's Eve 2024 was worked; then a make-up Sunday
            (date(2024, 2, 28), 1, date(2024, 2, 29)),  # leap day
            (date(2024, 2, 28), 2, date(2024, 3, 1)),
            (date(2025, 2, 28), 1, date(2025, 3, 3)),  # no leap day, and a weekend
            (date(2025, 12, 31), 1, date(2026, 1, 4)),  # a make-up Sunday ends the New Year break
            (date(2026, 3, 4), 0, date(2026, 3, 4)),
            (date(2026, 3, 7), 0, date(2026, 3, 7)),  # nought working days stay, on a Saturday too
            (date(2026, 10, 8), -1, date(2026, 9, 30)),
            (date(2026, 9, 21), -1, date(2026, 9, 20)),
        ],
    )
    def test_falls_on(self, received: date, n: int, due: date) -> None:
        """Make-up days count as worked, breaks are skipped, and all of it is settled."""
        assert CALENDAR.add_working_days(received, n) == (due, False)

    @given(DAYS, COUNTS)
    def test_agrees_with_counting_on_the_fingers(self, start: date, n: int) -> None:
        """The n-th working day is the one a clerk finds by turning the pages, in known and unknown years."""
        day, left = start, n
        while left:
            day += timedelta(days=1)
            left -= CALENDAR.is_working_day(day)
        assert CALENDAR.add_working_days(start, n).date == day

    @given(DAYS, COUNTS)
    def test_between_undoes_add(self, start: date, n: int) -> None:
        """From a day to its n-th working day there are n working days."""
        assert CALENDAR.working_days_between(start, CALENDAR.add_working_days(start, n).date) == n

    @given(DAYS, st.integers(1, 600))
    def test_back_undoes_forth(self, start: date, n: int) -> None:
        """From a working day n on and n back is that day again."""
        worked = CALENDAR.add_working_days(start, 1).date
        there = CALENDAR.add_working_days(worked, n).date
        assert CALENDAR.add_working_days(there, -n).date == worked

    @given(DAYS, DAYS, COUNTS)
    def test_later_receipt_is_never_due_earlier(self, one: date, other: date, n: int) -> None:
        """What arrives later is due no earlier, and what has more days is due no earlier."""
        first, second = sorted((one, other))
        assert CALENDAR.add_working_days(first, n).date <= CALENDAR.add_working_days(second, n).date
        assert CALENDAR.add_working_days(first, n).date <= CALENDAR.add_working_days(first, n + 1).date

    @given(DAYS, DAYS)
    def test_between_is_antisymmetric(self, one: date, other: date) -> None:
        """Backwards the count has the other sign."""
        assert CALENDAR.working_days_between(one, other) == -CALENDAR.working_days_between(other, one)

    @given(DAYS, st.integers(-600, 600))
    def test_days_as_numbers_give_the_same(self, start: date, n: int) -> None:
        """The core's numbers of days and civil dates are one calendar."""
        number, provisional = CALENDAR.add_working_days_ordinal(day_number(start), n)
        assert CALENDAR.add_working_days(start, n) == (date(1970, 1, 1) + timedelta(days=number), provisional)


class TestWhatIsNotSettled:
    """What rests on a notice still to come says so."""

    def test_december_is_settled_but_for_its_last_days(self) -> None:
        """Until the notice for 2027 is known, 28 December 2026 is the last settled day."""
        assert CALENDAR.settled_through == date(2026, 12, 28)
        assert CALENDAR.add_working_days(date(2026, 12, 24), 2) == (date(2026, 12, 28), False)
        assert CALENDAR.add_working_days(date(2026, 12, 24), 3) == (date(2026, 12, 29), True)

    def test_a_december_between_two_known_years_is_settled(self) -> None:
        """The last days of 2025 can't move any more: the notice for 2026 is known."""
        assert not CALENDAR.is_provisional(date(2025, 12, 31))

    def test_into_2027_is_provisional(self) -> None:
        """Received on 31 December 2026, one working day: Monday 4 January 2027 by the statute, provisionally."""
        assert CALENDAR.add_working_days(date(2026, 12, 31), 1) == (date(2027, 1, 4), True)

    def test_a_year_without_a_file_has_plain_weekends(self) -> None:
        """In 2031 nothing is known: Friday 2 May to Monday 5 May, through what will be a holiday, provisionally."""
        assert CALENDAR.add_working_days(date(2031, 5, 2), 1) == (date(2031, 5, 5), True)
        assert CALENDAR.is_working_day(date(2031, 5, 1))
        assert CALENDAR.is_provisional(date(2031, 5, 1))

    def test_before_the_first_file_too(self) -> None:
        """Friday 8 to Monday 11 June 2018, provisionally; from 2018 into 2019 as well."""
        assert CALENDAR.add_working_days(date(2018, 6, 8), 1) == (date(2018, 6, 11), True)
        assert CALENDAR.add_working_days(date(2018, 12, 30), 1) == (date(2019, 1, 2), True)
        assert CALENDAR.add_working_days(date(2018, 12, 31), 1) == (date(2019, 1, 2), False)

    @given(DAYS, COUNTS)
    def test_is_provisional_when_any_day_counted_over_is(self, start: date, n: int) -> None:
        """A due date is provisional exactly when a day after the start and up to the due date is."""
        due, provisional = CALENDAR.add_working_days(start, n)
        assert provisional == any(
            CALENDAR.is_provisional(start + timedelta(days=i)) for i in range(1, (due - start).days + 1)
        )


class TestTheVersion:
    """A judgement can name the calendar it rests on."""

    def test_is_short_and_the_same_on_every_machine(self) -> None:
        """Two processes with other hash seeds name the same data alike, in twelve hexadecimal digits."""
        program = "from rules.calendar import load_calendar; print(load_calendar().version)"
        said = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            for seed in ("1", "2", "3")
        }
        assert said == {CALENDAR.version}
        assert len(CALENDAR.version) == 12

    def test_years_are_those_with_a_file(self) -> None:
        """2019 to 2026 by notice, 2027 by statute."""
        assert CALENDAR.years == tuple(range(2019, 2028))


def test_a_country_without_a_calendar_is_refused() -> None:
    """The message names what there is."""
    with pytest.raises(CalendarError, match="'xx'; there are: cn"):
        load_calendar("xx")


def test_a_calendar_is_a_value() -> None:
    """Loading twice gives the same calendar, and the same version."""
    again: WorkCalendar = load_calendar("cn")
    assert again.version == CALENDAR.version
