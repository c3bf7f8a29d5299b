"""X-M1 一单位一平台一账号 and X-M2 备案: how many accounts a unit keeps on a platform, and whether they are filed."""

from typing import Any

import pytest

from tests.support.timeline import ACCOUNT, HOLDING, UNIT, Story
from tests.timelines.cities import lenient, strict

SECOND = "wechat:gh_x2"
FIRST_HELD = f"account.registered 01-01 08:00:account.held:{UNIT}"


def two(story: Story | None = None) -> Story:
    """A second account of the unit on WeChat, nine days after the first."""
    return (story or Story()).at("01-01 08:00").account().at("01-10 08:00").account(SECOND)


def closes(story: Story, when: str, subject: str = SECOND) -> Story:
    """An account is closed."""
    return story.at(when).event("account.closed", subject, unit=UNIT, platform="wechat", reason="整合")


def exempts(story: Story, when: str, account: str | None, ends: str | None = None) -> Story:
    """The supervisor records an exception."""
    said: dict[str, Any] = {"rule": "X-M1", "authority": "市政府办公室", "reason": "预警发布账号"}
    if account:
        said["account"] = account
    if ends:
        said["ends"] = story.aware(ends)
    return story.at(when).event("exemption.granted", HOLDING, **said)


# -- X-M1 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "state", "reason"),
    [
        ("01-10 07:59:59.999", "compliant", "within_limit"),
        ("01-10 08:00", "breached", "limit_exceeded"),
    ],
)
def test_one_account_is_in_order_and_two_are_not(when: str, state: str, reason: str) -> None:
    """One unit, one platform, one account: broken from the second one's registration on."""
    assert two().judge("X-M1", HOLDING, when)[:2] == (state, reason)


def test_the_unit_is_told_with_both_accounts() -> None:
    """The evidence are the two registrations."""
    (breach,) = two().until("01-11 00:00").records("X-M1")
    assert (breach.unit, breach.subject) == (UNIT, HOLDING)
    assert breach.evidence == (FIRST_HELD, f"account.registered 01-10 08:00:account.held:{UNIT}")


def test_accounts_on_other_platforms_and_of_other_units_do_not_count() -> None:
    """A unit may be on WeChat and on Weibo, and a district may have a bureau of its own."""
    story = Story().at("01-01 08:00").account().account("weibo:w1").account(SECOND, unit="u-other")
    assert story.until("02-01 00:00").transitions("X-M1") == []


def test_closing_one_ends_it() -> None:
    """From the closing on one is left."""
    story = closes(two(), "01-20 09:00").until("01-21 00:00")
    assert story.transitions("X-M1") == [("01-10 08:00", "breached"), ("01-20 09:00", "recovered")]


def test_an_account_that_passes_to_another_unit_counts_there_from_then_on() -> None:
    """The one unit is in order again, the other one, which has an account already, no longer."""
    story = two().at("01-05 08:00").account("wechat:gh_o1", unit="u-other")
    moved = {"from_unit": UNIT, "to_unit": "u-other", "platform": "wechat"}
    story.at("01-20 09:00").event("account.transferred", SECOND, **moved).until("01-21 00:00")
    assert story.transitions("X-M1", HOLDING)[-1] == ("01-20 09:00", "recovered")
    assert story.transitions("X-M1", "u-other@wechat") == [("01-20 09:00", "breached")]


def test_an_account_that_passes_to_the_unit_that_has_it_stays_there() -> None:
    """A registry that says it passed from a unit to the same one: the unit still has both."""
    story = Story().at("01-05 08:00").account("wechat:a").account("wechat:b")
    story.at("01-06 08:00").event("account.transferred", "wechat:a", from_unit=UNIT, to_unit=UNIT, platform="wechat")
    assert story.state("X-M1", HOLDING, "01-07 08:00") == "breached"


@pytest.mark.parametrize("late", [False, True])
def test_a_transfer_from_a_unit_that_never_had_it(*, late: bool) -> None:
    """An account has one unit at a time: who had it has it no longer, whomever the entry names, and however late it is.

    The transfer says that it came from a third unit; so before it was mended, two units held one account.
    """
    story = Story().at("01-01 08:00").account().account(SECOND).account("wechat:gh_o1", unit="u-other")
    moved = {"from_unit": "u-third", "to_unit": "u-other", "platform": "wechat"}
    seen = "01-20 10:00" if late else "01-10 09:00"
    story.at("01-10 09:00").event("account.transferred", SECOND, seen=seen, **moved).until("01-21 00:00")
    assert story.state("X-M1", HOLDING, "01-10 08:59") == "breached"
    assert story.state("X-M1", HOLDING, "01-10 09:00") == "compliant"
    assert story.state("X-M1", "u-other@wechat", "01-10 09:00") == "breached"


