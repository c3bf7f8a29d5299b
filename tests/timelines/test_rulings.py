"""W-V1a–f, M-V1a–d, M-V3b: what people decide. A machine's suspicion warns; only a ruling breaks the rule."""

from typing import Any

import pytest

from tests.support.timeline import ACCOUNT, SITE, Story

SITE_RULES = ["W-V1a", "W-V1b", "W-V1c", "W-V1d", "W-V1e", "W-V1f"]
ACCOUNT_RULES = ["M-V1a", "M-V1b", "M-V1c", "M-V1d", "M-V3b"]
CASES = [(rule, SITE) for rule in SITE_RULES] + [(rule, ACCOUNT) for rule in ACCOUNT_RULES]
EVERY_RULE = pytest.mark.parametrize(("rule", "subject"), CASES)


def watched() -> Story:
    """A site and an account, registered on 1 January."""
    return Story().at("01-01 00:00").site().account()


def suspected(rule: str, subject: str) -> Story:
    """A checker raises a suspicion on 2 January."""
    return watched().at("01-02 08:00").event("content.alerted", subject, rule=rule, excerpt="……")


def ruled(story: Story, when: str, rule: str, subject: str, decision: str, **data: Any) -> Story:
    """A reviewer decides."""
    told = {"rule": rule, "decision": decision, "incident": "content.alerted 01-02 08:00", "by": "审核员", **data}
    return story.at(when).event("content.ruled", subject, **told)


@EVERY_RULE
def test_a_suspicion_warns_and_a_ruling_breaks(rule: str, subject: str) -> None:
    """The alert waits for a person; from the ruling on the subject has failed, with both events as evidence."""
    story = suspected(rule, subject)
    assert story.judge(rule, subject, "01-02 08:00")[:2] == ("due_soon", "awaiting_ruling")
    ruled(story, "01-03 09:00", rule, subject, "confirmed").until("01-04 00:00")
    assert story.transitions(rule, subject) == [("01-02 08:00", "due_soon"), ("01-03 09:00", "breached")]
    assert story.judge(rule, subject, "01-03 08:59:59.999").state == "due_soon"
    assert story.judge(rule, subject, "01-03 09:00") == (
        "breached",
        "incident_confirmed",
        "01-03 09:00",
        ("content.ruled 01-03 09:00", "content.alerted 01-02 08:00"),
        False,
    )


@EVERY_RULE
def test_a_dismissed_suspicion_leaves_nothing(rule: str, subject: str) -> None:
    """Nobody fails on a machine's word."""
    story = ruled(suspected(rule, subject), "01-03 09:00", rule, subject, "dismissed").until("01-04 00:00")
    assert story.transitions(rule, subject) == [("01-02 08:00", "due_soon"), ("01-03 09:00", "recovered")]
    assert story.judge(rule, subject, "01-04 00:00")[:2] == ("compliant", "no_incident")


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("01-03 08:59:59.999", "compliant"),
        ("01-03 09:00", "breached"),
        ("2025-01-03 08:59:59.999", "breached"),
        ("2025-01-03 09:00", "compliant"),
    ],
)
def test_a_confirmed_incident_counts_for_twelve_months(when: str, state: str) -> None:
    """A ruling needs no suspicion before it, and counts for a year (our default) unless it is lifted."""
    story = ruled(watched(), "01-03 09:00", "W-V1c", SITE, "confirmed", incident="暗链-1")
    assert story.state("W-V1c", SITE, when) == state


def test_a_lifted_ruling_ends_the_breach() -> None:
    """On appeal the incident is lifted."""
    story = ruled(suspected("W-V1a", SITE), "01-03 09:00", "W-V1a", SITE, "confirmed")
    ruled(story, "01-10 09:00", "W-V1a", SITE, "lifted").until("01-11 00:00")
    assert story.transitions("W-V1a", SITE)[-2:] == [("01-03 09:00", "breached"), ("01-10 09:00", "recovered")]


def test_two_incidents_are_two() -> None:
    """Lifting one leaves the other."""
    story = ruled(watched(), "01-03 09:00", "W-V1a", SITE, "confirmed", incident="a")
    ruled(story, "01-04 09:00", "W-V1a", SITE, "confirmed", incident="b")
    ruled(story, "01-10 09:00", "W-V1a", SITE, "lifted", incident="a").until("01-11 00:00")
    assert story.judge("W-V1a", SITE, "01-11 00:00")[:3] == ("breached", "incident_confirmed", "01-04 09:00")


def test_a_ruling_is_about_its_own_rule_and_subject() -> None:
    """A confirmed leak is no wording error, and a site's incident not its account's."""
    story = ruled(watched(), "01-03 09:00", "W-V1b", SITE, "confirmed", incident="a").until("01-04 00:00")
    others = [(rule, subject) for rule, subject in CASES if rule != "W-V1b"]
    assert [rule for rule, subject in others if story.state(rule, subject, "01-04 00:00") != "compliant"] == []


def test_a_suspicion_that_is_reported_after_its_ruling_says_nothing_more() -> None:
    """The dismissal of the 3rd arrives first, the suspicion of the 2nd later: the story told in the end is the same."""
    story = ruled(watched(), "01-03 09:00", "W-V1a", SITE, "dismissed").until("01-04 00:00")
    story.at("01-02 08:00").event("content.alerted", SITE, seen="01-05 09:00", rule="W-V1a").until("01-05 10:00")
    assert story.state("W-V1a", SITE, "01-05 10:00") == "compliant"
    assert story.transitions("W-V1a", SITE) == [("01-02 08:00", "due_soon"), ("01-03 09:00", "recovered")]
