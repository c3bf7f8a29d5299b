"""W-D17a/b 留言公开 and W-D08 解读关联: what a site shows of its answers, and how its policies are linked."""

import pytest

from tests.support.timeline import SITE, Story
from tests.timelines.cities import lenient

FIELDS = ["留言时间", "答复时间", "答复单位", "答复内容"]


def site(story: Story | None = None) -> Story:
    """A site registered on 1 January."""
    return (story or Story()).at("01-01 08:00").site()


def shows(story: Story, when: str, item: str = "a1", fields: list[str] | None = None, seen: str | None = None) -> Story:
    """An answered message is shown."""
    return story.at(when).event("answer.published", seen=seen, item=item, fields=FIELDS if fields is None else fields)


# -- W-D17a ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("02-20 07:59:59.999", "compliant"),
        ("02-20 08:00", "due_soon"),
        ("03-01 07:59:59.999", "due_soon"),
        ("03-01 08:00", "breached"),
    ],
)
def test_two_months_without_a_published_answer(when: str, state: str) -> None:
    """Warned ten days before, broken after two months, at the time of day of the last answer."""
    story = shows(site(), "01-01 08:00").at("03-01 09:00").event("answers.checked")
    assert story.state("W-D17a", SITE, when) == state


@pytest.mark.parametrize(
    ("look", "state"),
    [(None, "unknown"), ("03-01 06:59:59.999", "unknown"), ("03-01 07:00", "breached"), ("03-05 09:00", "breached")],
)
def test_only_a_look_at_the_published_answers_proves_their_absence(look: str | None, state: str) -> None:
    """Whoever looked at the home page did not look there."""
    story = shows(site(), "01-01 08:00")
    if look:
        story.at(look).event("answers.checked")
    story.at("03-06 09:00").checked(SITE).until("03-06 10:00")
    answer = story.judge("W-D17a", SITE, "03-06 10:00")
    assert answer.state == state
    assert answer.evidence == (
        "answer.published 01-01 08:00",
        *([f"answers.checked {look}"] if state == "breached" else []),
    )


def test_the_next_answer_tells_of_the_gap_and_ends_it() -> None:
    """Seen an hour after it was published: there was none before it since 1 March."""
    story = shows(shows(site(), "01-01 08:00").until("03-09 00:00"), "03-10 08:00", "a2", seen="03-10 09:00")
    assert story.until("03-10 10:00").transitions("W-D17a") == [
        ("02-20 08:00", "due_soon"),
        ("03-01 08:00", "unknown"),
        ("03-01 08:00", "breached"),
        ("03-10 08:00", "recovered"),
    ]


# -- W-D17b ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lacking", FIELDS)
def test_a_published_message_shows_every_field(lacking: str) -> None:
    """公开要素: one that is missing warns at once and breaks the rule three days later."""
    story = shows(site(), "01-05 08:00", fields=[field for field in FIELDS if field != lacking]).until("01-09 00:00")
    assert story.transitions("W-D17b") == [("01-05 08:00", "due_soon"), ("01-08 08:00", "breached")]
    answer = story.judge("W-D17b", SITE, "01-05 08:00")
    assert answer[1:4] == ("fields_due_soon", "01-08 08:00", ("answer.published 01-05 08:00",))
    assert story.judge("W-D17b", SITE, "01-08 07:59:59.999").state == "due_soon"
    assert story.judge("W-D17b", SITE, "01-08 08:00").reason == "fields_missing"


def test_whole_messages_break_nothing() -> None:
    """All four fields, and whatever else the page shows."""
    story = shows(site(), "01-05 08:00", fields=[*FIELDS, "满意度"]).until("02-01 00:00")
    assert story.transitions("W-D17b") == []
    assert story.judge("W-D17b", SITE, "02-01 00:00").reason == "complete"


@pytest.mark.parametrize(
    ("mended", "changes"),
    [("01-08 07:59:59.999", ["due_soon", "recovered"]), ("01-09 10:00", ["due_soon", "breached", "recovered"])],
)
def test_a_message_that_is_completed_recovers(mended: str, changes: list[str]) -> None:
    """The newest sighting of the message counts."""
    story = shows(shows(site(), "01-05 08:00", fields=FIELDS[:3]), mended).until("01-10 00:00")
    assert [change for _, change in story.transitions("W-D17b")] == changes


