"""O-1 监测者失联: an observer that falls silent is noticed, and nobody fails for it."""

import pytest

from tests.support.timeline import ACCOUNT, Story

CRAWLER = "observer:crawler-1"


def reported(*when: str) -> Story:
    """An observer's own signs of life."""
    story = Story()
    for one in when:
        story.at(one).event("observer.reported", CRAWLER, looked_at=120)
    return story


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("01-01 08:00", "compliant"),
        ("01-02 08:59:59.999", "compliant"),
        ("01-02 09:00", "due_soon"),
        ("01-02 09:59:59.999", "due_soon"),
        ("01-02 10:00", "breached"),
    ],
)
def test_a_day_and_two_hours_without_a_report(when: str, state: str) -> None:
    """A report a day: warned an hour after it was due, silent after 26 hours; no other proof is needed."""
    assert reported("01-01 08:00").state("O-1", CRAWLER, when) == state


def test_the_silence_is_told_and_its_end() -> None:
    """Silent from the 2nd, back on the 4th."""
    story = reported("01-01 08:00").until("01-03 00:00")
    (warning, silence) = story.records("O-1")
    assert (silence.reason, silence.evidence, silence.unit) == ("not_updated", ("observer.reported 01-01 08:00",), "")
    assert story.text(warning.due_at) == "01-02 10:00"
    story.at("01-04 08:00").event("observer.reported", CRAWLER).until("01-04 09:00")
    assert story.transitions("O-1") == [
        ("01-02 09:00", "due_soon"),
        ("01-02 10:00", "breached"),
        ("01-04 08:00", "recovered"),
    ]


def test_an_observer_that_reports_daily_is_never_mentioned() -> None:
    """Twenty days, each report some minutes later than the day before."""
    story = reported(*(f"01-{day:02} 08:{day:02}" for day in range(1, 21))).until("01-20 09:00")
    assert story.transitions("O-1") == []


def test_a_silent_observer_makes_nobody_fail() -> None:
    """The crawler dies on the 2nd: it is told so, and the account it watched is unknown, not failed."""
    story = reported("01-01 08:00").at("01-01 08:00").account().posted("p1").until("02-01 00:00")
    assert story.state("O-1", CRAWLER, "02-01 00:00") == "breached"
    assert story.judge("M-V2a", ACCOUNT, "02-01 00:00")[:2] == ("unknown", "nobody_looked")
    assert "breached" not in {change for _, change in story.transitions("M-V2a")}