def test_a_changed_entry_is_no_second_account() -> None:
    """Registering the same account again, under a new name, changes nothing."""
    story = Story().at("01-01 08:00").account().at("02-01 08:00").account(name="新名字").until("03-01 00:00")
    assert story.transitions("X-M1") == []


@pytest.mark.parametrize("late", [False, True])
def test_an_account_registered_for_another_unit_is_released_by_the_one_before(*, late: bool) -> None:
    """Without a transfer, and whichever entry comes first: from the new entry on only its unit counts it."""
    story = Story().at("01-01 08:00").account()
    entries = [("01-10 08:00", UNIT), ("01-20 09:00", "u-other")]
    for when, unit in reversed(entries) if late else entries:
        data = {"unit": unit, "name": "健康某市", "platform": "wechat"}
        story.at(when).event("account.registered", SECOND, seen="01-20 10:00" if late else when, **data)
    story.until("01-21 00:00")
    assert story.state("X-M1", HOLDING, "01-20 08:59") == "breached"
    assert story.state("X-M1", HOLDING, "01-20 09:00") == "compliant"
    assert story.transitions("X-M1", "u-other@wechat") == []


def test_a_recorded_exception_takes_the_account_out_of_the_count() -> None:
    """原则上: an account with a recorded reason is not counted, from the record on."""
    story = exempts(two(), "01-15 09:00", SECOND).until("02-01 00:00")
    assert story.transitions("X-M1") == [("01-10 08:00", "breached"), ("01-15 09:00", "recovered")]


def test_an_exception_from_another_rule_leaves_the_account_in_the_count() -> None:
    """An exemption is of one rule: who need not post may not have two accounts for that."""
    story = two().at("01-12 00:00")
    granted = {"account": SECOND, "authority": "省府办", "reason": "休假"}
    story.event("exemption.granted", HOLDING, rule="M-V2a", **granted)
    assert story.state("X-M1", HOLDING, "01-13 00:00") == "breached"


def test_a_unit_may_be_exempted_as_a_whole() -> None:
    """An exception without an account's name lifts the rule for the unit on that platform."""
    story = exempts(two(), "01-15 09:00", None).until("02-01 00:00")
    assert story.transitions("X-M1")[-1] == ("01-15 09:00", "exempt")
    assert story.judge("X-M1", HOLDING, "01-16 00:00").reason == "exempted"


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("02-22 23:59:59.999", "compliant"),
        ("02-23 00:00", "due_soon"),
        ("02-29 23:59:59.999", "due_soon"),
        ("03-01 00:00", "breached"),
    ],
)
def test_an_exception_that_ends_is_warned_of(when: str, state: str) -> None:
    """Until 1 March: a week before, the unit hears of it; on the day itself it is broken."""
    story = exempts(two(), "01-10 08:00", SECOND, ends="03-01 00:00").until("03-02 00:00")
    assert story.state("X-M1", HOLDING, when) == state
    assert story.transitions("X-M1")[-2:] == [("02-23 00:00", "due_soon"), ("03-01 00:00", "breached")]
    assert story.judge("X-M1", HOLDING, "02-23 00:00").due == "03-01 00:00"


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("01-12 23:59:59.999", "compliant"),
        ("01-13 00:00", "due_soon"),
        ("01-19 23:59:59.999", "due_soon"),
        ("01-20 00:00", "breached"),
    ],
)
def test_a_second_account_that_is_announced_is_warned_of(when: str, state: str) -> None:
    """Registered on the 5th to be opened on the 20th: there is a week's time to think better of it."""
    story = Story().at("01-01 08:00").account().at("01-05 08:00").account(SECOND, opened="01-20 00:00")
    assert story.state("X-M1", HOLDING, when) == state
    told = story.until("01-21 00:00").transitions("X-M1")
    assert told == [("01-13 00:00", "due_soon"), ("01-20 00:00", "breached")]


