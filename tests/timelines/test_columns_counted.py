"""W-V4a/b/c 栏目不更新: how many of a site's columns are stale or blank; five, ten, five."""

from typing import Any

import pytest

from tests.support.laws import local_law
from tests.support.timeline import SITE, UNIT, Story
from tests.timelines.cities import strict


def columns(count: int, column_class: str, story: Story | None = None, **profile: Any) -> Story:
    """A site with so many columns of a class, each last updated on 1 January, 08:00."""
    story = (story or Story()).at("01-01 08:00").site()
    for number in range(count):
        named(story, f"{column_class}{number}", column_class, **profile)
    return story


def named(story: Story, name: str, column_class: str, **profile: Any) -> None:
    """One column more, updated at the same time."""
    story.column(name, column_class, **profile).event("column.updated", f"{SITE}/column/{name}", item=name)


def looked(story: Story, when: str, *names: str) -> Story:
    """Somebody looks at columns: at those named, or at all."""
    known = [one for one in story.fold.estate(SITE).subjects if "/column/" in one]
    for subject in sorted(f"{SITE}/column/{name}" for name in names) or sorted(known):
        story.at(when).checked(subject)
    return story


# -- W-V4a -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("news", "when", "state"),
    [
        (2, "01-15 08:00", "compliant"),
        (3, "01-15 07:59:59.999", "compliant"),
        (3, "01-15 08:00", "due_soon"),
        (4, "01-15 08:00", "due_soon"),
        (5, "01-11 07:59:59.999", "compliant"),
        (5, "01-11 08:00", "due_soon"),
        (5, "01-15 07:59:59.999", "due_soon"),
        (5, "01-15 08:00", "breached"),
        (6, "01-15 08:00", "breached"),
    ],
)
def test_five_stale_news_columns_break_the_rule_and_four_do_not(news: int, when: str, state: str) -> None:
    """超过（含）5个: five are enough. Three warn, and so do five that will be stale within four days."""
    story = looked(columns(news, "news"), "01-15 09:00")
    assert story.state("W-V4a", SITE, when) == state


def test_items_from_before_the_columns_were_registered_hasten_the_warning() -> None:
    """The site is of the 1st, its columns of the 10th; their last items, seen on the 11th, are of the 5th."""
    story = Story().at("01-01 08:00").site().at("01-10 08:00")
    for number in range(5):
        story.column(f"n{number}", "news")
    for number in range(5):
        story.at("01-05 08:00").event("column.updated", f"{SITE}/column/n{number}", item="i", seen="01-11 08:00")
    assert story.until("01-16 08:00").transitions("W-V4a") == [("01-15 08:00", "due_soon")]


def test_the_warning_names_the_instant_at_which_the_fifth_column_becomes_stale() -> None:
    """Four columns stop on the 1st, two on the 3rd: the site breaks when the fifth is fourteen days old."""
    story = columns(4, "news")
    story.at("01-03 10:00")
    for name in ("late1", "late2"):
        named(story, name, "news")
    looked(story, "01-15 09:00").until("01-16 00:00")
    assert story.judge("W-V4a", SITE, "01-16 00:00").due == "01-17 10:00"
    looked(story, "01-17 11:00").until("01-18 00:00")
    told = [("01-13 10:00", "due_soon"), ("01-17 10:00", "unknown"), ("01-17 10:00", "breached")]
    assert story.transitions("W-V4a", SITE) == told
    assert story.judge("W-V4a", SITE, "01-17 10:00")[:3] == ("breached", "limit_exceeded", "01-17 10:00")
    assert len(story.judge("W-V4a", SITE, "01-17 10:00").evidence) == 12


