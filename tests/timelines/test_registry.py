"""The registry while it changes: late entries, closings, transfers, exemptions; acknowledgements hide nothing."""

from typing import Any

import pytest

from schemas.instants import to_datetime
from streams.core.standing import Period, standings_at
from streams.log.records import transition_json, transition_record
from tests.support.timeline import ACCOUNT, SITE, UNIT, Story

COLUMN = f"{SITE}/column/c"
MESSAGE = f"{SITE}/message/m1"
HEIR = "u-heir"


def silent() -> Story:
    """An account that failed on 15 January, 08:00, and was looked at."""
    return Story().at("01-01 08:00").account().posted("p1").at("01-15 09:00").checked(ACCOUNT).until("01-16 00:00")


def stale() -> Story:
    """A site whose home page and news column failed on the 15th; the column is kept by the site's own unit."""
    story = Story().at("01-01 08:00").site().column("c", "news").event("site.updated", item="n1")
    story.event("column.updated", COLUMN, item="n1")
    return story.at("01-15 09:00").checked(SITE).checked(COLUMN).until("01-16 00:00")


# -- unknown at first ------------------------------------------------------------------------------------------


def test_what_was_seen_before_registration_is_judged_once_it_comes() -> None:
    """Posts and looks of an account nobody knew are kept; the registry of the 20th says it holds since the 1st."""
    story = Story().at("01-01 08:00").posted("p1").at("01-15 09:00").checked(ACCOUNT).until("01-19 00:00")
    assert story.transitions("M-V2a") == []
    assert story.effects.strangers == [ACCOUNT, ACCOUNT]
    known = {"unit": UNIT, "name": "健康某市", "platform": "wechat", "account_type": "subscription"}
    story.at("01-01 00:00").event("account.registered", ACCOUNT, seen="01-20 09:00", **known).until("01-20 10:00")
    assert story.transitions("M-V2a") == [("01-11 08:00", "due_soon"), ("01-15 08:00", "breached")]


def test_an_account_registered_late_fails_from_its_registration_on_and_not_before() -> None:
    """Registered on the 20th as of the 20th: what it did before is remembered, but was nobody's business."""
    story = Story().at("01-01 08:00").posted("p1").at("01-20 00:00").account().at("01-20 09:00").checked(ACCOUNT)
    assert story.until("01-20 10:00").transitions("M-V2a")[-1] == ("01-20 00:00", "breached")
    assert story.judge("M-V2a", ACCOUNT, "01-19 23:59:59.999")[:2] == ("exempt", "not_registered")


def test_a_column_of_an_unknown_site_waits_for_the_site() -> None:
    """The column is registered, its site only on the 20th."""
    story = Story().at("01-01 08:00").column("c", "news").event("column.updated", COLUMN, item="n1")
    story.at("01-16 09:00").checked(COLUMN).at("01-20 00:00").site().until("01-21 00:00")
    assert story.transitions("W-D04", COLUMN) == [("01-20 00:00", "breached")]


def test_a_message_to_an_unknown_site_waits_for_the_site() -> None:
    """Received on the 8th, the site is known from the 20th on: overdue then, and not before."""
    story = Story().at("01-08 10:00").event("message.received", MESSAGE, unit="u-tax", simple=True)
    story.at("01-20 00:00").site().until("01-21 00:00")
    assert story.transitions("W-D18", MESSAGE) == [("01-20 00:00", "breached")]


# -- closed ----------------------------------------------------------------------------------------------------


def test_a_closed_account_is_judged_until_then_and_no_longer() -> None:
    """Closed on the 18th: the breach of the 15th stands in the record and ends; nothing new begins."""
    story = silent().at("01-18 12:00").event("account.closed", ACCOUNT, unit=UNIT, platform="wechat", reason="整合")
    story.until("06-01 00:00")
    assert story.transitions("M-V2a")[-2:] == [("01-15 08:00", "breached"), ("01-18 12:00", "exempt")]
    assert story.state("M-V2a", ACCOUNT, "01-18 11:59:59.999") == "breached"
    assert story.judge("M-V2a", ACCOUNT, "01-18 12:00")[:2] == ("exempt", "closed")
    assert story.judge("M-V3a", ACCOUNT, "02-01 00:00")[:2] == ("exempt", "closed")


