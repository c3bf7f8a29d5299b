"""Laws 3 and 5: what is said is what judging says, at the same instants, whenever the clock ticks."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.envelope import owner_of
from schemas.instants import HOUR
from schemas.words import Change
from streams.core.effects import Transition
from streams.core.ids import episode_id
from streams.core.judging import judge
from tests.laws.effort import effort
from tests.laws.logs import END, ORIGIN, STEPS, Seen, in_order, logs
from tests.laws.pack import mini_law
from tests.laws.playing import Stage, Tick, Told, differences, told

LAW = mini_law()
_OPENINGS = {Change.DUE_SOON, Change.BREACHED, Change.UNKNOWN}

ticks = st.lists(st.integers(0, STEPS * 4).map(lambda step: Tick(ORIGIN + step * 3 * HOUR)), max_size=12)


def with_ticks(events: list[Any], some: list[Tick]) -> list[Any]:
    """The events with ticks between them, each as early as it may come: nothing seen up to it comes after it."""
    items = [(one.seen, 0, number, one) for number, one in enumerate(events)]
    items += [(tick.at, 1, number, tick) for number, tick in enumerate(some)]
    return [item[3] for item in sorted(items, key=lambda item: item[:3])]


@given(logs(), ticks)
@effort(120)
def test_ticks_say_nothing_new(log: list[Seen], some: list[Tick]) -> None:
    """Any ticks, double, missing or without a cause, lead to the same transitions with the same ids and contents.

    This holds as long as a tick is true: what comes after it was seen after it.
    """
    events = in_order(log)
    quiet, ticking = Stage(LAW), Stage(LAW)
    quiet.play(*events, Tick(END))
    ticking.play(*with_ticks(events, some + some), Tick(END))
    assert differences(by_id(ticking.transitions), by_id(quiet.transitions)) == []
    assert ticking.state() == quiet.state()


def by_id(transitions: list[Transition]) -> list[Transition]:
    """The transitions, of which none has the id of another."""
    assert len({one.id for one in transitions}) == len(transitions)
    return transitions


@given(logs(), ticks)
@effort(120)
def test_what_is_said_is_what_judging_says(log: list[Seen], some: list[Tick]) -> None:
    """A transition never says other than judging does at its instant, by what was known when it was said."""
    stage = Stage(LAW)
    for item in step_by_step([*with_ticks(in_order(log), some), Tick(END)]):
        for one in stage.play(item):
            expect_true(stage, one)
        expect_marks_true(stage)


def step_by_step(items: list[Any]) -> Iterator[Any]:
    """Before each observation the time that it lets pass, so that what it brings is told from what came due."""
    for item in items:
        if not isinstance(item, Tick):
            yield Tick(item.seen - 1)
        yield item


def expect_true(stage: Stage, one: Transition) -> None:
    """A transition says what judging says at its instant; one that takes back, how things stand now."""
    if one.change in {Change.RETRACTED, Change.ACKNOWLEDGED}:
        return
    estate = stage.fold.estate(owner_of(one.subject))
    answer = judge(estate, estate.subject(one.subject), LAW.by_id[one.rule], one.at)
    said = (one.state, one.reason, one.due_at, one.evidence, one.provisional)
    assert said == answer[:5]


def expect_marks_true(stage: Stage) -> None:
    """What a mark says is what judging says now, and what has been told of its runs is what they are."""
    now = stage.judgements(stage.fold.clock)
    episodes = told(stage.transitions)
    for (subject, rule), mark in stage.marks().items():
        assert mark.state is now[subject, rule, stage.fold.clock].state, (subject, rule)
        own = {episode_id(LAW.pack.id, rule, subject, run.start): run for run in mark.runs}
        for episode, run in own.items():
            expect_told(episodes[episode], run)
    open_episodes = {episode for episode, known in episodes.items() if not known.closed}
    assert open_episodes == {
        episode_id(LAW.pack.id, rule, subject, mark.run.start)
        for (subject, rule), mark in stage.marks().items()
        if mark.run
    }


def expect_told(known: Told, run: Any) -> None:
    """Who has read an episode's transitions knows how it stands."""
    assert known.state is run.state
    assert known.broken_since == run.breached_at
    assert known.closed == (run.ended_at is not None)
    if not known.void:
        assert known.ended_at == run.ended_at


@given(logs(), ticks)
@effort(120)
def test_episodes_are_well_formed(log: list[Seen], some: list[Tick]) -> None:
    """Each episode opens, is counted without gaps, says nothing twice, and breaks with evidence or a passed limit."""
    stage = Stage(LAW)
    stage.play(*with_ticks(in_order(log), some), Tick(END))
    by_id(stage.transitions)
    episodes: dict[str, list[Transition]] = {}
    for one in stage.transitions:
        episodes.setdefault(one.episode, []).append(one)
    for own in episodes.values():
        expect_well_formed(own)


def expect_well_formed(own: list[Transition]) -> None:
    """One episode's transitions."""
    assert [one.sequence for one in own] == list(range(1, len(own) + 1))
    assert own[0].change in _OPENINGS
    assert len({(one.rule, one.subject, one.start, one.pack) for one in own}) == 1
    changes = [one for one in own if one.change is not Change.ACKNOWLEDGED]
    for before, after in pairwise(changes):
        assert news(before) != news(after)
    for one in own:
        assert one.start <= one.since <= one.at or one.change in {Change.RETRACTED, Change.ACKNOWLEDGED}
        assert one.change is not Change.BREACHED or one.evidence or one.due_at <= one.at


def news(one: Transition) -> tuple[object, ...]:
    """What is new in a transition: one that is told anew has another instant, or is for another unit."""
    return one.change, one.state, one.at, one.since, one.unit
