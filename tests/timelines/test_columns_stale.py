"""W-D04, W-D05, W-D06, W-D09, W-D11: one column past its class's limit is a deduction, told to whoever keeps it."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.timeline import SITE, Story
from tests.timelines.cities import strict

COLUMN = f"{SITE}/column/c"


def column(column_class: str, story: Story | None = None, *, site: dict[str, Any] | None = None, **more: Any) -> Story:
    """A column of a class, last updated on 1 January, 08:00."""
    story = (story or Story()).at("01-01 08:00").site(**(site or {})).column("c", column_class, **more)
    return story.event("column.updated", COLUMN, item="n1")


@pytest.mark.parametrize(
    ("rule", "column_class", "more", "warned", "due"),
    [
        ("W-D04", "news", {}, "01-11 08:00", "01-15 08:00"),
        ("W-D05", "policy", {"level": 1}, "06-16 08:00", "07-01 08:00"),
        ("W-D06", "interpretation", {"level": 3}, "06-16 08:00", "07-01 08:00"),
        ("W-D09", "disclosure", {"cycle": "1 month"}, "01-22 08:00", "02-01 08:00"),
        ("W-D09", "notice", {"cycle": "30 days"}, "01-21 08:00", "01-31 08:00"),
        ("W-D09", "other", {}, "12-22 08:00", "2025-01-01 08:00"),
        ("W-D11", "service_statistics", {}, "03-22 08:00", "04-01 08:00"),
    ],
)
def test_each_class_has_its_own_limit_to_the_millisecond(
    rule: str, column_class: str, more: dict[str, Any], warned: str, due: str
) -> None:
    """Two weeks for news, six months for policies and interpretations, three for statistics, else the cycle."""
    story = column(column_class, **more)
    story.at(due).checked(COLUMN)
    before_warning, before_due = (story.text(story.ms(edge) - 1) for edge in (warned, due))
    states = [story.state(rule, COLUMN, when) for when in (before_warning, warned, before_due, due)]
    assert states == ["compliant", "due_soon", "due_soon", "breached"]
    assert story.judge(rule, COLUMN, warned)[1:3] == ("update_due_soon", due)
    assert story.judge(rule, COLUMN, due)[1:4] == (
        "not_updated",
        due,
        ("column.updated 01-01 08:00", f"column.checked {due}"),
    )


@pytest.mark.parametrize(
    ("rule", "column_class", "more"),
    [
        ("W-D04", "notice", {}),
        ("W-D05", "policy", {"level": 2}),
        ("W-D05", "interpretation", {}),
        ("W-D06", "policy", {}),
        ("W-D09", "news", {}),
        ("W-D09", "policy", {}),
        ("W-D11", "other", {}),
    ],
)
def test_a_rule_leaves_other_columns_alone(rule: str, column_class: str, more: dict[str, Any]) -> None:
    """What is charged under one indicator is not charged under another."""
    story = column(column_class, **more)
    assert story.judge(rule, COLUMN, "12-31 00:00")[:2] == ("exempt", "not_applicable")


def test_only_one_rule_charges_a_news_column() -> None:
    """No double charging: a stale news column is W-D04's alone."""
    story = column("news").at("01-16 09:00").checked(COLUMN).until("02-01 00:00")
    assert {one.rule for one in story.effects.transitions if one.subject == COLUMN} == {"W-D04"}


@pytest.mark.parametrize("column_class", ["news", "policy", "interpretation", "disclosure", "service_statistics"])
def test_where_nobody_looked_a_column_is_unknown(column_class: str) -> None:
    """No deduction rests on a crawler that didn't come."""
    story = column(column_class, cycle="1 month").until("2025-02-01 00:00")
    changes = [change for _, change in story.transitions(_rule(column_class), COLUMN)]
    assert changes == ["due_soon", "unknown"]


def _rule(column_class: str) -> str:
    rules = {"news": "W-D04", "policy": "W-D05", "interpretation": "W-D06", "service_statistics": "W-D11"}
    return rules.get(column_class, "W-D09")


