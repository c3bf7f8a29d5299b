"""W-D18, G-4 and W-V5b: messages from the public, in working days and in months; S-D3 and G-5: error reports."""

from typing import Any

import pytest

from tests.support.laws import law
from tests.support.timeline import SITE, Story
from tests.timelines.cities import lenient, strict

MESSAGE = f"{SITE}/message/m1"
CORRECTION = f"{SITE}/correction/c1"


def message(when: str = "01-08 10:00", story: Story | None = None, **data: Any) -> Story:
    """A simple question to the site, on Monday 8 January unless it says otherwise."""
    story = (story or Story()).at("2023-06-01 00:00").site()
    return story.at(when).event("message.received", MESSAGE, **{"unit": "u-tax", "simple": True, **data})


def answered(story: Story, when: str, seen: str | None = None) -> Story:
    """The message is answered."""
    return story.at(when).event("message.answered", MESSAGE, seen=seen)


def correction(when: str) -> Story:
    """An error report is assigned to the site."""
    story = Story().at("2023-06-01 00:00").site()
    return story.at(when).event("correction.assigned", CORRECTION, unit="u-tax")


# -- working days and months, to the millisecond ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "data", "warned", "due"),
    [
        ("W-D18", {}, "01-12 00:00", "01-16 00:00"),
        ("G-4", {}, "01-15 00:00", "01-18 00:00"),
        ("G-4", {"simple": False}, "01-15 00:00", "01-18 00:00"),
        ("G-4", {"complicated": True}, "01-25 00:00", "01-30 00:00"),
    ],
)
def test_messages_to_the_millisecond(rule: str, data: dict[str, Any], warned: str, due: str) -> None:
    """Five, seven and fifteen working days, the day of receipt not counted, to the end of the last one."""
    story = message(**data)
    edges = [story.text(story.ms(warned) - 1), warned, story.text(story.ms(due) - 1), due]
    assert [story.state(rule, MESSAGE, edge) for edge in edges] == ["compliant", "due_soon", "due_soon", "breached"]
    warning = story.judge(rule, MESSAGE, warned)
    assert warning[1:] == ("answer_due_soon", due, ("message.received 01-08 10:00",), False)
    assert story.judge(rule, MESSAGE, due).reason == "answer_overdue"
    assert story.until(due).transitions(rule, MESSAGE) == [(warned, "due_soon"), (due, "breached")]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("01-08 00:00", "01-16 00:00"),
        ("01-08 23:59:59.999", "01-16 00:00"),
        ("01-07 23:59:59.999", "01-13 00:00"),
        ("02-08 16:00", "02-22 00:00"),
        ("04-26 09:00", "05-08 00:00"),
        ("09-27 09:00", "10-11 00:00"),
    ],
)
def test_working_days_are_chinese_ones(received: str, due: str) -> None:
    """New year's and May holidays fall out, make-up Sundays (4 and 18 February, 28 April, 29 September) count."""
    assert message(received).judge("W-D18", MESSAGE, received).due == due


@pytest.mark.parametrize(
    ("answer", "changes", "reason"),
    [
        ("01-11 23:00", [], "answered_in_time"),
        ("01-15 23:59:59.999", ["due_soon", "recovered"], "answered_in_time"),
        ("01-16 00:00", ["due_soon", "recovered"], "answered_late"),
        ("01-16 00:00:00.001", ["due_soon", "breached", "recovered"], "answered_late"),
    ],
)
def test_the_last_working_day_ends_at_midnight(answer: str, changes: list[str], reason: str) -> None:
    """In time until then, late from then on; at that very instant it is late, but was overdue for no time at all."""
    story = answered(message(), answer).until("01-17 00:00")
    assert [change for _, change in story.transitions("W-D18", MESSAGE)] == changes
    assert story.judge("W-D18", MESSAGE, "01-17 00:00").reason == reason
    assert story.judge("W-D18", MESSAGE, "01-17 00:00").evidence[-1] == f"message.answered {answer}"


