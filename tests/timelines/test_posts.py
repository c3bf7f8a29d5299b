"""M-V2a 监测时间点前2周内无更新: an account's posts, the fourteen days, and who looked."""

import pytest

from tests.support.timeline import ACCOUNT, Story


def posted_once() -> Story:
    """An account whose last post is of 1 January, 08:00."""
    return Story().at("01-01 08:00").account().posted("p1")


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("01-01 08:00", "compliant"),
        ("01-11 07:59:59.999", "compliant"),
        ("01-11 08:00", "due_soon"),
        ("01-15 07:59:59.999", "due_soon"),
        ("01-15 08:00", "breached"),
        ("01-15 08:00:00.001", "breached"),
    ],
)
def test_fourteen_days_to_the_millisecond(when: str, state: str) -> None:
    """Ten days after the last post the unit is warned, fourteen days after it the account fails: at that instant."""
    story = posted_once().at("01-15 08:00").checked(ACCOUNT)
    assert story.state("M-V2a", ACCOUNT, when) == state


def test_the_warning_names_the_instant_at_which_it_breaks() -> None:
    """A unit is told to the minute by when it has to post, and on what the reckoning rests."""
    (warning,) = posted_once().until("01-11 08:00").records("M-V2a")
    assert (warning.change, warning.reason) == ("due_soon", "update_due_soon")
    assert Story().text(warning.due_at) == "01-15 08:00"
    assert warning.evidence == ("account.posted 01-01 08:00",)


def test_nothing_is_said_before_its_time() -> None:
    """One millisecond before the warning is due the stream has said nothing at all."""
    assert posted_once().until("01-11 07:59:59.999").transitions("M-V2a") == []


def test_a_breach_shows_the_last_post_and_the_look_that_found_no_later_one() -> None:
    """Whoever objects gets the two observations on which the finding rests."""
    story = posted_once().at("01-15 09:30").checked(ACCOUNT)
    answer = story.judge("M-V2a", ACCOUNT, "01-15 10:00")
    assert (answer.reason, answer.due) == ("not_updated", "01-15 08:00")
    assert answer.evidence == ("account.posted 01-01 08:00", "account.checked 01-15 09:30")


@pytest.mark.parametrize(
    ("look", "state"),
    [
        (None, "unknown"),
        ("01-10 09:00", "unknown"),
        ("01-15 06:59:59.999", "unknown"),
        ("01-15 07:00", "breached"),
        ("01-15 08:00", "breached"),
        ("01-20 09:00", "breached"),
    ],
)
def test_absence_needs_proof_of_looking(look: str | None, state: str) -> None:
    """A dead crawler proves nothing: somebody must have looked at most an hour before the deadline, or later."""
    story = posted_once()
    if look is not None:
        story.at(look).checked(ACCOUNT)
    story.until("01-21 00:00")
    answer = story.judge("M-V2a", ACCOUNT, "01-21 00:00")
    assert answer.state == state
    assert answer.reason == ("nobody_looked" if state == "unknown" else "not_updated")


def test_a_late_look_settles_what_was_unknown_from_the_deadline_on() -> None:
    """Unknown at the deadline; five days later somebody looks, and the account has failed since the deadline."""
    story = posted_once().until("01-19 00:00")
    assert story.transitions("M-V2a") == [("01-11 08:00", "due_soon"), ("01-15 08:00", "unknown")]
    story.at("01-20 09:00").checked(ACCOUNT)
    assert story.transitions("M-V2a")[2:] == [("01-15 08:00", "breached")]


def test_a_new_post_ends_the_breach() -> None:
    """The account is in order again from the instant of its next post."""
    story = posted_once().at("01-15 08:00").checked(ACCOUNT).until("01-16 00:00")
    story.at("01-17 12:00").posted("p2").until("01-17 13:00")
    assert story.transitions("M-V2a")[-2:] == [("01-15 08:00", "breached"), ("01-17 12:00", "recovered")]
    assert story.judge("M-V2a", ACCOUNT, "01-17 12:00").due == "01-31 12:00"