@pytest.mark.parametrize(
    ("when", "state"), [("01-10 08:00", "due_soon"), ("01-13 07:59:59.999", "due_soon"), ("01-13 08:00", "breached")]
)
def test_a_grace_for_moving_accounts_is_a_parameter(when: str, state: str) -> None:
    """A city that gives three days to wind up the old account."""
    assert two(Story(strict())).state("X-M1", HOLDING, when) == state


@pytest.mark.parametrize(("accounts", "state"), [(2, "compliant"), (3, "breached")])
def test_a_city_may_allow_two(accounts: int, state: str) -> None:
    """The number is the pack's."""
    story = Story(lenient()).at("01-01 08:00")
    for number in range(accounts):
        story.account(f"wechat:gh_{number}")
    assert story.state("X-M1", HOLDING, "01-01 08:00") == state


def test_a_closing_that_comes_in_late_retracts() -> None:
    """The second account was closed on the 9th, before the other opened; it is reported on the 15th."""
    story = two().until("01-14 00:00")
    gone = {"unit": UNIT, "platform": "wechat", "reason": "注销"}
    story.at("01-09 09:00").event("account.closed", ACCOUNT, seen="01-15 09:00", **gone).until("01-16 00:00")
    assert story.transitions("X-M1") == [("01-10 08:00", "breached"), ("01-10 08:00", "retracted")]


# -- X-M2 ------------------------------------------------------------------------------------------------------


def opened(filed: str | None = None) -> Story:
    """An account opened on Monday 8 January, and known to the registry two days later."""
    profile = {"opened": "01-08 10:00"} | ({"filed": filed} if filed else {})
    return Story().at("01-10 08:00").account(**profile)


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("01-10 23:59:59.999", "compliant"),
        ("01-11 00:00", "due_soon"),
        ("01-15 23:59:59.999", "due_soon"),
        ("01-16 00:00", "breached"),
    ],
)
def test_an_account_is_filed_within_five_working_days(when: str, state: str) -> None:
    """Our default, after 安康: warned two working days before the last one, broken at its end."""
    story = opened()
    assert story.state("X-M2", ACCOUNT, when) == state
    assert story.judge("X-M2", ACCOUNT, "01-11 00:00").due == "01-16 00:00"


@pytest.mark.parametrize(
    ("filed", "changes"),
    [
        ("01-15 23:59:59.999", ["due_soon", "recovered"]),
        ("01-16 00:00", ["due_soon", "breached"]),
        ("02-20 10:00", ["due_soon", "breached"]),
    ],
)
def test_filed_late_is_filed_late(filed: str, changes: list[str]) -> None:
    """备案不及时: a late filing does not undo the delay while the lookback lasts."""
    story = opened().at(filed).event("account.filed", ACCOUNT).until("03-01 00:00")
    assert [change for _, change in story.transitions("X-M2")] == changes
    assert story.judge("X-M2", ACCOUNT, "03-01 00:00").evidence == (
        "account.registered 01-10 08:00",
        f"account.filed {filed}",
    )


@pytest.mark.parametrize(
    ("filed", "last"), [(True, ("04-08 10:00", "recovered")), (False, ("01-16 00:00", "breached"))]
)
def test_late_is_forgotten_after_three_months_and_never_is_not(*, filed: bool, last: tuple[str, str]) -> None:
    """A quarter after the opening a late filing is past; an account that was never filed is still unfiled."""
    story = opened()
    if filed:
        story.at("02-20 10:00").event("account.filed", ACCOUNT)
    assert story.until("2025-06-01 00:00").transitions("X-M2")[-1] == last


@pytest.mark.parametrize(("filed", "state"), [("01-12 09:00", "compliant"), ("01-22 09:00", "breached")])
def test_a_registry_that_knows_both_dates_says_the_same(filed: str, state: str) -> None:
    """The bulletin's 备案不及时 can be read from a sheet with an opening and a filing date."""
    assert opened(filed).state("X-M2", ACCOUNT, "01-31 00:00") == state


def test_an_account_whose_opening_nobody_knows_owes_no_filing_date() -> None:
    """Without an opening date there is nothing to count from."""
    story = Story().at("01-10 08:00").account().until("06-01 00:00")
    assert story.judge("X-M2", ACCOUNT, "06-01 00:00")[:2] == ("exempt", "not_applicable")