@pytest.mark.parametrize(
    ("column_class", "level", "when", "state"),
    [
        ("notice", 1, "07-01 07:59:59.999", "due_soon"),
        ("notice", 1, "07-01 08:00", "breached"),
        ("policy", 1, "07-01 08:00", "breached"),
        ("policy", 2, "07-01 08:00", "compliant"),
        ("notice", 2, "07-01 08:00", "compliant"),
        ("other", 1, "07-01 08:00", "compliant"),
        ("interpretation", 1, "07-01 08:00", "compliant"),
    ],
)
def test_notice_and_policy_columns_of_the_first_level_have_six_months(
    column_class: str, level: int, when: str, state: str
) -> None:
    """通知公告、政策文件类一级栏目 count after six months; deeper levels and other classes don't count here."""
    story = looked(columns(5, column_class, level=level), "07-01 09:00")
    assert story.state("W-V4a", SITE, when) == state


@pytest.mark.parametrize(("policies", "state"), [(1, "due_soon"), (2, "breached")])
def test_both_classes_are_summed(policies: int, state: str) -> None:
    """累计: three news columns and two policy columns are five."""
    story = columns(3, "news")
    for number in range(policies):
        named(story, f"policy{number}", "policy")
    assert looked(story, "07-02 09:00").state("W-V4a", SITE, "07-02 09:00") == state


def test_columns_nobody_looked_at_make_no_veto() -> None:
    """Five overdue columns, four of them looked at: unknown. A look at the fifth settles it from its deadline on."""
    story = looked(columns(5, "news"), "01-15 09:00", "news0", "news1", "news2", "news3").until("01-16 00:00")
    assert story.judge("W-V4a", SITE, "01-16 00:00")[:2] == ("unknown", "nobody_looked")
    looked(story, "01-17 09:00", "news4").until("01-17 10:00")
    assert story.transitions("W-V4a", SITE)[-1] == ("01-15 08:00", "breached")


def test_a_look_that_brings_the_third_stale_column_to_light_warns() -> None:
    """Two stale columns and one nobody looked at are no reason to warn; the look at the third is."""
    story = looked(columns(3, "news"), "01-15 09:00", "news0", "news1").until("01-16 00:00")
    assert story.state("W-V4a", SITE, "01-16 00:00") == "compliant"
    looked(story, "01-17 09:00", "news2").until("01-17 10:00")
    assert story.transitions("W-V4a", SITE) == [("01-15 08:00", "due_soon")]


def test_one_column_mended_ends_the_veto_and_the_site_stays_warned() -> None:
    """Four stale columns are left: recovered from the veto, and near it."""
    story = looked(columns(5, "news"), "01-15 09:00").until("01-16 00:00")
    story.at("01-16 10:00").event("column.updated", f"{SITE}/column/news0", item="n").until("01-16 11:00")
    assert story.transitions("W-V4a", SITE)[-1] == ("01-16 10:00", "recovered")
    assert story.state("W-V4a", SITE, "01-16 11:00") == "due_soon"


def test_a_column_updated_late_retracts_the_veto() -> None:
    """An item of the 14th turns up: taken back, and warned of four instead; busy columns don't get in the way."""
    story = columns(5, "news")
    for hour in range(24):
        for name in ("busy1", "busy2", "busy3", "busy4", "busy5"):
            if not hour:
                story.column(name, "news")
            story.at(f"01-14 {hour:02}:00").event("column.updated", f"{SITE}/column/{name}", item=f"i{hour}")
    looked(story, "01-15 09:00").until("01-15 10:00")
    assert story.transitions("W-V4a", SITE)[-1] == ("01-15 08:00", "breached")
    story.at("01-14 12:00").event("column.updated", f"{SITE}/column/news0", seen="01-15 11:00", item="n")
    told = story.until("01-15 12:00").transitions("W-V4a", SITE)[-2:]
    assert told == [("01-15 08:00", "retracted"), ("01-15 08:00", "due_soon")]