@pytest.mark.parametrize(("second", "warned"), [("01-11 07:59:59.999", False), ("01-11 08:00:00.001", True)])
def test_a_post_before_the_warning_saves_it(second: str, *, warned: bool) -> None:
    """Whoever posts within ten days hears nothing."""
    story = posted_once().at(second).posted("p2").until("01-20 00:00")
    assert story.transitions("M-V2a") == [("01-11 08:00", "due_soon"), (second, "recovered")] * warned


def test_an_account_that_never_posted_counts_from_its_opening() -> None:
    """Opened on 20 December and registered on 1 January: fourteen days from the opening."""
    story = Story().at("01-01 00:00").account(opened="2023-12-20 10:00").at("01-03 10:00").checked(ACCOUNT)
    assert story.judge("M-V2a", ACCOUNT, "01-03 09:59:59.999").due == "01-03 10:00"
    assert story.state("M-V2a", ACCOUNT, "01-03 09:59:59.999") == "due_soon"
    assert story.state("M-V2a", ACCOUNT, "01-03 10:00") == "breached"


def test_an_account_that_never_posted_counts_from_its_registration_where_no_opening_is_known() -> None:
    """What was before the registry knew the account is not held against anybody."""
    story = Story().at("01-01 00:00").account().at("01-20 00:00").checked(ACCOUNT)
    assert story.state("M-V2a", ACCOUNT, "01-14 23:59:59.999") == "due_soon"
    assert story.state("M-V2a", ACCOUNT, "01-15 00:00") == "breached"


def test_a_post_before_the_announced_opening_counts_from_itself() -> None:
    """Announced on the 1st for the 10th, and posting on the 5th already: the unit is warned on the 15th, in time."""
    story = Story().at("01-01 08:00").account(opened="2024-01-10 08:00").at("01-05 08:00").posted("p1")
    assert story.until("01-16 08:00").transitions("M-V2a") == [("01-15 08:00", "due_soon")]


def test_a_look_that_reports_a_post_is_a_post() -> None:
    """A crawler that only reports the newest post's time says as much as the post itself."""
    story = Story().at("01-01 00:00").account().at("01-10 12:00").checked(ACCOUNT, latest="01-09 18:00")
    assert story.judge("M-V2a", ACCOUNT, "01-12 00:00").due == "01-23 18:00"


# -- deleted posts ---------------------------------------------------------------------------------------------


def test_a_deleted_post_counts_until_it_is_deleted_and_no_longer() -> None:
    """p2 stood from the 10th to the 20th; from then on only p1 of the 1st is left, and that is too old."""
    story = posted_once().at("01-10 08:00").posted("p2").until("01-19 00:00")
    assert story.transitions("M-V2a") == []
    story.at("01-20 08:00").event("account.post_deleted", ACCOUNT, post="p2").until("01-20 09:00")
    assert story.transitions("M-V2a") == [("01-20 08:00", "breached")]
    assert story.state("M-V2a", ACCOUNT, "01-20 07:59:59.999") == "compliant"
    assert story.judge("M-V2a", ACCOUNT, "01-20 08:00").due == "01-15 08:00"


def test_a_post_that_a_look_reported_is_deleted_with_it() -> None:
    """The daily look had seen p2 as the newest; its report must not keep the deleted post alive."""
    story = posted_once().at("01-10 08:00").posted("p2").at("01-11 09:00").checked(ACCOUNT, latest="01-10 08:00")
    story.at("01-20 08:00").event("account.post_deleted", ACCOUNT, post="p2").until("01-20 09:00")
    assert story.transitions("M-V2a") == [("01-20 08:00", "breached")]


