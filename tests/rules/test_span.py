"""Spans of the law, and where they end."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import load_calendar
from rules.span import Due, Span, Unit, add, day_of, end_of, parse_span, start_of, sub
from schemas.errors import SpanError
from schemas.instants import DAY, HOUR, SHANGHAI, to_ms, to_text

CALENDAR = load_calendar()

INSTANTS = st.integers(to_ms(datetime(2018, 1, 1, tzinfo=SHANGHAI)), to_ms(datetime(2030, 1, 1, tzinfo=SHANGHAI)))
SPANS = st.builds(Span, st.integers(0, 400), st.sampled_from(Unit))
DATED_SPANS = st.builds(Span, st.integers(0, 120), st.sampled_from([Unit.DAY, Unit.MONTH, Unit.WORKING_DAY]))


def at(text: str) -> int:
    """An instant from Shanghai's wall clock."""
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


def wall(instant: int) -> str:
    """Shanghai's wall clock at an instant."""
    return to_text(instant).removesuffix("+08:00")


class TestReading:
    """A span is a whole number and a unit, as in the indicators' files."""

    @pytest.mark.parametrize(
        ("text", "span"),
        [
            ("14 days", Span(14, Unit.DAY)),
            ("1 day", Span(1, Unit.DAY)),
            ("0 days", Span(0, Unit.DAY)),
            ("6 months", Span(6, Unit.MONTH)),
            ("3 working days", Span(3, Unit.WORKING_DAY)),
            ("1 working day", Span(1, Unit.WORKING_DAY)),
            ("1 hour", Span(1, Unit.HOUR)),
            ("90 minutes", Span(90, Unit.MINUTE)),
            ("15 seconds", Span(15, Unit.SECOND)),
        ],
    )
    def test_reads(self, text: str, span: Span) -> None:
        """Singular and plural alike."""
        assert parse_span(text) == span
        assert str(span) == text

    @given(SPANS)
    def test_what_is_written_can_be_read(self, span: Span) -> None:
        """`str` and `parse_span` are each other's inverse."""
        assert parse_span(str(span)) == span

    @pytest.mark.parametrize(
        "text", ["", "14", "days", "14days", "14  days", " 14 days", "14 days\n", "-1 days", "1.5 days", "two weeks",
                 "2 weeks", "3 working", "３ days", "14 Days", "1234567 days"],
    )  # fmt: skip
    def test_refuses(self, text: str) -> None:
        """Anything else is refused with what to write; nothing is guessed."""
        with pytest.raises(SpanError, match="is no span: write a whole number"):
            parse_span(text)

    def test_a_span_has_no_direction(self) -> None:
        """A negative span is refused where it is made."""
        with pytest.raises(SpanError, match="write 3 rather than -3"):
            Span(-3, Unit.DAY)

    def test_pydantic_can_name_the_field(self) -> None:
        """The error is a ValueError as well, which is what validators of documents look for."""
        with pytest.raises(ValueError, match="is no span"):
            parse_span("soon")


class TestTime:
    """Seconds, minutes, hours, and days as 24 hours."""

    @pytest.mark.parametrize(
        ("start", "span", "due"),
        [
            ("2024-02-28T09:30:00", "1 day", "2024-02-29T09:30:00"),
            ("2023-02-28T09:30:00", "1 day", "2023-03-01T09:30:00"),
            ("2024-03-17T18:00:00", "14 days", "2024-03-31T18:00:00"),
            ("2026-12-31T23:59:59", "1 second", "2027-01-01T00:00:00"),
            ("2026-12-31T23:30:00", "90 minutes", "2027-01-01T01:00:00"),
            ("2026-12-31T23:30:00", "1 hour", "2027-01-01T00:30:00"),
            ("2026-05-01T12:00:00", "0 days", "2026-05-01T12:00:00"),
        ],
    )
    def test_elapses(self, start: str, span: str, due: str) -> None:
        """So much time later by the clock; no calendar is asked, so nothing is provisional."""
        assert add(at(start), parse_span(span), CALENDAR) == Due(at(due), provisional=False)

    def test_hours_elapse_whatever_days_do(self) -> None:
        """Counting by dates is for days and months; an hour stays an hour."""
        assert add(at("2026-05-01T12:00:00"), parse_span("1 hour"), CALENDAR, count="dates").instant_ms == at(
            "2026-05-01T13:00:00"
        )


