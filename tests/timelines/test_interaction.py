"""M-V3a 未提供有效互动功能 and M-V2b 应用无法下载或使用: something must work, and one bad line proves nothing."""

import pytest

from tests.support.laws import law
from tests.support.timeline import ACCOUNT, Story
from tests.timelines.cities import strict

APP = "app:x1"


def account(subject: str = ACCOUNT, story: Story | None = None, **profile: str) -> Story:
    """An account registered on 1 January."""
    return (story or Story()).at("01-01 00:00").account(subject, **profile)


def tries(story: Story, when: str, feature: str, subject: str = ACCOUNT, *, works: bool = False) -> Story:
    """Somebody tries a feature."""
    return story.at(when).event("account.feature_tested", subject, feature=feature, works=works)


@pytest.mark.parametrize(
    ("second", "state"),
    [(None, "due_soon"), ("01-03 07:59:59.999", "due_soon"), ("01-03 08:00", "breached"), ("01-05 08:00", "breached")],
)
def test_a_failure_is_confirmed_a_day_later(second: str | None, state: str) -> None:
    """The first failing test warns; only one at least 24 hours later breaks the rule, at that instant."""
    story = tries(account(), "01-02 08:00", "menu")
    if second:
        tries(story, second, "menu")
    story.until("01-06 00:00")
    answer = story.judge("M-V3a", ACCOUNT, "01-06 00:00")
    assert (answer.state, answer.due) == (state, "01-03 08:00")
    assert answer.reason == {"due_soon": "failure_to_confirm", "breached": "does_not_work"}[state]
    if state == "breached" and second:
        assert story.transitions("M-V3a")[-1] == (second, "breached")
        assert answer.evidence == ("account.feature_tested 01-02 08:00", f"account.feature_tested {second}")


def test_an_account_never_tested_is_unknown() -> None:
    """Nobody fails because nobody tried."""
    story = account().until("01-10 00:00")
    assert story.transitions("M-V3a") == [("01-01 00:00", "unknown")]
    assert story.judge("M-V3a", ACCOUNT, "01-10 00:00").reason == "never_tested"


def test_a_working_feature_is_enough() -> None:
    """The menu is broken for good, private messages work: that is interaction."""
    story = tries(tries(account(), "01-02 08:00", "menu"), "01-02 08:05", "private_message", works=True)
    tries(story, "01-05 08:00", "menu").until("01-06 00:00")
    assert story.judge("M-V3a", ACCOUNT, "01-06 00:00")[:2] == ("compliant", "works")
    assert story.transitions("M-V3a") == [
        ("01-01 00:00", "unknown"),
        ("01-02 08:00", "due_soon"),
        ("01-02 08:05", "recovered"),
    ]


def test_what_is_sent_again_orders_nothing_anew() -> None:
    """Private messages were tried first; that is forgotten, then told by an observer that begins from the beginning."""

    def told(*, again: bool) -> tuple[str, ...]:
        story = tries(account(), "01-02 07:00", "private_message", works=True)
        for hour in range(8, 20):
            tries(story, f"01-02 {hour:02}:00", "menu", works=True)
            tries(story, f"01-02 {hour:02}:30", "private_message", works=True)
        if again:
            tries(story, "01-02 07:00", "private_message", works=True)
        tries(tries(story, "01-03 08:00", "menu"), "01-03 08:10", "private_message").until("01-03 09:00")
        return tuple(story.judge("M-V3a", ACCOUNT, "01-03 09:00").evidence)

    by_name = ("account.feature_tested 01-03 08:00", "account.feature_tested 01-03 08:10")
    assert told(again=True) == told(again=False) == by_name


def test_what_worked_before_has_to_fail_twice() -> None:
    """The menu never worked; comments worked until the 4th and failed once: not before their own second failure."""
    story = tries(tries(account(), "01-02 08:00", "menu"), "01-02 08:00", "comment", works=True)
    tries(tries(story, "01-04 08:00", "menu"), "01-04 08:00", "comment")
    tries(story, "01-05 08:00", "menu").until("01-05 09:00")
    assert story.judge("M-V3a", ACCOUNT, "01-05 09:00")[:3] == ("due_soon", "failure_to_confirm", "01-05 08:00")
    tries(story, "01-05 10:00", "comment").until("01-06 00:00")
    assert story.transitions("M-V3a")[-1] == ("01-05 10:00", "breached")


def test_a_feature_first_tried_after_the_breach_does_not_end_it() -> None:
    """Another broken feature is no repair."""
    story = tries(tries(account(), "01-02 08:00", "menu"), "01-04 08:00", "menu")
    tries(story, "01-05 08:00", "comment").until("01-06 00:00")
    assert story.transitions("M-V3a")[-1] == ("01-04 08:00", "breached")


def test_a_repair_ends_the_breach_at_its_test() -> None:
    """From the test that works on, the account is in order."""
    story = tries(tries(account(), "01-02 08:00", "menu"), "01-04 08:00", "menu")
    tries(story, "01-07 15:00", "menu", works=True).until("01-08 00:00")
    assert story.transitions("M-V3a")[-2:] == [("01-04 08:00", "breached"), ("01-07 15:00", "recovered")]


