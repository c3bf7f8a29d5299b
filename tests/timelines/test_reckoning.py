"""How a limit is counted, where the law leaves it open: at or after, elapsed or by dates, and the ends of months."""

from collections.abc import Callable

import pytest

from streams.core.law import Law
from tests.support.laws import law
from tests.support.timeline import ACCOUNT, SITE, Story
from tests.timelines.cities import lenient, odd, strict

COLUMN = f"{SITE}/column/c"


@pytest.mark.parametrize(
    ("city", "due"),
    [
        (law, "01-15 08:00"),
        (strict, "01-15 08:00:00.001"),
        (lenient, "01-16 00:00"),
        (odd, "01-16 00:00:00.001"),
    ],
)
def test_fourteen_days_four_ways(city: Callable[[], Law], due: str) -> None:
    """Open question 1: 满14天 or 超过14天, 14×24 hours or to the end of the fourteenth date."""
    story = Story(city()).at("01-01 08:00").account().posted("p1").at("01-16 09:00").checked(ACCOUNT)
    assert story.judge("M-V2a", ACCOUNT, "01-14 00:00").due == due
    assert story.state("M-V2a", ACCOUNT, story.text(story.ms(due) - 1)) == "due_soon"
    assert story.state("M-V2a", ACCOUNT, due) == "breached"
    assert story.transitions("M-V2a")[-1] == (due, "breached")


@pytest.mark.parametrize(
    ("updated", "city", "due"),
    [
        ("08-31 10:00", law, "2025-02-28 10:00"),
        ("08-31 10:00", strict, "2025-03-03 10:00"),
        ("08-31 10:00", lenient, "2025-03-01 00:00"),
        ("08-31 10:00", odd, "2025-03-04 00:00"),
        ("08-28 10:00", law, "2025-02-28 10:00"),
        ("08-28 10:00", odd, "2025-03-01 00:00"),
        ("2023-08-31 10:00", law, "02-29 10:00"),
        ("2023-08-31 10:00", strict, "03-02 10:00"),
    ],
)
def test_six_months_after_the_thirty_first_of_august(updated: str, city: Callable[[], Law], due: str) -> None:
    """Open question 2: the last day of February, leap year or not, or as many days into March as are missing."""
    story = Story(city()).at("2023-08-01 00:00").site().column("c", "policy")
    story.at(updated).event("column.updated", COLUMN, item="n1").at("2025-03-10 09:00").checked(COLUMN)
    assert story.judge("W-D05", COLUMN, updated).due == due
    assert story.state("W-D05", COLUMN, story.text(story.ms(due) - 1)) == "due_soon"
    assert story.state("W-D05", COLUMN, due) == "breached"


@pytest.mark.parametrize(
    ("city", "due"),
    [
        (law, "02-29 10:00"),
        (strict, "02-29 10:00:00.001"),
        (lenient, "03-01 00:00"),
        (odd, "03-01 10:00"),
    ],
)
def test_three_months_from_the_thirtieth_of_november(city: Callable[[], Law], due: str) -> None:
    """The site's veto over its messages counts as its pack says, like every other limit."""
    message = f"{SITE}/message/m1"
    story = Story(city()).at("2023-11-01 00:00").site()
    story.at("2023-11-30 10:00").event("message.received", message, unit="u-1").until("03-02 00:00")
    assert story.transitions("W-V5b", SITE)[-1] == (due, "breached")


def test_minhou_counts_ten_days_from_2025_on() -> None:
    """闽侯 asks for a post every ten days; on New Year's Eve the nation's fourteen still hold."""
    story = Story("minhou-2025", year=2025).at("2024-12-20 08:00").account().posted("p1")
    story.at("2024-12-31 09:00").checked(ACCOUNT)
    assert story.judge("M-V2a", ACCOUNT, "2024-12-31 23:59:59.999")[:3] == (
        "due_soon",
        "update_due_soon",
        "01-03 08:00",
    )
    assert story.judge("M-V2a", ACCOUNT, "01-01 00:00")[:3] == ("breached", "not_updated", "2024-12-30 08:00")
    assert story.until("01-02 00:00").transitions("M-V2a") == [
        ("2024-12-30 08:00", "due_soon"),
        ("01-01 00:00", "breached"),
    ]


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("02-07 07:59:59.999", "compliant"),
        ("02-07 08:00", "due_soon"),
        ("02-11 07:59:59.999", "due_soon"),
        ("02-11 08:00", "breached"),
    ],
)
def test_minhous_ten_days_to_the_millisecond(when: str, state: str) -> None:
    """Posted on 1 February 2025: warned on day six, broken on day ten."""
    story = Story("minhou-2025", year=2025).at("02-01 08:00").account().posted("p1").at("02-11 09:00").checked(ACCOUNT)
    assert story.state("M-V2a", ACCOUNT, when) == state


def test_a_threshold_changed_by_date_leaves_the_past_alone() -> None:
    """Fourteen days until 31 May, seven from 1 June: what was in order in May stays so in last year's bulletin."""
    story = Story(strict()).at("05-22 08:00").site().event("site.updated", item="n1").at("05-31 09:00").checked(SITE)
    assert story.until("06-02 00:00").transitions("W-V3") == [("06-01 00:00", "breached")]
    assert story.state("W-V3", SITE, "05-31 23:59:59.999") == "compliant"
    assert {one.pack.partition("@")[0] for one in story.effects.transitions} == {"city"}


def test_a_rule_is_silent_before_it_is_in_force() -> None:
    """国办秘函〔2019〕19号 holds from 1 April 2019: an account silent since January is judged from that day on."""
    story = Story(year=2019).at("01-01 08:00").account().posted("p1").at("04-01 00:00").checked(ACCOUNT)
    assert story.judge("M-V2a", ACCOUNT, "03-31 23:59:59.999")[:2] == ("exempt", "rule_not_in_force")
    assert story.until("04-02 00:00").transitions("M-V2a") == [("04-01 00:00", "breached")]