def test_the_oldest_gap_decides() -> None:
    """Two incomplete messages: mending the older one leaves the younger one's three days."""
    story = shows(shows(site(), "01-05 08:00", "a1", FIELDS[:3]), "01-06 08:00", "a2", FIELDS[:3])
    assert story.judge("W-D17b", SITE, "01-06 08:00").due == "01-08 08:00"
    assert shows(story, "01-07 08:00", "a1").judge("W-D17b", SITE, "01-07 08:00").due == "01-09 08:00"


# -- W-D08 -----------------------------------------------------------------------------------------------------


def pair(story: Story, when: str, *, forth: bool, back: bool | None) -> Story:
    """An interpretation i1 of the policy p1, seen with its link or without, and the policy if `back` says of its."""
    if back is not None:
        story.at(when).event("policy.published", item="p1", links=["i1"] if back else [])
    links = ["p1"] if forth else ["p9"]
    return story.at(when).event("interpretation.published", item="i1", policy="p1", links=links)


@pytest.mark.parametrize(
    ("forth", "back", "state"),
    [
        (True, True, "compliant"),
        (True, False, "due_soon"),
        (False, True, "due_soon"),
        (False, False, "due_soon"),
        (True, None, "compliant"),
        (False, None, "due_soon"),
    ],
)
def test_policy_and_interpretation_point_at_each_other(*, forth: bool, back: bool | None, state: str) -> None:
    """Both ways; a policy page that nobody saw is not held against anybody."""
    story = pair(site(), "01-05 08:00", forth=forth, back=back)
    assert story.state("W-D08", SITE, "01-05 08:00") == state


@pytest.mark.parametrize(
    ("when", "state", "reason"),
    [
        ("01-05 08:00", "due_soon", "link_due_soon"),
        ("01-12 07:59:59.999", "due_soon", "link_due_soon"),
        ("01-12 08:00", "breached", "not_linked"),
    ],
)
def test_a_missing_link_has_seven_days(when: str, state: str, reason: str) -> None:
    """Warned when the interpretation is first seen without it, broken seven days later; both pages are shown."""
    story = pair(site(), "01-05 08:00", forth=True, back=False)
    answer = story.judge("W-D08", SITE, when)
    assert answer[:3] == (state, reason, "01-12 08:00")
    assert answer.evidence == ("interpretation.published 01-05 08:00", "policy.published 01-05 08:00")


def test_a_link_that_is_added_recovers() -> None:
    """The policy page is seen again, with its link."""
    story = pair(site(), "01-05 08:00", forth=True, back=False).until("01-13 00:00")
    story.at("01-14 08:00").event("policy.published", item="p1", links=["i1"]).until("01-15 00:00")
    told = [("01-05 08:00", "due_soon"), ("01-12 08:00", "breached"), ("01-14 08:00", "recovered")]
    assert story.transitions("W-D08") == told


def test_a_link_that_is_lost_later_breaks_the_rule_again() -> None:
    """Both sides were linked; the policy page loses its link in a redesign."""
    story = pair(site(), "01-05 08:00", forth=True, back=True)
    story.at("03-01 08:00").event("policy.published", item="p1", links=[]).until("03-09 00:00")
    assert story.transitions("W-D08") == [("03-01 08:00", "due_soon"), ("03-08 08:00", "breached")]


def test_a_city_may_ask_for_one_way_only() -> None:
    """`both_ways: false`: the interpretation points at its policy, and that is enough."""
    story = pair(site(Story(lenient())), "01-05 08:00", forth=True, back=False)
    assert story.state("W-D08", SITE, "01-06 00:00") == "compliant"


def test_seeing_the_same_page_every_day_does_not_begin_the_seven_days_anew() -> None:
    """A crawler that reports the unlinked pair daily for a month: broken since the seventh day after it was lost."""
    story = pair(site(), "01-05 08:00", forth=True, back=True)
    for day in range(8, 31):
        pair(story, f"01-{day:02} 08:00", forth=True, back=False)
    story.until("01-31 00:00")
    assert story.transitions("W-D08") == [("01-08 08:00", "due_soon"), ("01-15 08:00", "breached")]


def test_a_gap_is_not_forgotten_among_hundreds_of_whole_messages() -> None:
    """One incomplete message, then three hundred complete ones: it still breaks the rule."""
    story = shows(site(), "01-05 08:00", "gap", FIELDS[:3])
    for number in range(300):
        shows(story, f"01-06 {number // 60:02}:{number % 60:02}", f"a{number}")
    assert story.until("02-01 00:00").transitions("W-D17b")[-1] == ("01-08 08:00", "breached")