def test_a_closing_that_is_reported_late_takes_back_what_came_after_it() -> None:
    """Closed on the 12th, reported on the 17th: it was warned rightly on the 11th, and never failed."""
    story = silent().at("01-12 12:00")
    story.event("account.closed", ACCOUNT, seen="01-17 09:00", unit=UNIT, platform="wechat").until("01-17 10:00")
    assert ("01-15 08:00", "retracted") in story.transitions("M-V2a")
    assert story.state("M-V2a", ACCOUNT, "01-16 00:00") == "exempt"


def test_a_site_that_is_closed_takes_its_columns_and_messages_along() -> None:
    """关停: from then on nothing of the site is judged."""
    story = stale().at("01-17 09:00").event("message.received", MESSAGE, unit="u-tax", simple=True)
    story.at("01-18 00:00").event("site.closed", reason="关停", filed=True).until("06-01 00:00")
    for rule, subject in [("W-V3", SITE), ("W-D04", COLUMN), ("W-D18", MESSAGE), ("W-V5b", SITE)]:
        assert story.judge(rule, subject, "02-01 00:00")[:2] == ("exempt", "closed"), rule
    assert story.transitions("W-V3")[-1] == story.transitions("W-D04")[-1] == ("01-18 00:00", "exempt")
    assert story.transitions("W-D18") == []


def test_an_account_that_is_registered_again_owes_nothing_of_the_time_between() -> None:
    """Closed on the 5th, opened again on 1 June: its fourteen days begin on 1 June."""
    story = Story().at("01-01 08:00").account().posted("p1")
    story.at("01-05 08:00").event("account.closed", ACCOUNT, unit=UNIT, platform="wechat")
    story.at("06-01 08:00").account().at("06-15 09:00").checked(ACCOUNT).until("06-16 00:00")
    assert story.transitions("M-V2a") == [
        ("06-11 08:00", "due_soon"),
        ("06-15 08:00", "unknown"),
        ("06-15 08:00", "breached"),
    ]


def test_a_column_of_a_site_that_is_registered_again_owes_nothing_of_the_time_between() -> None:
    """The site is down from the 5th to 1 June; it took its columns along, and their fourteen days begin on 1 June."""
    story = Story().at("01-01 08:00").site().column("c", "news").event("column.updated", COLUMN, item="n1")
    story.at("01-05 08:00").event("site.closed", reason="改版", filed=True)
    story.at("06-01 08:00").site().at("06-15 09:00").checked(COLUMN).until("06-16 00:00")
    assert story.transitions("W-D04", COLUMN) == [
        ("06-11 08:00", "due_soon"),
        ("06-15 08:00", "unknown"),
        ("06-15 08:00", "breached"),
    ]
    assert story.judge("W-D04", COLUMN, "06-02 00:00").due == "06-15 08:00"


def test_an_account_of_which_only_the_closing_was_told_owes_nothing_of_the_time_before() -> None:
    """Closed on the 5th, a post on the 10th, registered (so far as we know for the first time) on 1 June."""
    story = Story().at("01-05 08:00").event("account.closed", ACCOUNT, unit=UNIT, platform="wechat")
    story.at("01-10 08:00").posted("p1").at("06-01 08:00").account()
    assert story.until("06-15 07:59").state("M-V2a", ACCOUNT, "06-01 08:00") == "compliant"
    assert story.state("M-V2a", ACCOUNT, "06-15 07:59") == "due_soon"


# -- transferred -----------------------------------------------------------------------------------------------


