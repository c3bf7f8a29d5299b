"""What the laws found, each as the short story it shrank to."""

import asyncio
from random import Random

import msgspec
import structlog

from streams.core.effects import Effects
from streams.core.fold import Fold
from tests.laws.logs import GRID, HOLDING, ORIGIN, Seen
from tests.laws.test_replay import Outcome, installed
from tests.support.timeline import ACCOUNT, SITE, Story

MESSAGE = f"{SITE}/message/m1"
COLUMN = f"{SITE}/column/c"


def test_a_warning_does_not_know_of_the_breach_that_follows_it() -> None:
    """However late both are noticed: the warning's `since` is its own beginning, as it would be told in time."""
    story = Story().at("01-01 08:00").account().until("02-01 00:00")
    warning, unknown = story.records("M-V2a")
    assert (warning.since, unknown.since) == (warning.at, warning.at)
    story.at("02-01 09:00").checked(ACCOUNT)
    assert story.records("M-V2a")[-1].since == story.ms("01-15 08:00")


def test_a_breach_that_comes_to_light_with_its_end_is_told_with_its_end() -> None:
    """Nobody looked for six days; the look then finds a post of two days ago: broken from the 15th to the 18th."""
    story = Story().at("01-01 08:00").account().posted("p1").until("01-20 07:00")
    story.at("01-20 08:00").checked(ACCOUNT, latest="01-18 08:00")
    assert story.transitions("M-V2a") == [
        ("01-11 08:00", "due_soon"),
        ("01-15 08:00", "unknown"),
        ("01-15 08:00", "breached"),
        ("01-18 08:00", "recovered"),
    ]


def test_what_is_retracted_and_comes_back_goes_on_counting() -> None:
    """A post of the 10th disproves the breach, its removal on the 11th restores it: no id has two contents."""
    story = Story().at("01-01 08:00").account().posted("p1").at("01-15 08:00").checked(ACCOUNT).until("01-16 00:00")
    story.at("01-10 08:00").posted("p2", seen="01-16 08:00")
    story.at("01-10 09:00").event("account.post_deleted", ACCOUNT, post="p2", seen="01-17 08:00")
    said = story.records("M-V2a")
    assert [(one.sequence, one.change.value) for one in said] == [
        (1, "due_soon"), (2, "breached"), (3, "retracted"), (4, "due_soon"), (5, "breached"),
    ]  # fmt: skip
    assert len({one.id for one in said}) == len(said)


def test_an_item_from_before_the_registration_hastens_the_deadline() -> None:
    """Registered on the 1st, last post on 20 December: the warning comes on the 30th's limit, not on the 11th."""
    story = Story().at("01-01 08:00").account().at("01-01 09:00").checked(ACCOUNT, latest="2023-12-20 08:00")
    assert story.until("01-02 08:00").transitions("M-V2a") == [("01-01 08:00", "due_soon")]


def test_an_invalid_message_never_counted_even_if_it_was_answered_late() -> None:
    """Answered late and told so; found to be invalid long after: all of it is taken back."""
    story = Story().at("01-02 08:00").site().event("message.received", MESSAGE, unit="u", simple=True)
    story.at("01-15 08:00").event("message.answered", MESSAGE).until("01-16 00:00")
    assert story.transitions("W-D18")[-1] == ("01-15 08:00", "recovered")
    story.at("01-20 08:00").event("message.invalidated", MESSAGE, reason="测试").until("01-21 00:00")
    assert story.transitions("W-D18")[-1][1] == "retracted"


def test_many_facts_before_their_time_do_no_harm() -> None:
    """Thirteen facts that are all still to come true: there is nothing to forget yet."""
    story = Story(lateness=10_000).at("01-01 08:00").site()
    for minute in range(13):
        story.at("01-01 08:00").event("answer.published", SITE, item=f"a{minute}", fields=["留言时间"])