@pytest.mark.parametrize(("granted", "before"), [("01-05 09:00", "due_soon"), ("01-15 10:00", "breached")])
def test_a_column_with_a_recorded_exception_is_not_counted_while_it_lasts(granted: str, before: str) -> None:
    """Exceptions filed beforehand (兴隆台 2024), or afterwards: four of five are left, until the exception ends."""
    story = columns(5, "news")
    said: dict[str, Any] = {"rule": "W-V4a", "authority": "市政府办公室", "reason": "机构改革"}
    looked(story, "01-15 09:00").at(granted)
    story.event("exemption.granted", f"{SITE}/column/news0", **said, ends=story.aware("02-01 00:00"))
    story.until("02-02 00:00")
    assert [story.state("W-V4a", SITE, when) for when in ("01-15 09:30", "01-31 23:59")] == [before, "due_soon"]
    assert story.transitions("W-V4a", SITE)[-1] == ("02-01 00:00", "breached")


def test_a_column_taken_down_is_not_counted_from_then_on() -> None:
    """Closed on the 16th: the veto of the 15th stands until then, and no longer."""
    story = looked(columns(5, "news"), "01-15 09:00").until("01-15 10:00")
    story.at("01-16 09:00").event("column.closed", f"{SITE}/column/news0", reason="栏目调整").until("01-16 10:00")
    assert story.transitions("W-V4a", SITE)[-2:] == [("01-15 08:00", "breached"), ("01-16 09:00", "recovered")]
    assert story.state("W-V4a", SITE, "01-16 08:59:59.999") == "breached"


# -- W-V4b -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "when", "state"),
    [
        (5, "02-01 08:00", "compliant"),
        (6, "02-01 07:59:59.999", "compliant"),
        (6, "02-01 08:00", "due_soon"),
        (9, "02-01 08:00", "due_soon"),
        (10, "01-22 07:59:59.999", "compliant"),
        (10, "01-22 08:00", "due_soon"),
        (10, "02-01 07:59:59.999", "due_soon"),
        (10, "02-01 08:00", "breached"),
    ],
)
def test_ten_columns_past_their_cycle_break_the_rule_and_nine_do_not(count: int, when: str, state: str) -> None:
    """超过（含）10个 of columns with an agreed cycle of one month; six warn."""
    story = looked(columns(count, "other", cycle="1 month"), "02-01 09:00")
    assert story.state("W-V4b", SITE, when) == state


@pytest.mark.parametrize(("when", "state"), [("2024-12-31 23:59", "due_soon"), ("2025-01-01 08:00", "breached")])
def test_a_column_without_a_cycle_has_a_year(when: str, state: str) -> None:
    """长期 is not defined; without an agreed cycle our default is twelve months (open question 7)."""
    assert looked(columns(10, "other"), "2025-01-02 09:00").state("W-V4b", SITE, when) == state


def test_a_cap_on_cycles_and_no_need_to_look_are_honoured_where_a_city_says_so() -> None:
    """A city that recognises no cycle above six months, and takes silence for proof, gets what it asks for."""
    story = columns(10, "other", Story(strict()), cycle="24 months").until("07-02 00:00")
    assert story.state("W-V4b", SITE, "07-01 07:59:59.999") == "due_soon"
    assert story.state("W-V4b", SITE, "07-01 08:00") == "breached"


# -- W-V4c -----------------------------------------------------------------------------------------------------


def blank(count: int, others: int = 0) -> Story:
    """A site with so many columns found empty on 1 January, and others that list items."""
    story = Story().at("01-01 08:00").site()
    for number in range(count + others):
        story.column(f"c{number}").checked(f"{SITE}/column/c{number}", items=0 if number < count else 3)
    return story


@pytest.mark.parametrize(
    ("count", "state", "reason"),
    [
        (0, "compliant", "within_limit"),
        (1, "compliant", "within_limit"),
        (2, "due_soon", "limit_near"),
        (4, "due_soon", "limit_near"),
        (5, "breached", "limit_exceeded"),
        (6, "breached", "limit_exceeded"),
    ],
)
def test_five_blank_columns_break_the_rule_and_four_do_not(count: int, state: str, reason: str) -> None:
    """超过（含）5个空白栏目; two warn. The looks that counted nothing are the evidence."""
    answer = blank(count, others=2).judge("W-V4c", SITE, "01-01 08:00")
    assert (answer.state, answer.reason) == (state, reason)
    assert len(answer.evidence) == count