def test_a_question_that_is_not_simple_has_no_five_days() -> None:
    """W-D18 is about 简单常见问题."""
    story = message(simple=False).until("02-01 00:00")
    assert story.judge("W-D18", MESSAGE, "02-01 00:00")[:2] == ("exempt", "not_applicable")
    assert story.transitions("W-D18") == []


def test_the_unit_that_has_to_answer_is_told() -> None:
    """A message names its unit; the site's own unit hears only of the veto."""
    story = message().until("05-01 00:00")
    assert {one.unit for one in story.records("G-4", MESSAGE)} == {"u-tax"}
    assert {one.unit for one in story.records("W-V5b", SITE)} == {"u-health"}


def test_a_deadline_in_a_year_without_its_notice_is_provisional() -> None:
    """The holidays of 2027 are not announced: the date is given, and said to be provisional."""
    story = message("2026-12-30 10:00").until("2027-01-20 00:00")
    assert story.judge("W-D18", MESSAGE, "2026-12-30 10:00").provisional
    assert all(one.provisional for one in story.records("W-D18", MESSAGE))
    assert not message("2026-11-02 10:00").judge("W-D18", MESSAGE, "2026-11-02 10:00").provisional


def test_an_overdue_message_is_left_to_the_veto_after_three_months() -> None:
    """The working-day rules look back three months; from then on W-V5b has it."""
    story = message().until("04-09 00:00")
    assert story.transitions("W-D18", MESSAGE)[-1] == ("04-08 10:00", "exempt")
    assert story.transitions("W-V5b", SITE)[-1] == ("04-08 10:00", "breached")


# -- what never counted ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["在线访谈", "调查征集", "网上信访", "纪检举报"])
@pytest.mark.parametrize(("rule", "subject"), [("W-D18", MESSAGE), ("G-4", MESSAGE), ("W-V5b", SITE)])
def test_some_columns_messages_do_not_count(rule: str, subject: str, column: str) -> None:
    """Interviews, surveys, petitions and discipline reports are left out of all three."""
    assert message(column=column).until("06-01 00:00").transitions(rule, subject) == []


def test_an_invalid_message_never_counted() -> None:
    """Found invalid on the 20th: the alert of the 16th is taken back."""
    story = message().until("01-19 00:00")
    story.at("01-20 09:00").event("message.invalidated", MESSAGE, reason="测试").until("01-20 10:00")
    told = [("01-12 00:00", "due_soon"), ("01-16 00:00", "breached"), ("01-12 00:00", "retracted")]
    assert story.transitions("W-D18", MESSAGE) == told


def test_an_invalid_message_that_was_answered_late_is_taken_back_too() -> None:
    """The episode is over when it turns out that there never was one; it does not stay in the record."""
    story = answered(message(), "01-18 09:00").until("01-19 00:00")
    story.at("01-25 09:00").event("message.invalidated", MESSAGE, reason="重复").until("01-25 10:00")
    assert story.transitions("W-D18", MESSAGE)[-1] == ("01-12 00:00", "retracted")
    assert story.state("W-D18", MESSAGE, "01-17 00:00") == "exempt"


@pytest.mark.parametrize(("excluded", "changes"), [(True, []), (False, ["due_soon", "breached"])])
def test_whether_invalid_messages_count_is_a_parameter(*, excluded: bool, changes: list[str]) -> None:
    """A city that counts invalid messages for the veto gets what it asks for."""
    story = (
        message(story=Story(law() if excluded else strict()))
        .at("01-09 09:00")
        .event("message.invalidated", MESSAGE, reason="无效")
    )
    assert [change for _, change in story.until("05-01 00:00").transitions("W-V5b", SITE)] == changes


# -- W-V5b -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("03-24 09:59:59.999", "compliant"),
        ("03-24 10:00", "due_soon"),
        ("04-08 09:59:59.999", "due_soon"),
        ("04-08 10:00", "breached"),
        ("2025-01-08 09:59:59.999", "breached"),
        ("2025-01-08 10:00", "compliant"),
    ],
)
def test_three_months_without_an_answer_in_the_past_year(when: str, state: str) -> None:
    """One message is enough: warned 15 days before, broken after three months, out of sight after twelve."""
    assert message().state("W-V5b", SITE, when) == state