def test_a_working_test_between_two_failures_starts_the_day_anew() -> None:
    """Down on the 2nd, up on the 3rd, down on the 4th: the day of grace runs from the 4th."""
    story = tries(account(), "01-02 08:00", "menu")
    tries(story, "01-03 07:00", "menu", works=True)
    tries(story, "01-04 08:00", "menu")
    tries(story, "01-05 07:59:59.999", "menu").until("01-05 09:00")
    assert story.judge("M-V3a", ACCOUNT, "01-05 09:00")[:3] == ("due_soon", "failure_to_confirm", "01-05 08:00")


def test_a_working_test_that_comes_late_retracts_the_breach() -> None:
    """Somebody did reach the unit on the 3rd, and reports it on the 6th."""
    story = tries(tries(account(), "01-02 08:00", "menu"), "01-04 08:00", "menu").until("01-05 00:00")
    works = {"feature": "menu", "works": True}
    story.at("01-03 12:00").event("account.feature_tested", ACCOUNT, seen="01-06 09:00", **works).until("01-06 10:00")
    assert ("01-04 08:00", "retracted") in story.transitions("M-V3a")
    assert story.state("M-V3a", ACCOUNT, "01-06 10:00") == "due_soon"


@pytest.mark.parametrize(
    ("subject", "account_type", "counts", "ignored"),
    [
        (ACCOUNT, "subscription", ["menu", "private_message", "comment"], ["message", "feedback", "consultation"]),
        ("wechat:gh_s1", "service", ["menu", "private_message", "comment"], ["message", "feedback"]),
        ("weibo:w1", "plain", ["comment", "private_message"], ["menu", "message"]),
        ("douyin:d1", "plain", ["comment", "private_message"], ["menu"]),
        ("kuaishou:k1", "plain", ["comment", "private_message"], ["menu"]),
        ("toutiao:t1", "plain", ["comment", "private_message"], ["menu"]),
        ("channels:c1", "plain", ["comment", "private_message"], ["menu"]),
        ("app:a1", "plain", ["feedback", "consultation"], ["menu", "comment", "private_message"]),
        ("mini_program:m1", "plain", ["feedback", "consultation"], ["comment"]),
        ("other:o1", "plain", ["comment", "private_message", "message"], ["menu", "feedback"]),
    ],
)
def test_what_counts_as_interaction_on_each_platform(
    subject: str, account_type: str, counts: list[str], ignored: list[str]
) -> None:
    """Open question 6: the pack says for each platform which features count; a test of another one says nothing."""
    for feature in counts:
        story = tries(account(subject, account_type=account_type), "01-02 08:00", feature, subject, works=True)
        assert story.state("M-V3a", subject, "01-03 00:00") == "compliant", feature
    for feature in ignored:
        story = tries(account(subject, account_type=account_type), "01-02 08:00", feature, subject, works=True)
        assert story.judge("M-V3a", subject, "01-03 00:00").reason == "never_tested", feature


@pytest.mark.parametrize(("pack", "state"), [("nation", "compliant"), ("city", "breached")])
def test_a_city_may_ask_that_each_feature_works(pack: str, state: str) -> None:
    """`any: false`: where every feature has to work, one that fails twice breaks the rule."""
    story = Story(law() if pack == "nation" else strict())
    tries(account(story=story), "01-02 08:00", "menu")
    tries(story, "01-02 08:00", "comment", works=True)
    tries(tries(story, "01-04 08:00", "menu"), "01-05 08:00", "comment", works=True)
    assert story.state("M-V3a", ACCOUNT, "01-05 08:00") == state


# -- M-V2b -----------------------------------------------------------------------------------------------------


def tried(story: Story, when: str, *, downloadable: bool, usable: bool) -> Story:
    """Somebody downloads the app and starts it."""
    return story.at(when).event("account.app_tested", APP, downloadable=downloadable, usable=usable)


@pytest.mark.parametrize(
    ("downloadable", "usable", "second", "state"),
    [
        (True, True, "01-05 08:00", "compliant"),
        (False, True, "01-03 07:59:59.999", "due_soon"),
        (False, True, "01-03 08:00", "breached"),
        (True, False, "01-03 08:00", "breached"),
        (False, False, "01-03 08:00", "breached"),
    ],
)
def test_an_app_must_download_and_run(*, downloadable: bool, usable: bool, second: str, state: str) -> None:
    """无法下载或使用: either failure counts, confirmed a day later."""
    story = tried(account(APP), "01-02 08:00", downloadable=downloadable, usable=usable)
    tried(story, second, downloadable=downloadable, usable=usable)
    assert story.state("M-V2b", APP, second) == state
    assert story.judge("M-V2b", APP, "01-02 08:00").state == ("compliant" if state == "compliant" else "due_soon")


@pytest.mark.parametrize(
    ("subject", "state"), [("app:a", "unknown"), ("mini_program:m", "unknown"), (ACCOUNT, "exempt")]
)
def test_only_apps_and_mini_programs_are_downloaded(subject: str, state: str) -> None:
    """M-V2b is about 移动客户端 and 小程序; a WeChat account has nothing to download."""
    assert account(subject).state("M-V2b", subject, "01-02 00:00") == state