def test_the_unit_that_keeps_the_column_is_told() -> None:
    """新巴尔虎左旗 charges the unit that keeps the column, not the site's."""
    story = column("disclosure", cycle="1 month", unit="u-water").until("02-01 08:00")
    assert {one.unit for one in story.records("W-D09", COLUMN)} == {"u-water"}


@pytest.mark.parametrize(
    ("site", "own", "state"),
    [
        ({"external_services": True}, {}, "breached"),
        ({"external_services": False}, {}, "exempt"),
        ({"external_services": False}, {"external_services": True}, "breached"),
        ({"external_services": True}, {"external_services": False}, "exempt"),
    ],
)
def test_statistics_are_asked_only_where_there_are_services(
    site: dict[str, Any], own: dict[str, Any], state: str
) -> None:
    """W-D11 spares sites without external services; a column says otherwise only if it says so itself."""
    story = column("service_statistics", site=site, **own).at("04-02 09:00").checked(COLUMN)
    assert story.state("W-D11", COLUMN, "04-02 09:00") == state


def test_a_new_cycle_holds_from_its_registration_on() -> None:
    """Monthly until 20 January, weekly from then on: stale at once, and not before."""
    story = column("other", cycle="1 month").at("01-20 00:00").column("c", "other", cycle="7 days")
    story.at("01-20 09:00").checked(COLUMN).until("01-20 10:00")
    assert story.judge("W-D09", COLUMN, "01-19 23:59:59.999").due == "02-01 08:00"
    assert story.transitions("W-D09", COLUMN)[-1] == ("01-20 00:00", "breached")
    assert story.judge("W-D09", COLUMN, "01-20 00:00").due == "01-08 08:00"


def test_a_column_that_changes_its_class_changes_its_rule() -> None:
    """News until the 10th, then a plain column: W-D04 lets go of it on the 10th, when nothing was broken yet."""
    story = column("news").at("01-10 00:00").column("c", "other").until("02-01 00:00")
    assert story.transitions("W-D04", COLUMN) == []
    assert story.judge("W-D04", COLUMN, "01-10 00:00")[:2] == ("exempt", "not_applicable")
    assert story.state("W-D04", COLUMN, "01-09 23:59:59.999") == "compliant"


def test_an_item_taken_out_counts_no_longer() -> None:
    """The item of the 10th is removed on the 20th: what is left is of the 1st, and too old."""
    story = column("news").at("01-10 08:00").event("column.updated", COLUMN, item="n2")
    story.at("01-20 08:00").event("column.item_removed", COLUMN, item="n2").until("01-20 09:00")
    assert story.transitions("W-D04", COLUMN) == [("01-20 08:00", "breached")]


def test_an_update_seen_late_retracts() -> None:
    """Told on the 15th, disproved on the 17th."""
    story = column("news").at("01-15 09:00").checked(COLUMN).until("01-16 00:00")
    story.at("01-12 10:00").event("column.updated", COLUMN, seen="01-17 09:00", item="n2").until("01-17 10:00")
    assert story.transitions("W-D04", COLUMN)[-1] == ("01-15 08:00", "retracted")


@pytest.mark.parametrize(("rule", "column_class"), [("W-D04", "news"), ("W-D05", "policy")])
def test_each_rule_decides_for_itself_what_a_repost_is_worth(rule: str, column_class: str) -> None:
    """A city that counts no reposts as news still counts them as policies (open question 3)."""
    story = column(column_class, Story(strict()))
    story.at("01-10 08:00").event("column.updated", COLUMN, item="n2", repost=True)
    due = {"W-D04": "01-15 08:00", "W-D05": "07-10 08:00"}[rule]
    assert story.judge(rule, COLUMN, "01-11 00:00").due == due


@pytest.mark.parametrize("cycle", ["每周", "1 week", "a month", "-1 days", "1.5 days", ""])
def test_a_cycle_that_nobody_can_count_is_refused_at_the_door(cycle: str) -> None:
    """A cycle in words would stop whoever judges the column; it goes back to the sender instead."""
    with pytest.raises(ValidationError, match="cycle"):
        column("other", cycle=cycle)
