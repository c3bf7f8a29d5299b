"""Laws of sleep: who was stored and sleeps says nothing later, nothing else and nothing less than who stayed awake."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.envelope import owner_of
from schemas.instants import DAY, HOUR
from streams.core.answer import NEVER
from streams.core.census import Census
from streams.core.effects import Effects
from streams.core.fold import Fold
from streams.core.sleep import Sleepers, wake_of
from streams.core.standing import Period, standings_at
from streams.core.subject import Subject, kind_of
from tests.laws.effort import effort
from tests.laws.logs import ACCOUNT, END, ORIGIN, TWIN, Seen, event, in_order, logs
from tests.laws.pack import mini_law
from tests.laws.playing import Stage, Tick, differences
from tests.laws.test_said import ticks, with_ticks

LAW = mini_law()
places = st.lists(st.integers(0, 40), min_size=1, max_size=4)
stirs = st.sampled_from([0, 3, 9, NEVER])


class Stored(Stage):
    """A fold of which everything is written that it says has to be written, and nothing else.

    Who was not touched sleeps again once more than `stirred` subjects were.
    """

    def __init__(self, stirred: int = NEVER) -> None:
        super().__init__(LAW)
        self.records: dict[str, bytes] = {}
        self._stirred = stirred

    def play(self, *items: Any) -> list[Any]:
        """Fold, then write."""
        said = super().play(*items)
        for subject_id, owner in self.effects.dirty.items():
            record = self.fold.estates[owner].subjects[subject_id].packed()
            self.records[subject_id] = msgspec.msgpack.encode(record)
        self.effects.dirty.clear()
        self.fold.rest(self._stirred, 0)
        self.fold.sleepers.press(1_000, together=2)
        return said

    def restart(self, *, trusted: bool = True) -> None:
        """Forget everything but the records, the clock and the census."""
        before, self.fold = self.fold, Fold(LAW)
        for subject_id, record in self.records.items():
            self.fold.load(subject_id, record)
        census = msgspec.msgpack.decode(msgspec.msgpack.encode(before.census.dump()))
        self.fold.resume(before.clock, census if trusted else None, self.effects)
        self.play()


def live(fold: Fold) -> dict[tuple[str, str], int]:
    """The armed instant of each (subject, rule) that is awake."""
    return fold.deadlines._armed


@given(logs(most=20), ticks, places, stirs, st.booleans())
@effort(120)
def test_a_fold_goes_on_where_it_was_stored(
    log: list[Seen],
    some: list[Tick],
    stops: list[int],
    stirred: int,
    trusted: bool,  # noqa: FBT001
) -> None:
    """Stored and loaded at any points, a fold says what the unbroken one says, id for id, and ends in its state."""
    whole, broken = Stage(LAW), Stored(stirred)
    for number, item in enumerate([*with_ticks(in_order(log), some), Tick(END)]):
        if number in stops:
            broken.restart(trusted=trusted)
        assert differences(broken.play(item), whole.play(item)) == []
    assert plain(broken.state()) == plain(whole.state())


def plain(state: Any) -> Any:
    """As it comes back from the broker."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(state))


@given(logs(most=20), ticks, places, stirs)
@effort(120)
def test_nobody_sleeps_through_a_judgement(log: list[Seen], some: list[Tick], stops: list[int], stirred: int) -> None:
    """Whoever would have been judged at an instant, had all stayed awake, is awake when it has passed."""
    whole, broken = Stage(LAW), Stored()
    for number, item in enumerate([*with_ticks(in_order(log), some), Tick(END)]):
        if number in stops:
            broken.restart()
        armed = dict(live(whole.fold))
        whole.play(item)
        broken.play(item)
        judged = {owner_of(subject) for (subject, _), at in armed.items() if at <= whole.fold.clock}
        assert not judged & set(broken.fold.sleepers.owners())
        broken.fold.rest(stirred, 0)
        broken.fold.sleepers.press(1_000, together=2)


@given(logs(most=20), ticks, places, stirs)
@effort(120)
def test_a_record_says_how_long_its_subject_may_sleep(
    log: list[Seen], some: list[Tick], stops: list[int], stirred: int
) -> None:
    """After every step what is written of a subject wakes it no later than the first of its rules is armed."""
    stage = Stored(stirred)
    for number, item in enumerate([*with_ticks(in_order(log), some), Tick(END)]):
        if number in stops:
            stage.restart()
        stage.play(item)
        for (subject, _), at in live(stage.fold).items():
            assert wake_of(stage.records[subject]) <= at


