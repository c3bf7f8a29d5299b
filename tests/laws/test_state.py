"""Laws 6 and 7: state survives being stored, and time costs what is due."""

from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core import episodes
from streams.core.concern import all_rules
from streams.core.subject import Subject
from streams.core.trail import Trail, keep_newest
from tests.laws.effort import effort
from tests.laws.logs import END, Seen, in_order, logs
from tests.laws.pack import mini_law
from tests.laws.playing import Stage, Tick
from tests.laws.test_said import ticks, with_ticks

LAW = mini_law()


def stored(record: list[Any]) -> list[Any]:
    """A state record as it comes back from the broker."""
    again: list[Any] = msgspec.msgpack.decode(msgspec.msgpack.encode(record))
    return again


@given(logs(), ticks)
@effort(60)
def test_a_state_record_is_whole(log: list[Seen], some: list[Tick]) -> None:
    """What was stored and loaded says the same, and stores the same."""
    stage = Stage(LAW)
    stage.play(*with_ticks(in_order(log), some), Tick(END))
    for _, subject in stage.fold.subjects():
        again = Subject.load(subject.id, stored(subject.dump()))
        assert stored(again.dump()) == stored(subject.dump())
        assert {name: trail.facts for name, trail in again.trails.items()} == {
            name: trail.facts for name, trail in subject.trails.items()
        }


@given(logs(), ticks)
@effort(60)
def test_what_is_kept_packed_is_what_there_is(log: list[Seen], some: list[Tick]) -> None:
    """A record that is written after every step, much of it as it was packed before, is the whole record each time."""
    stage = Stage(LAW)
    for item in [*with_ticks(in_order(log), some), Tick(END)]:
        stage.play(item)
        for _, subject in stage.fold.subjects():
            assert msgspec.msgpack.encode(subject.packed()) == msgspec.msgpack.encode(subject.dump())


@given(logs(), ticks)
@effort(60)
def test_one_armed_entry_a_subject_and_rule(log: list[Seen], some: list[Tick]) -> None:
    """However often a pair is armed, at most one entry of it is live, and none at or before the clock."""
    stage = Stage(LAW)
    for item in [*with_ticks(in_order(log), some), Tick(END)]:
        stage.play(item)
        assert set(live(stage)) <= judged(stage)
        assert all(at > stage.fold.clock for at in live(stage).values())


def judged(stage: Stage) -> set[tuple[str, str]]:
    """Every (subject, rule) that may be judged."""
    subjects = [subject for _, subject in stage.fold.subjects()]
    return {(subject.id, standing.id) for subject in subjects for standing in all_rules(subject)}


def live(stage: Stage) -> dict[tuple[str, str], int]:
    """The live entry of each (subject, rule); those superseded are only passed over when their time comes."""
    return stage.fold.deadlines._armed


@pytest.mark.skipif(not str(episodes.__file__).endswith(".py"), reason="compiled calls can't be intercepted")
@given(logs(), st.integers(0, 40))
@effort(60)
def test_a_tick_with_nothing_due_judges_nothing(log: list[Seen], steps: int) -> None:
    """Time that passes without a deadline costs nothing, however many subjects there are."""
    stage = Stage(LAW)
    stage.play(*in_order(log))
    next_due = min(live(stage).values(), default=END)
    with patch.object(episodes, "judge", side_effect=AssertionError("judged without a cause")):
        for step in range(steps):
            assert stage.play(Tick(stage.fold.clock + (next_due - 1 - stage.fold.clock) * step // max(steps, 1))) == []
    stage.play(Tick(next_due))
    assert all(at > next_due for at in live(stage).values())


@pytest.mark.parametrize("count", [15, 16, 65_535, 65_536])
def test_a_trail_is_packed_as_its_facts(count: int) -> None:
    """However many facts there are, and whatever was added, dropped or pruned since they were packed last."""
    trail = Trail([(at, f"seen:{at}", "item", "+") for at in range(count)])
    for change in (
        lambda: None,
        lambda: trail.add((count, "newest", "item", "+")),
        lambda: trail.add((1, "late", "item", "+")),
        lambda: trail.add((1, "late", "item", "+")),
        lambda: trail.drop(count, "seen:"),
        lambda: trail.drop(1, "seen:"),
        lambda: trail.prune(count, keep_newest(13)),
        lambda: trail.add((count + 1, "newer", "item", "+")),
    ):
        change()
        assert msgspec.msgpack.encode(trail.packed()) == msgspec.msgpack.encode(trail.facts)