@pytest.mark.parametrize(
    ("answer", "late_counts", "state"),
    [
        ("04-08 09:59:59.999", True, "compliant"),
        ("04-08 10:00", True, "breached"),
        ("05-20 10:00", True, "breached"),
        ("05-20 10:00", False, "compliant"),
    ],
)
def test_a_very_late_answer(answer: str, *, late_counts: bool, state: str) -> None:
    """Open question 5: what was answered after three months still counts, unless the pack says otherwise."""
    story = answered(message(story=Story(law() if late_counts else lenient())), answer).until("06-01 00:00")
    assert story.state("W-V5b", SITE, "06-01 00:00") == state
    if state == "breached":
        assert f"message.answered {answer}" in story.judge("W-V5b", SITE, "06-01 00:00").evidence


def test_an_answer_that_comes_in_late_retracts_the_veto() -> None:
    """Answered on 1 April, reported on the 20th: the veto of the 8th is taken back."""
    story = answered(message().until("04-19 00:00"), "04-01 10:00", seen="04-20 09:00").until("04-20 10:00")
    assert ("04-08 10:00", "retracted") in story.transitions("W-V5b", SITE)


def test_the_warning_names_the_message_and_its_instant() -> None:
    """Two messages: the older one decides when it breaks."""
    story = message()
    story.at("01-20 10:00").event("message.received", f"{SITE}/message/m2", unit="u-tax").until("03-24 10:00")
    (warning,) = story.records("W-V5b", SITE)
    assert (story.text(warning.due_at), warning.reason) == ("04-08 10:00", "limit_near")
    assert warning.evidence == ("message.received 01-08 10:00",)


def test_a_site_without_messages_breaks_nothing() -> None:
    """Nothing asked, nothing owed."""
    story = Story().at("01-01 00:00").site().until("12-31 00:00")
    assert story.judge("W-V5b", SITE, "12-31 00:00")[:2] == ("compliant", "within_limit")


# -- error reports ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "assigned", "warned", "due"),
    [
        ("G-5", "01-08 10:00", "01-10 00:00", "01-12 00:00"),
        ("G-5", "02-08 16:00", "02-18 00:00", "02-20 00:00"),
        ("S-D3", "01-08 10:00", "02-03 10:00", "02-08 10:00"),
        ("S-D3", "01-31 10:00", "02-24 10:00", "02-29 10:00"),
    ],
)
def test_error_reports_to_the_millisecond(rule: str, assigned: str, warned: str, due: str) -> None:
    """找错留言: three working days (with Spring Festival's make-up Sunday), and a month at the latest."""
    story = correction(assigned)
    edges = [story.text(story.ms(warned) - 1), warned, story.text(story.ms(due) - 1), due]
    assert [story.state(rule, CORRECTION, edge) for edge in edges] == ["compliant", "due_soon", "due_soon", "breached"]
    assert story.until(due).transitions(rule, CORRECTION) == [(warned, "due_soon"), (due, "breached")]
    assert {one.unit for one in story.records(rule)} == {"u-tax"}


@pytest.mark.parametrize(
    ("closed", "after_three_days", "after_a_month"),
    [
        ("01-11 23:59:59.999", ["due_soon", "recovered"], []),
        ("01-12 00:00:00.001", ["due_soon", "breached", "recovered"], []),
        ("02-08 09:59:59.999", ["due_soon", "breached", "recovered"], ["due_soon", "recovered"]),
        ("02-08 10:00", ["due_soon", "breached", "recovered"], ["due_soon", "breached"]),
    ],
)
def test_what_closing_a_report_late_costs(closed: str, after_three_days: list[str], after_a_month: list[str]) -> None:
    """After three working days it recovers on closing; after a month it stays charged for the year's assessment."""
    story = correction("01-08 10:00").at(closed).event("correction.answered", CORRECTION).until("03-01 00:00")
    assert [change for _, change in story.transitions("G-5", CORRECTION)] == after_three_days
    assert [change for _, change in story.transitions("S-D3", CORRECTION)] == after_a_month