def test_a_whole_days_posts_deleted_leave_the_older_ones() -> None:
    """Ten posts of one day are taken down one after the other: none comes back to life, and the older one stands."""
    story = Story().at("2023-11-01 08:00").account().at("01-01 08:00").posted("p0")
    for minute in range(10):
        story.at(f"01-10 08:0{minute}").posted(f"p{minute + 1}")
    for minute in range(10):
        story.at(f"01-10 09:0{minute}").event("account.post_deleted", ACCOUNT, post=f"p{minute + 1}")
    assert story.judge("M-V2a", ACCOUNT, "01-10 10:00").due == "01-15 08:00"
    assert story.judge("M-V2a", ACCOUNT, "01-10 10:00").evidence == ("account.posted 01-01 08:00",)


def test_more_deleted_than_is_remembered_is_unknown_until_somebody_looks() -> None:
    """Twenty days of posts vanish: what is left is not remembered, so nobody fails before the next look has told."""
    story = Story().at("2023-11-01 08:00").account()
    for day in range(1, 21):
        story.at(f"01-{day:02} 08:00").posted(f"p{day}")
    for day in range(2, 21):
        story.at(f"01-21 08:{day:02}").event("account.post_deleted", ACCOUNT, post=f"p{day}")
    story.until("01-21 09:00")
    assert story.judge("M-V2a", ACCOUNT, "01-21 09:00")[:2] == ("unknown", "nobody_looked")
    story.at("01-21 10:00").checked(ACCOUNT, latest="01-01 08:00").until("01-21 11:00")
    assert story.judge("M-V2a", ACCOUNT, "01-21 11:00")[:3] == ("breached", "not_updated", "01-15 08:00")


def test_a_post_put_up_again_counts_again() -> None:
    """Deleted on the 5th, up again on the 6th under the same id: fourteen days from the 6th."""
    story = posted_once().at("01-05 08:00").event("account.post_deleted", ACCOUNT, post="p1")
    story.at("01-06 08:00").posted("p1")
    assert story.judge("M-V2a", ACCOUNT, "01-06 08:00").due == "01-20 08:00"


# -- late evidence ---------------------------------------------------------------------------------------------


def test_a_post_seen_late_retracts_the_breach() -> None:
    """Told on the 15th that it failed; on the 18th a post of the 14th turns up: the alert is taken back, not edited."""
    story = posted_once().at("01-15 09:00").checked(ACCOUNT).until("01-16 00:00")
    story.at("01-14 10:00").posted("p2", seen="01-18 09:00").until("01-18 10:00")
    assert story.transitions("M-V2a")[-1] == ("01-15 08:00", "retracted")
    assert story.records("M-V2a")[-1].reason == "late_evidence"
    assert story.state("M-V2a", ACCOUNT, "01-15 08:00") == "compliant"


def test_a_post_seen_late_but_made_after_the_deadline_only_ends_the_breach() -> None:
    """The account failed from the 15th to the 16th; what comes in on the 18th proves the end, not innocence."""
    story = posted_once().at("01-15 09:00").checked(ACCOUNT).until("01-17 00:00")
    story.at("01-16 10:00").posted("p2", seen="01-18 09:00").until("01-18 10:00")
    assert story.transitions("M-V2a")[-2:] == [("01-15 08:00", "breached"), ("01-16 10:00", "recovered")]


def test_an_update_first_seen_late_tells_both_the_breach_and_its_end() -> None:
    """Nobody looked around the deadline; the post of the 20th, seen an hour later, shows that there was none before."""
    story = posted_once().until("01-19 00:00")
    story.at("01-20 08:00").posted("p2", seen="01-20 09:00").until("01-20 10:00")
    assert story.transitions("M-V2a")[2:] == [("01-15 08:00", "breached"), ("01-20 08:00", "recovered")]


def test_an_event_delivered_twice_says_nothing_the_second_time() -> None:
    """At-least-once delivery is the broker's habit; nobody is told twice."""
    story = posted_once().again().at("01-15 09:00").checked(ACCOUNT).again().until("01-16 00:00").again()
    once = [("01-11 08:00", "due_soon"), ("01-15 08:00", "unknown"), ("01-15 08:00", "breached")]
    assert story.transitions("M-V2a") == once