@given(logs(most=20), ticks)
@effort(60)
def test_no_record_keeps_an_instant_of_the_past(log: list[Seen], some: list[Tick]) -> None:
    """What is written wakes nobody before there is a cause: it is the first armed instant itself."""
    stage = Stored()
    for item in [*with_ticks(in_order(log), some), Tick(END)]:
        stage.play(item)
        first: dict[str, int] = {}
        for (subject, _), at in live(stage.fold).items():
            first[subject] = min(at, first.get(subject, NEVER))
        assert {one: wake_of(record) for one, record in stage.records.items() if wake_of(record) < NEVER} == first


@given(logs(most=20), ticks, places, stirs, st.booleans())
@effort(120)
def test_the_census_is_a_recount(
    log: list[Seen],
    some: list[Tick],
    stops: list[int],
    stirred: int,
    trusted: bool,  # noqa: FBT001
) -> None:
    """After every step and after a restart the census says what counting all marks again says."""
    stage = Stored(stirred)
    for number, item in enumerate([*with_ticks(in_order(log), some), Tick(END)]):
        if number in stops:
            stage.restart(trusted=trusted)
        assert sorted(stage.fold.census.dump()) == recounted(stage)
        stage.play(item)
        assert sorted(stage.fold.census.dump()) == recounted(stage)


def recounted(stage: Stage) -> list[list[Any]]:
    """The marks of all subjects, counted one by one."""
    census = Census()
    for (_, rule), mark in stage.marks().items():
        mark_again, mark.counted = mark.counted, None
        census.note(rule, mark)
        mark.counted = mark_again
    return sorted(census.dump())


@given(logs(most=20), ticks)
@effort(40)
def test_looking_wakes_nobody(log: list[Seen], some: list[Tick]) -> None:
    """Standings at a checkpoint are those of the fold that stayed awake, and whoever slept sleeps on."""
    whole, asleep = Stage(LAW), Stored()
    items = with_ticks(in_order(log), some)
    whole.play(*items)
    asleep.play(*items)
    asleep.restart()
    sleepers = set(asleep.fold.sleepers.owners())
    period = Period("2024Q1", ORIGIN)
    at = whole.fold.clock
    assert list(standings_at(asleep.fold, at, period)) == list(standings_at(whole.fold, at, period))
    assert asleep.judgements(at) == whole.judgements(at)
    assert set(asleep.fold.sleepers.owners()) == sleepers
    assert not asleep.fold.estates


@given(logs(most=20), ticks)
@effort(40)
def test_who_rests_leaves_nothing_behind(log: list[Seen], some: list[Tick]) -> None:
    """After each round none but the awake are armed, each pair once; who was touched since the last is awake."""
    stage = Stored(stirred=9)
    for item in [*with_ticks(in_order(log), some), Tick(END)]:
        young = dict(stage.fold.young)
        stage.play(item)
        if young and not stage.fold.young:
            assert young.keys() <= stage.fold.estates.keys()
            heap = stage.fold.deadlines._heap
            assert len(heap) == len(live(stage.fold))
            assert {one.owner for one in heap} <= stage.fold.estates.keys()


def test_who_was_touched_within_a_day_stays_awake() -> None:
    """Two accounts, one of which posts each hour: the other sleeps from the second round on, a day after the first."""
    fold, effects = Fold(LAW), Effects()
    for name in (ACCOUNT, TWIN):
        fold.observe(event(0, Seen("account.posted", name, {"post": "p"}, ORIGIN, 0)), effects)
    awake = []
    for hour in range(1, 60):
        fold.observe(event(hour, Seen("account.posted", ACCOUNT, {"post": "p"}, ORIGIN + hour * HOUR, 0)), effects)
        fold.rest(0, DAY)
        awake.append(set(fold.estates))
    assert awake == [{ACCOUNT, TWIN}] * 24 + [{ACCOUNT}] * 35