def test_a_site_taken_over_is_its_new_units_from_then_on() -> None:
    """网站移交 on the 20th: what is open is told to the new unit at once; what was said before stays the old one's."""
    story = stale().at("01-20 00:00").event("site.transferred", from_unit=UNIT, to_unit=HEIR).until("01-21 00:00")
    told = [(story.text(one.at), one.change.value, one.unit) for one in story.records("W-V3")]
    assert told[-2:] == [("01-15 08:00", "breached", UNIT), ("01-20 00:00", "breached", HEIR)]
    assert len({one.episode for one in story.records("W-V3")}) == 1
    assert [one.sequence for one in story.records("W-V3")] == list(range(1, len(told) + 1))
    story.at("01-22 08:00").event("site.updated", item="n2").until("01-23 00:00")
    assert (story.records("W-V3")[-1].change, story.records("W-V3")[-1].unit) == ("recovered", HEIR)


def test_what_the_old_unit_kept_passes_on_with_the_site() -> None:
    """Its columns and its open messages are the new unit's; those of other units stay where they are."""
    story = stale().column("d", "news", unit="u-water").event("message.received", MESSAGE, unit=UNIT, simple=True)
    story.at("01-20 00:00").event("site.transferred", from_unit=UNIT, to_unit=HEIR).until("03-01 00:00")
    assert story.records("W-D04", COLUMN)[-1].unit == HEIR
    assert [one.unit for one in story.records("W-D18", MESSAGE)] == [UNIT, HEIR, HEIR]
    assert {one.unit for one in story.records("W-D04", f"{SITE}/column/d")} == {"u-water"}


def test_a_column_registered_anew_after_the_transfer_is_its_own_units() -> None:
    """The new registry names the keeper itself."""
    story = stale().at("01-20 00:00").event("site.transferred", from_unit=UNIT, to_unit=HEIR)
    story.at("01-25 00:00").column("c", "news", unit=UNIT).until("01-26 00:00")
    assert [one.unit for one in story.records("W-D04", COLUMN)][-2:] == [HEIR, UNIT]


def test_an_account_that_passes_on_tells_its_new_unit() -> None:
    """The transfer is not a breach of its own: the same episode goes on."""
    moved = {"from_unit": UNIT, "to_unit": HEIR, "platform": "wechat"}
    story = silent().at("01-18 00:00").event("account.transferred", ACCOUNT, **moved).until("01-19 00:00")
    assert [one.unit for one in story.records("M-V2a")][-2:] == [UNIT, HEIR]
    assert story.transitions("M-V2a")[-1] == ("01-18 00:00", "breached")


def test_a_transfer_that_is_reported_late_tells_the_right_unit_once() -> None:
    """Passed on on the 10th, reported on the 20th: the new unit is told of the episode as it stands."""
    moved = {"from_unit": UNIT, "to_unit": HEIR, "platform": "wechat"}
    story = silent().at("01-10 00:00").event("account.transferred", ACCOUNT, seen="01-20 09:00", **moved)
    story.until("01-21 00:00")
    assert [one.unit for one in story.records("M-V2a")][-2:] == [UNIT, HEIR]
    assert story.records("M-V2a")[-1].state == "breached"


# -- exempted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "state", "reason"),
    [
        ("01-12 11:59:59.999", "due_soon", "update_due_soon"),
        ("01-12 12:00", "exempt", "exempted"),
        ("01-31 23:59:59.999", "exempt", "exempted"),
        ("02-01 00:00", "breached", "not_updated"),
    ],
)
def test_an_exemption_holds_from_its_grant_to_its_end(when: str, state: str, reason: str) -> None:
    """Recorded on the 12th until 1 February: no breach in between, and the breach at its end."""
    story = Story().at("01-01 08:00").account().posted("p1").at("01-12 12:00")
    ends = story.aware("02-01 00:00")
    story.event("exemption.granted", ACCOUNT, rule="M-V2a", authority="市政府办公室", reason="机构改革", ends=ends)
    story.at("02-01 09:00").checked(ACCOUNT).until("02-02 00:00")
    assert story.judge("M-V2a", ACCOUNT, when)[:2] == (state, reason)
    assert story.transitions("M-V2a")[:2] == [("01-11 08:00", "due_soon"), ("01-12 12:00", "exempt")]
    assert story.transitions("M-V2a")[-1] == ("02-01 00:00", "breached")


