"""Laws 1, 2 and 8: facts commute, a fact seen twice is one, and the past does not depend on how it was learnt."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core import marks, trail
from tests.laws.effort import effort
from tests.laws.logs import END, GRID, ORIGIN, Seen, in_order, logs
from tests.laws.pack import mini_law
from tests.laws.playing import Stage, Tick, Told, told

LAW = mini_law()
_LATE = END - ORIGIN
_INSTANTS = tuple(ORIGIN + step * GRID for step in range(0, 100, 7))


@pytest.fixture(autouse=True)
def _remember_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """These laws are exact where nothing has been forgotten; what a site keeps of it is told in test_parts."""
    monkeypatch.setattr(marks, "RUNS_KEPT", 99)
    monkeypatch.setattr(marks, "GONE_KEPT", 99)
    monkeypatch.setattr(trail, "SLACK", 99)


def shuffled(log: list[Seen], chance: Any) -> list[Any]:
    """The events of a log in any order."""
    events = in_order(log)
    chance.shuffle(events)
    return events


@given(logs(), st.randoms(use_true_random=False), st.sampled_from([0, _LATE]))
@effort(100)
def test_observations_commute(log: list[Seen], chance: Any, lateness: int) -> None:
    """In any order, within the allowed lateness or beyond it: the same memory, the same judgements, the same runs."""
    one, other = Stage(LAW, lateness), Stage(LAW)
    one.play(*shuffled(log, chance), Tick(END + lateness))
    other.play(*in_order(log), Tick(END))
    assert one.memory() == other.memory()
    assert one.judgements(*_INSTANTS, END) == other.judgements(*_INSTANTS, END)
    assert one.runs() == other.runs()


@given(logs(), st.randoms(use_true_random=False))
@effort(100)
def test_what_is_told_commutes(log: list[Seen], chance: Any) -> None:
    """Whoever has read all transitions knows in the end which rules are and were broken, whichever order facts came in.

    A warning that ended without a breach may have been told in one order and taken back in another.
    """
    one, other = Stage(LAW), Stage(LAW)
    one.play(*shuffled(log, chance), Tick(END))
    other.play(*in_order(log), Tick(END))
    assert lasting(one) == lasting(other)


def lasting(stage: Stage) -> dict[str, Told]:
    """The episodes that are open, or in which a rule was broken."""
    return {key: one for key, one in told(stage.transitions).items() if not one.closed or one.broken_since is not None}


@given(logs(), st.randoms(use_true_random=False))
@effort(100)
def test_seen_twice_is_seen_once(log: list[Seen], chance: Any) -> None:
    """An observation that comes again, at any later place of the log, changes nothing: no transition, no state."""
    events = in_order(log)
    once, twice = Stage(LAW), Stage(LAW)
    once.play(*events, Tick(END))
    for place, one in enumerate(events):
        twice.play(one)
        before = twice.state()
        assert twice.play(chance.choice(events[: place + 1])) == []
        assert twice.state() == before
    twice.play(Tick(END))
    assert twice.transitions == once.transitions
    assert twice.state() == once.state()


@given(logs())
@effort(100)
def test_the_past_is_as_if_all_had_been_known(log: list[Seen]) -> None:
    """Runs told step by step, late evidence included, are those of a fold that knew all facts before it judged.

    Equal are the runs (start, first and last state, when broken, when ended) and the present states; not the numbers of
    transitions, since what was told and taken back was told, nor since when a quiet state has held.
    """
    stepwise, at_once = Stage(LAW), Stage(LAW)
    stepwise.play(*in_order(log), Tick(END))
    at_once.learn(in_order(log))
    at_once.play(Tick(END))
    assert stepwise.runs() == at_once.runs()