def test_a_rule_that_was_never_judged_is_judged_after_a_recovery() -> None:
    """Registered, stored, loaded, and only then time passes: the deadline still comes."""
    story = Story().at("01-01 08:00").account()
    again, effects = Fold(story.law), Effects()
    for _, subject in story.fold.subjects():
        again.load(subject.id, msgspec.msgpack.encode(subject.dump()))
    again.resume(story.fold.clock, story.fold.census.dump(), effects)
    again.tick(story.ms("01-11 08:00"), effects)
    assert [one.rule for one in effects.transitions if one.change == "due_soon"] == ["M-V2a"]


def test_an_acknowledgement_that_comes_late_is_heard() -> None:
    """Two acknowledgements of two breaches; the second to come was given first."""
    story = Story().at("01-01 08:00").account().at("01-15 08:00").checked(ACCOUNT).until("01-16 00:00")
    (breach,) = [one for one in story.records("M-V2a") if one.change == "breached"]
    given = {"rule": "M-V2a", "by": "李", "episode": breach.episode}
    story.at("01-16 10:00").event("alert.acknowledged", ACCOUNT, **given)
    story.at("01-16 09:00").event("alert.acknowledged", ACCOUNT, seen="01-16 11:00", **given)
    assert story.transitions("M-V2a")[-2:] == [("01-16 10:00", "acknowledged"), ("01-16 09:00", "acknowledged")]


def test_a_message_that_is_passed_on_is_told_to_its_new_unit_at_that_instant() -> None:
    """An open breach of u-a is u-b's from the 12th on, though nothing else happens then."""
    story = Story().at("01-02 08:00").site().event("message.received", MESSAGE, unit="u-a", simple=True)
    story.at("01-12 08:00").event("message.received", MESSAGE, unit="u-b", simple=True).until("01-13 00:00")
    told = [(one.change.value, one.unit, story.text(one.at)) for one in story.records("W-D18")]
    assert told[-1] == ("breached", "u-b", "01-12 08:00")


def test_an_update_at_the_end_of_a_month_never_hastens_the_deadline() -> None:
    """A month after 30 January 20:00 is 29 February 20:00; a post of the 31st, 08:00, must not take hours off."""
    column = f"{SITE}/column/c"
    story = Story().at("01-30 08:00").site().column("c", "other", cycle="1 months")
    story.at("01-30 20:00").event("column.updated", column, item="i1")
    story.at("01-31 08:00").event("column.updated", column, item="i2")
    assert story.judge("W-D09", column, "02-15 00:00").due == "02-29 20:00"


def test_nothing_overtakes_a_checkpoint_on_its_way_on() -> None:
    """An exception granted after the checkpoint is unknown at the checkpoint, also if both come in one batch."""
    given = {"rule": "X-M1", "account": "wechat:b", "authority": "省府办", "reason": "双号"}
    log = [Seen("exemption.granted", HOLDING, given, ORIGIN + 31 * GRID, 0)]
    with structlog.testing.capture_logs():
        for seed in range(20):
            one, other = installed(log, [], 2, Random(seed)), installed(log, [], 2, Random(seed))
            asyncio.run(one.run([], 1))
            asyncio.run(other.run([], 9))
            assert Outcome(one).closed == Outcome(other).closed


def test_a_column_that_was_stale_and_is_updated_is_awaited_again() -> None:
    """One stale column of five breaks no rule of its site, nor does its update; its next limit is waited for."""
    story = Story().at("01-01 08:00").site().column("c", "news").at("01-01 08:00")
    story.event("column.updated", COLUMN, item="i1").at("01-15 09:00").checked(COLUMN).until("01-16 00:00")
    story.at("01-20 08:00").event("column.updated", COLUMN, item="i2").until("01-21 00:00")
    awaited = {rule: at for (subject, rule), at in story.fold.deadlines._armed.items() if subject == SITE}
    assert awaited["W-V4a"] == story.ms("01-30 08:00")