def test_an_exemption_is_of_one_rule() -> None:
    """Who need not post need still be reachable."""
    story = Story().at("01-01 08:00").account()
    story.event("exemption.granted", ACCOUNT, rule="M-V2a", authority="市政府办公室", reason="机构改革")
    assert story.state("M-V2a", ACCOUNT, "03-01 00:00") == "exempt"
    assert story.state("M-V3a", ACCOUNT, "03-01 00:00") == "unknown"


# -- acknowledged ----------------------------------------------------------------------------------------------


def acknowledge(story: Story, when: str, rule: str, subject: str, **more: Any) -> Story:
    """The unit says that it knows."""
    episode = story.records(rule)[-1].episode
    return story.at(when).event("alert.acknowledged", subject, rule=rule, episode=episode, by="张三", **more)


def test_what_an_acknowledgement_promises_is_told() -> None:
    """By when it will be put right stands beside who said so."""
    story = silent()
    story = acknowledge(story, "01-16 10:00", "M-V2a", ACCOUNT, promised=story.aware("01-20 18:00"))
    told = story.records("M-V2a")[-1]
    assert (told.note, told.promised_at) == ("张三", story.ms("01-20 18:00"))
    assert transition_record(told).promised_at == to_datetime(story.ms("01-20 18:00"))


def test_who_promises_nothing_is_not_said_to_have() -> None:
    """A record without a promise is as it was before there were any, and is read as ever."""
    told = acknowledge(silent(), "01-16 10:00", "M-V2a", ACCOUNT).records("M-V2a")[-1]
    assert "promised_at" not in transition_json(told)
    assert transition_record(told).promised_at is None


def test_an_acknowledgement_is_told_and_hides_nothing() -> None:
    """The alert is marked, the account still fails, and the end is told as ever."""
    story = acknowledge(silent(), "01-16 10:00", "M-V2a", ACCOUNT).until("01-17 00:00")
    told = story.records("M-V2a")[-1]
    assert (told.change, told.state, told.reason, told.note) == (
        "acknowledged",
        "breached",
        "acknowledged_by_unit",
        "张三",
    )
    assert told.evidence == ("alert.acknowledged 01-16 10:00",)
    assert story.state("M-V2a", ACCOUNT, "01-16 10:00") == "breached"
    story.at("01-18 09:00").posted("p2").until("01-19 00:00")
    assert story.transitions("M-V2a")[-2:] == [("01-16 10:00", "acknowledged"), ("01-18 09:00", "recovered")]
    assert len({one.episode for one in story.records("M-V2a")}) == 1


def test_an_acknowledged_breach_stands_in_the_bulletin() -> None:
    """Whoever promises to mend has not mended yet: the account is failed at the checkpoint."""
    story = acknowledge(silent(), "01-16 10:00", "M-V2a", ACCOUNT).until("02-01 00:00")
    at = story.ms("02-01 00:00")
    (standing,) = standings_at(story.fold, at, Period("2024Q1", story.ms("01-01 00:00"), closed=True))
    assert standing.verdict == "failed"
    assert [(one.rule, one.evidence) for one in standing.findings] == [
        ("M-V2a", ("account.posted 01-01 08:00", "account.checked 01-15 09:00"))
    ]


def test_an_acknowledgement_of_an_episode_that_is_over_says_nothing() -> None:
    """Recovered on the 17th, acknowledged on the 18th: too late to matter."""
    story = silent().at("01-17 09:00").posted("p2").until("01-17 10:00")
    before = story.transitions("M-V2a")
    assert acknowledge(story, "01-18 09:00", "M-V2a", ACCOUNT).until("01-19 00:00").transitions("M-V2a") == before


def test_an_acknowledgement_twice_delivered_is_told_once() -> None:
    """At-least-once delivery again."""
    story = acknowledge(silent(), "01-16 10:00", "M-V2a", ACCOUNT).again().until("01-17 00:00")
    assert [change for _, change in story.transitions("M-V2a")].count("acknowledged") == 1