class TestDates:
    """Days counted by dates are due at the END of the date (24:00)."""

    @pytest.mark.parametrize(
        ("start", "span", "due"),
        [
            ("2024-03-17T00:00:00", "14 days", "2024-04-01T00:00:00"),  # the first instant of 17 March
            ("2024-03-17T23:59:59.999", "14 days", "2024-04-01T00:00:00"),  # and its last
            ("2024-03-18T00:00:00", "14 days", "2024-04-02T00:00:00"),
            ("2024-02-28T10:00:00", "1 day", "2024-03-01T00:00:00"),  # the END of the leap day
            ("2026-12-31T10:00:00", "1 day", "2027-01-02T00:00:00"),
            ("2026-12-31T10:00:00", "0 days", "2027-01-01T00:00:00"),
            ("2024-02-29T10:00:00", "12 months", "2025-03-01T00:00:00"),
            ("2024-08-31T10:00:00", "6 months", "2025-03-01T00:00:00"),
            ("2024-08-30T00:00:00", "0 months", "2024-08-31T00:00:00"),
        ],
    )
    def test_end_of_the_day(self, start: str, span: str, due: str) -> None:
        """The time of day doesn't matter."""
        assert wall(add(at(start), parse_span(span), CALENDAR, count="dates").instant_ms) == due


class TestMonths:
    """Civil months: the same time of day, so many months on."""

    @pytest.mark.parametrize(
        ("start", "span", "clip", "overflow"),
        [
            ("2024-03-15T08:00:00", "6 months", "2024-09-15T08:00:00", "2024-09-15T08:00:00"),
            ("2024-08-31T08:00:00", "6 months", "2025-02-28T08:00:00", "2025-03-03T08:00:00"),
            ("2023-08-31T08:00:00", "6 months", "2024-02-29T08:00:00", "2024-03-02T08:00:00"),
            ("2023-08-30T08:00:00", "6 months", "2024-02-29T08:00:00", "2024-03-01T08:00:00"),
            ("2023-08-29T08:00:00", "6 months", "2024-02-29T08:00:00", "2024-02-29T08:00:00"),
            ("2024-08-29T08:00:00", "6 months", "2025-02-28T08:00:00", "2025-03-01T08:00:00"),
            ("2024-02-29T08:00:00", "12 months", "2025-02-28T08:00:00", "2025-03-01T08:00:00"),
            ("2024-02-29T08:00:00", "48 months", "2028-02-29T08:00:00", "2028-02-29T08:00:00"),
            ("2026-10-31T23:59:59", "1 month", "2026-11-30T23:59:59", "2026-12-01T23:59:59"),
            ("2026-12-31T00:00:00", "2 months", "2027-02-28T00:00:00", "2027-03-03T00:00:00"),
            ("2026-12-31T07:59:59", "1 month", "2027-01-31T07:59:59", "2027-01-31T07:59:59"),
        ],
    )
    def test_at_the_end_of_a_month(self, start: str, span: str, clip: str, overflow: str) -> None:
        """A day that the month doesn't have is its last day (clip) or counts on into the next month (overflow)."""
        months = parse_span(span)
        assert wall(add(at(start), months, CALENDAR, month_end="clip").instant_ms) == clip
        assert wall(add(at(start), months, CALENDAR, month_end="overflow").instant_ms) == overflow

    def test_order_is_lost_at_a_months_end(self) -> None:
        """Known and documented: by elapsed time, 31 January 01:00 is due before 30 January 23:00; by dates it isn't."""
        early, late = at("2025-01-30T23:00:00"), at("2025-01-31T01:00:00")
        month = parse_span("1 month")
        assert add(late, month, CALENDAR) < add(early, month, CALENDAR)
        assert add(late, month, CALENDAR, count="dates") == add(early, month, CALENDAR, count="dates")

    def test_too_far_is_refused(self) -> None:
        """A slip such as 99999 months is told, not an overflow."""
        with pytest.raises(SpanError, match="beyond any calendar"):
            add(at("2026-01-01T00:00:00"), parse_span("99999 months"), CALENDAR)


