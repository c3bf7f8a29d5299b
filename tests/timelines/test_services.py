"""W-V5a 咨询渠道, W-V6a 办事服务, W-V6b/c 办事指南: a site's channels, its service catalogue and its guides."""

from typing import Any

import pytest

from schemas.errors import PackError
from tests.support.laws import local_law
from tests.support.timeline import SITE, Story

CLASSES = ["事项名称", "设定依据", "申请条件", "办理材料", "办理地点", "办理时间", "联系电话", "办理流程"]


def site(**profile: Any) -> Story:
    """A site registered on 1 January."""
    return Story().at("01-01 00:00").site(**profile)


def submits(story: Story, when: str, channel: str, kind: str = "咨询", *, works: bool = False) -> Story:
    """Somebody submits a test through a channel."""
    return story.at(when).event("channel.tested", SITE, channel=channel, channel_kind=kind, works=works)


def counts(story: Story, when: str, items: int) -> Story:
    """Somebody counts the service catalogue."""
    return story.at(when).event("services.listed", SITE, items=items)


def reads(story: Story, when: str, item: str, missing: int) -> Story:
    """Somebody reads a service guide that lacks so many element classes."""
    return story.at(when).event("guide.audited", SITE, item=item, missing=CLASSES[:missing])


# -- W-V5a -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "state"), [("01-03 07:59:59.999", "due_soon"), ("01-03 08:00", "breached"), ("01-09 08:00", "breached")]
)
def test_a_channel_that_fails_twice_a_day_apart_is_no_channel(second: str, state: str) -> None:
    """One failed submission warns; the second, 24 hours later, is the veto, at that instant."""
    story = submits(submits(site(), "01-02 08:00", "主任信箱"), second, "主任信箱").until("01-10 00:00")
    assert story.state("W-V5a", SITE, second) == state
    assert story.judge("W-V5a", SITE, "01-02 08:00")[:3] == ("due_soon", "failure_to_confirm", "01-03 08:00")
    assert story.transitions("W-V5a")[-1] == (
        (second, "breached") if state == "breached" else ("01-02 08:00", "due_soon")
    )


def test_one_working_channel_is_enough() -> None:
    """The rule asks for a channel, not for several."""
    story = submits(submits(site(), "01-02 08:00", "a"), "01-02 08:10", "b", works=True)
    submits(story, "01-04 08:00", "a").until("01-05 00:00")
    assert story.state("W-V5a", SITE, "01-05 00:00") == "compliant"


@pytest.mark.parametrize("kind", ["网上信访", "纪检举报"])
def test_petition_and_discipline_channels_do_not_count(kind: str) -> None:
    """A working petition channel is not 咨询建言: alone it says nothing, beside a broken one it saves nothing."""
    story = submits(site(), "01-02 08:00", "x", kind, works=True)
    assert story.judge("W-V5a", SITE, "01-02 09:00").reason == "never_tested"
    submits(submits(story, "01-02 08:00", "信箱"), "01-03 08:00", "信箱")
    assert story.state("W-V5a", SITE, "01-03 08:00") == "breached"


def test_a_site_whose_channels_nobody_tried_is_unknown() -> None:
    """Unknown from registration on, until the first test."""
    story = submits(site().until("01-02 00:00"), "01-03 08:00", "信箱", works=True).until("01-04 00:00")
    assert story.transitions("W-V5a") == [("01-01 00:00", "unknown"), ("01-03 08:00", "recovered")]


# -- W-V6a -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "second", "state"),
    [
        (0, "01-03 07:59:59.999", "due_soon"),
        (0, "01-03 08:00", "breached"),
        (1, "01-03 08:00", "compliant"),
    ],
)
def test_an_empty_catalogue_found_twice_is_no_service(items: int, second: str, state: str) -> None:
    """One item is a service offered; none, counted twice a day apart, is the veto."""
    story = counts(counts(site(), "01-02 08:00", items), second, items)
    answer = story.judge("W-V6a", SITE, second)
    assert answer.state == state
    assert answer.evidence[-1] == f"services.listed {second}"


@pytest.mark.parametrize("rule", ["W-V6a", "W-V6b", "W-V6c"])
def test_sites_without_external_services_are_not_asked(rule: str) -> None:
    """服务不实用 is for sites with 对外服务事项."""
    story = counts(counts(site(external_services=False), "01-02 08:00", 0), "01-04 08:00", 0)
    assert story.judge(rule, SITE, "01-05 00:00")[:2] == ("exempt", "not_applicable")
    assert story.transitions(rule) == []