def record(subject_id: str, wake: int) -> bytes:
    """A state record that says nothing but when its subject wakes."""
    subject = Subject(subject_id, kind_of(subject_id))
    subject.wake = wake
    return msgspec.msgpack.encode(subject.dump())


def test_owners_are_called_by_the_hour() -> None:
    """Nobody is called before the hour of its `wake`, and everybody in it; who woke meanwhile is passed over."""
    sleepers = Sleepers()
    for name, wake in (("wechat:a", 5 * HOUR), ("wechat:b", 5 * HOUR + 1), ("wechat:c", 9 * HOUR), ("wechat:d", NEVER)):
        sleepers.put(name, record(name, wake))
    assert sleepers.due(5 * HOUR - 1) is None
    assert [sleepers.waking(hour * HOUR) for hour in (4, 5, 8, 9)] == [0, 2, 2, 3]
    assert sleepers.due(5 * HOUR) == sleepers.due(5 * HOUR) == "wechat:b"
    sleepers.forget("wechat:b")
    assert sleepers.due(5 * HOUR) == "wechat:a"
    sleepers.forget("wechat:a")
    assert (sleepers.due(5 * HOUR), sleepers.waking()) == (None, 1)
    sleepers.forget("wechat:c")
    assert sleepers.due(NEVER - 1) is None
    assert list(sleepers.owners()) == ["wechat:d"]


@pytest.mark.parametrize("names", [["s", "s/column/a", "s/column/b"], ["s/column/a", "s", "s/column/b"]], ids=str)
def test_an_owner_sleeps_with_all_its_subjects(names: list[str]) -> None:
    """Whichever of a site's records comes first, all are there, and the first of them calls the site."""
    sleepers = Sleepers()
    for number, name in enumerate(names):
        sleepers.put(name, record(name, (3 - number) * HOUR))
    assert sleepers.records("s") == [(name, record(name, (3 - number) * HOUR)) for number, name in enumerate(names)]
    assert sleepers.due(HOUR) == "s"
    sleepers.forget("s")
    assert (sleepers.due(NEVER - 1), sleepers.records("s"), sleepers.waking()) == (None, [], 0)


def test_records_come_back_from_pages_as_they_were() -> None:
    """Sixteen owners lie on pages; who wakes leaves the others, and who sleeps again is found again."""
    sleepers, kept = Sleepers(), {f"wechat:{number}": record(f"wechat:{number}", number * HOUR) for number in range(16)}
    for name, one in kept.items():
        sleepers.put(name, one)
    sleepers.put("s/column/a", kept.setdefault("s/column/a", record("s/column/a", HOUR)))
    sleepers.press(1)
    sleepers.put("s", kept.setdefault("s", record("s", NEVER)))
    assert dict(one for owner in sleepers.owners() for one in sleepers.records(owner)) == kept
    for name in [f"wechat:{number}" for number in range(12)]:
        sleepers.forget(name)
        assert sleepers.records(name) == []
    sleepers.put("wechat:3", kept["wechat:3"])
    sleepers.press(1, together=1)
    left = [*(f"wechat:{number}" for number in (3, 12, 13, 14, 15)), "s/column/a", "s"]
    assert dict(one for owner in sleepers.owners() for one in sleepers.records(owner)) == {
        one: kept[one] for one in left
    }
    assert (sleepers.waking(HOUR), sleepers.waking()) == (1, 6)


def test_a_record_of_an_older_form_wakes_at_once() -> None:
    """It ends with its marks, and says nothing of when it wakes."""
    assert wake_of(msgspec.msgpack.encode(Subject("wechat:a", kind_of("wechat:a")).dump()[:-1])) == 0


def test_what_cannot_be_read_sleeps_on() -> None:
    """A record that is damaged is refused each time its owner is asked for, and nothing is put in its place."""
    fold = Fold(LAW)
    damaged = msgspec.msgpack.encode([*msgspec.msgpack.decode(record("s/column/a", HOUR))[:2], 1, None, None, {}, HOUR])
    fold.load("s", record("s", HOUR))
    fold.load("s/column/a", damaged)
    fold.resume(0, [], Effects())
    for _ in range(2):
        with pytest.raises(AttributeError):
            fold.estate("s")
        with pytest.raises(AttributeError):
            fold.settle(HOUR, Effects())
    assert (len(fold.sleepers.records("s")), fold.estates) == (2, {})