class TestWorkingDays:
    """Due at the END of the n-th working day after the day of receipt, which doesn't count."""

    @pytest.mark.parametrize(
        ("received", "n", "due", "provisional"),
        [
            ("2026-09-17T23:59:59.999", 1, "2026-09-19T00:00:00", False),  # Thursday's last instant: END of Friday
            ("2026-09-18T00:00:00", 1, "2026-09-21T00:00:00", False),  # a moment later: END of the make-up Sunday
            ("2026-09-30T16:00:00", 3, "2026-10-11T00:00:00", False),  # over National Day to the make-up Saturday
            ("2026-10-03T09:00:00", 1, "2026-10-09T00:00:00", False),  # within the break: END of Thursday 8 October
            ("2024-02-28T09:00:00", 1, "2024-03-01T00:00:00", False),  # END of the leap day
            ("2026-03-04T09:00:00", 0, "2026-03-05T00:00:00", False),
            ("2026-12-24T09:00:00", 2, "2026-12-29T00:00:00", False),
            ("2026-12-24T09:00:00", 3, "2026-12-30T00:00:00", True),
            ("2026-12-31T09:00:00", 1, "2027-01-05T00:00:00", True),
            ("2031-05-02T09:00:00", 1, "2031-05-06T00:00:00", True),
        ],
    )
    def test_falls_due(self, received: str, n: int, due: str, provisional: bool) -> None:  # noqa: FBT001
        """Whatever `count` says, and provisional where a notice may still move it."""
        span = Span(n, Unit.WORKING_DAY)
        assert add(at(received), span, CALENDAR) == Due(at(due), provisional)
        assert add(at(received), span, CALENDAR, count="dates") == Due(at(due), provisional)

    @given(INSTANTS, st.integers(0, 300))
    def test_agrees_with_the_calendar(self, received: int, n: int) -> None:
        """The due instant is the END of a date with n working days from the date of receipt to it."""
        due = add(received, Span(n, Unit.WORKING_DAY), CALENDAR).instant_ms
        last = day_of(due - 1)
        assert due == end_of(last)
        assert CALENDAR.add_working_days_ordinal(day_of(received), n)[0] == last


class TestLeads:
    """A deadline counts as near from a lead before it."""

    @pytest.mark.parametrize(
        ("due", "lead", "near"),
        [
            ("2026-03-01T00:00:00", "3 days", "2026-02-26T00:00:00"),
            ("2024-03-01T00:00:00", "1 day", "2024-02-29T00:00:00"),
            ("2027-01-01T12:00:00", "18 hours", "2026-12-31T18:00:00"),
            ("2026-03-31T12:00:00", "1 month", "2026-02-28T12:00:00"),
            ("2027-01-31T12:00:00", "1 month", "2026-12-31T12:00:00"),
            # END of Thursday 8 October: one working day before it is Wednesday 30 September, from 00:00.
            ("2026-10-09T00:00:00", "1 working day", "2026-09-30T00:00:00"),
            ("2026-10-09T00:00:00", "2 working days", "2026-09-29T00:00:00"),
            # The edge `after` adds a millisecond to the due instant; its last day is the same.
            ("2026-10-09T00:00:00.001", "1 working day", "2026-09-30T00:00:00"),
            # A due instant within Thursday 8 October has that day as its last day too.
            ("2026-10-08T10:00:00", "1 working day", "2026-09-30T00:00:00"),
            # END of a Saturday off: its working day before is the Friday.
            ("2026-03-15T00:00:00", "1 working day", "2026-03-13T00:00:00"),
            # END of the make-up Saturday 10 October.
            ("2026-10-11T00:00:00", "2 working days", "2026-10-08T00:00:00"),
            ("2027-01-05T00:00:00", "1 working day", "2026-12-31T00:00:00"),
        ],
    )
    def test_starts(self, due: str, lead: str, near: str) -> None:
        """Time before; or 00:00 of the n-th working day before the due's last day."""
        assert wall(sub(at(due), parse_span(lead), CALENDAR)) == near

    @pytest.mark.parametrize("unit", Unit)
    def test_of_nought_is_the_deadline(self, unit: Unit) -> None:
        """Without a lead there is no time in which the deadline is near, in any unit."""
        assert sub(at("2026-10-09T00:00:00"), Span(0, unit), CALENDAR) == at("2026-10-09T00:00:00")

    @given(INSTANTS, st.integers(1, 60), st.integers(1, 60))
    def test_leaves_its_working_days_to_act_in(self, received: int, n: int, lead: int) -> None:
        """From the warning up to the deadline there are the lead's working days, and the last day itself."""
        due = add(received, Span(n, Unit.WORKING_DAY), CALENDAR).instant_ms
        near = sub(due, Span(lead, Unit.WORKING_DAY), CALENDAR)
        left = range(day_of(near), day_of(due))
        worked = [d for d in left if CALENDAR.add_working_days_ordinal(d - 1, 1)[0] == d]
        assert near == start_of(day_of(near))
        assert len(worked) == lead + 1