def test_a_column_that_nobody_counted_is_not_blank() -> None:
    """Four blank columns and one unseen: five may be blank, so nobody can say; a count of one item settles it."""
    story = blank(4).column("c9").until("01-02 00:00")
    assert story.judge("W-V4c", SITE, "01-02 00:00")[:2] == ("unknown", "nobody_looked")
    story.at("01-02 09:00").checked(f"{SITE}/column/c9", items=1).until("01-02 10:00")
    assert story.transitions("W-V4c", SITE)[-1] == ("01-02 09:00", "due_soon")


def test_the_first_item_fills_a_blank_column() -> None:
    """From the item on, four are left."""
    story = blank(5).at("01-03 09:00").event("column.updated", f"{SITE}/column/c0", item="n1").until("01-03 10:00")
    assert story.transitions("W-V4c", SITE) == [("01-01 08:00", "breached"), ("01-03 09:00", "recovered")]


def test_a_column_that_is_emptied_is_blank_from_the_look_that_finds_it_empty() -> None:
    """Four blank columns; the fifth lists three items, then none."""
    story = blank(4, others=1).at("01-05 09:00").checked(f"{SITE}/column/c4", items=0).until("01-05 10:00")
    assert story.transitions("W-V4c", SITE)[-1] == ("01-05 09:00", "breached")


def test_the_sites_unit_is_told_whoever_keeps_the_columns() -> None:
    """The veto is the site's: its own unit answers, even where other units keep the columns."""
    story = Story().at("01-01 08:00").site()
    for number in range(5):
        story.column(f"c{number}", unit=f"u-{number}").checked(f"{SITE}/column/c{number}", items=0)
    (breach,) = story.until("01-02 00:00").records("W-V4c", SITE)
    assert breach.unit == UNIT


def test_what_a_busy_column_no_longer_remembers_takes_no_warning_back() -> None:
    """Five columns are near their limit on the 11th; one of them comes back to life, and soon forgets the 1st.

    Others keep the site near its limit until it breaks on the 19th. The warning of the 11th stays what it was, whoever
    comes late with an item of another column.
    """
    story = columns(5, "news").at("01-02 08:00")
    named(story, "meanwhile", "news")
    named(story.at("01-05 08:00"), "fifth", "news")
    for hour in range(10, 24 * 7):
        day, clock = divmod(hour, 24)
        story.at(f"01-{12 + day} {clock:02}:00").event("column.updated", f"{SITE}/column/news0", item=f"i{hour}")
        if (day, clock) == (3, 12):
            story.event("column.updated", f"{SITE}/column/meanwhile", item="again")
    named(story.at("01-19 07:00"), "healthy", "news")
    before = looked(story, "01-19 09:00").until("01-19 09:30").transitions("W-V4a")
    late = {"item": "late", "seen": "01-19 10:00"}
    story.at("01-19 07:30").event("column.updated", f"{SITE}/column/healthy", **late)
    assert before == [("01-11 08:00", "due_soon"), ("01-19 08:00", "unknown"), ("01-19 08:00", "breached")]
    assert story.until("01-19 11:00").transitions("W-V4a") == before


def test_a_look_settles_what_was_unknown_under_limits_that_hold_no_more() -> None:
    """Stale from the 15th on, unseen; from the 20th on thirty days are allowed. A look on the 22nd proves it."""
    law = local_law(W_V4a={"at_least": 1, "warn_at_least": 1, "news_window": {"2024-01-20": "30 days"}})
    story = columns(1, "news", Story(law))
    before = story.until("01-22 08:00").transitions("W-V4a")
    assert before == [("01-11 08:00", "due_soon"), ("01-15 08:00", "unknown"), ("01-20 00:00", "recovered")]
    told = looked(story, "01-22 09:00").until("01-22 10:00").transitions("W-V4a")
    assert told[3:4] == [("01-15 08:00", "breached")]