# -- W-V6b -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deficient", "state", "reason"),
    [
        (0, "compliant", "complete"),
        (2, "compliant", "complete"),
        (3, "due_soon", "fields_due_soon"),
        (4, "due_soon", "fields_due_soon"),
        (5, "breached", "fields_missing"),
    ],
)
def test_five_deficient_guides_break_the_rule_and_four_do_not(deficient: int, state: str, reason: str) -> None:
    """Three warn. The readings that found them deficient are the evidence."""
    story = site()
    for number in range(8):
        reads(story, f"01-02 08:0{number}", f"item{number}", 4 if number < deficient else 3)
    answer = story.judge("W-V6b", SITE, "01-02 09:00")
    assert (answer.state, answer.reason, len(answer.evidence)) == (state, reason, deficient)


@pytest.mark.parametrize(("missing", "state"), [(3, "compliant"), (4, "breached"), (8, "breached")])
def test_a_guide_is_deficient_from_four_missing_classes_on(missing: int, state: str) -> None:
    """Three missing classes are tolerated, four are not."""
    story = site()
    for number in range(5):
        reads(story, "01-02 08:00", f"item{number}", missing)
    assert story.state("W-V6b", SITE, "01-02 08:00") == state


def test_only_key_classes_count() -> None:
    """Whatever else a guide lacks is no key element."""
    story = site()
    for number in range(5):
        missing = [*CLASSES[:3], "收费标准", "常见问题"]
        story.at("01-02 08:00").event("guide.audited", SITE, item=f"item{number}", missing=missing)
    assert story.state("W-V6b", SITE, "01-02 08:00") == "compliant"


def test_a_mended_guide_counts_no_longer() -> None:
    """The newest reading of each guide is the one that counts."""
    story = site()
    for number in range(5):
        reads(story, "01-02 08:00", f"item{number}", 4)
    reads(story, "01-05 08:00", "item0", 0).until("01-06 00:00")
    told = [("01-01 00:00", "unknown"), ("01-02 08:00", "breached"), ("01-05 08:00", "recovered")]
    assert story.transitions("W-V6b") == told


# -- W-V6c -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "deficient", "sound", "state"),
    [
        (4, 4, 0, "breached"),
        (1, 1, 0, "breached"),
        (4, 3, 1, "compliant"),
        (4, 3, 0, "unknown"),
        (5, 4, 0, "exempt"),
        (200, 3, 0, "exempt"),
        (0, 0, 0, "exempt"),
        (None, 3, 0, "unknown"),
        (None, 3, 1, "compliant"),
        (3, 0, 0, "unknown"),
    ],
)
def test_fewer_than_five_items_and_every_one_deficient(
    listed: int | None, deficient: int, sound: int, state: str
) -> None:
    """事项总数不足5个: the catalogue says how many there are; a few guides read of two hundred are not all."""
    story = site()
    if listed is not None:
        counts(story, "01-02 08:00", listed)
    for number in range(deficient + sound):
        reads(story, "01-02 09:00", f"item{number}", 4 if number < deficient else 0)
    story.until("01-03 00:00")
    answer = story.judge("W-V6c", SITE, "01-03 00:00")
    assert answer.state == state
    if state == "breached":
        assert answer.evidence[-1] == "services.listed 01-02 08:00"
        assert len(answer.evidence) == deficient + 1


def test_a_fifth_item_in_the_catalogue_ends_the_veto() -> None:
    """From the count that finds five on, the rule for few items does not apply."""
    story = counts(site(), "01-02 08:00", 1)
    reads(story, "01-02 09:00", "item0", 4)
    counts(story, "01-05 08:00", 5).until("01-06 00:00")
    told = [("01-01 00:00", "unknown"), ("01-02 09:00", "breached"), ("01-05 08:00", "exempt")]
    assert story.transitions("W-V6c") == told


def test_a_confirmation_that_cannot_be_made_is_refused() -> None:
    """Guides are judged at one reading; a city that wants two is told so when it loads its pack, not ignored."""
    with pytest.raises(PackError, match=r"W-V6b: .*confirm_after"):
        local_law(W_V6b={"confirm_after": "24 hours"})