class TestLaws:
    """What holds for every span."""

    @given(INSTANTS, DATED_SPANS, st.integers(0, 40 * DAY))
    def test_by_dates_a_later_start_is_never_due_earlier(self, start: int, span: Span, later: int) -> None:
        """Dates keep the order of what happened."""
        assert add(start, span, CALENDAR, count="dates") <= add(start + later, span, CALENDAR, count="dates")

    @given(INSTANTS, SPANS, st.sampled_from(["elapsed", "dates"]), st.sampled_from(["clip", "overflow"]))
    def test_a_longer_span_is_never_due_earlier(self, start: int, span: Span, count: str, month_end: str) -> None:
        """One unit more is due no earlier, and nothing is due before it starts."""
        due = add(start, span, CALENDAR, count=count, month_end=month_end).instant_ms
        more = add(start, Span(span.n + 1, span.unit), CALENDAR, count=count, month_end=month_end).instant_ms
        assert start <= due <= more

    @given(INSTANTS, SPANS, SPANS)
    def test_a_lead_lies_before_and_a_longer_one_before_that(self, due: int, lead: Span, other: Span) -> None:
        """Nothing is near after it is due, and a longer lead warns no later."""
        longer = Span(lead.n + other.n, lead.unit)
        assert sub(due, longer, CALENDAR) <= sub(due, lead, CALENDAR) <= due

    @given(INSTANTS)
    def test_a_day_starts_where_the_one_before_ends(self, instant: int) -> None:
        """Each instant lies in exactly one civil date, of 24 hours."""
        day = day_of(instant)
        assert start_of(day) <= instant < end_of(day) == start_of(day + 1) == start_of(day) + 24 * HOUR

    @given(INSTANTS, SPANS, SPANS)
    def test_order_of_asking_changes_nothing(self, instant: int, one: Span, other: Span) -> None:
        """What is remembered for speed doesn't show."""
        first = add(instant, one, CALENDAR)
        add(instant, other, CALENDAR)
        assert add(instant, one, CALENDAR) == first


@pytest.mark.parametrize("span", ["1 day", "1 month", "1 working day", "1 hour"])
def test_an_unknown_way_of_counting_is_refused(span: str) -> None:
    """A misspelt `count` is never taken for one of the two."""
    with pytest.raises(SpanError, match="count is 'date': write elapsed or dates"):
        add(0, parse_span(span), CALENDAR, count="date")


def test_an_unknown_month_end_is_refused() -> None:
    """A misspelt `month_end` is never taken for one of the two."""
    with pytest.raises(SpanError, match="month_end is 'clipped': write clip or overflow"):
        add(0, parse_span("1 month"), CALENDAR, month_end="clipped")
