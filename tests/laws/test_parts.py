"""What a site knows of its columns beyond the facts is memory for speed: whoever loses it says the same.

A site with a handful of columns that publish, fall silent and are looked at, often late, so that the counts of stale
and blank ones go up and down; limits are small and change meanwhile, and little is remembered.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.instants import DAY, HOUR, read_at, to_text
from schemas.observations import ONE
from streams.core import trail
from streams.core.fold import Fold
from streams.core.law import Law
from tests.laws.effort import effort
from tests.laws.playing import Stage, Tick, bare
from tests.support.laws import local_law

BEGIN = read_at("2024-01-01T08:00:00+08:00")
SITE = "4207000001"
COLUMNS = [f"{SITE}/column/c{number}" for number in range(6)]


@pytest.fixture(scope="module", name="law")
def _law() -> Law:
    news = {"at_least": 3, "warn_at_least": 2, "news_window": {"2024-01-09": "4 days"}, "lead": {"2024-01-14": "1 day"}}
    cycles = {"at_least": 2, "lead": {"2024-01-12": "2 days"}, "needs_look": {"2024-01-12": False}}
    return local_law(W_V4a=news, W_V4b=cycles, W_V4c={"at_least": 2})


@pytest.fixture(autouse=True)
def _forgets_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.core.fold.SLACK", 4)
    monkeypatch.setattr(trail, "SLACK", 4)


def life(chance: Random, count: int) -> Iterator[Any]:
    """Observations in the order in which they were seen, most of them soon after they were true."""
    yield _event("site.registered", SITE, BEGIN, {"unit": "u", "name": "n"})
    for column in COLUMNS:
        profile = {"unit": "u", "name": "c", "column_class": chance.choice(["news", "other"]), "cycle": "14 days"}
        yield _event("column.registered", column, BEGIN, profile)
    seen = BEGIN
    for number in range(count):
        seen += int(chance.expovariate(1 / (8 * HOUR)))
        yield _observed(chance, chance.choice(COLUMNS[: chance.choice([2, 6])]), seen, number)


def _observed(chance: Random, column: str, seen: int, number: int) -> Any:
    kind = chance.choices(["updated", "checked", "counted", "item_removed"], [10, 8, 2, 1])[0]
    if kind == "updated":
        late = int(chance.choice([0, HOUR, 2 * DAY, 9 * DAY]) * chance.random())
        return _event("column.updated", column, max(BEGIN, seen - late), {"item": f"i{number}"}, seen)
    if kind == "item_removed":
        return _event("column.item_removed", column, seen, {"item": f"i{chance.randrange(number + 1)}"})
    data = {"items": chance.choice([0, 3])} if kind == "counted" else {}
    return _event("column.checked", column, seen, data)


def _event(kind: str, subject: str, time: int, data: dict[str, Any], seen: int | None = None) -> Any:
    head: dict[str, Any] = {"specversion": "1.0", "source": "//t/c", "type": kind, "subject": subject}
    head |= {"time": to_text(time)} | {"id": f"{kind} {subject} {time} {data.get('item', '')}", "data": data}
    return ONE.validate_python(head if seen is None else head | {"observedtime": to_text(seen)})


def lose(fold: Fold) -> None:
    """Forget what is not stored, as a worker does that ends."""
    for estate in fold.estates.values():
        for subject in estate.subjects.values():
            subject.ledgers = {}


@given(st.integers(0, 2**32), st.integers(10, 80))
@effort(60)
def test_losing_it_changes_nothing(law: Law, seed: int, count: int) -> None:
    """Lost after every observation or never: the same transitions, the same memory, the same runs and states.

    Since when a mark has been quiet is left out: it tells how far back it was walked last, and who loses walks more.
    """
    one, other = Stage(law), Stage(law)
    for event in life(Random(seed), count):
        assert sorted(bare(one.play(event))) == sorted(bare(other.play(event)))
        lose(other.fold)
    end = Tick(one.fold.clock + 40 * DAY)
    assert sorted(bare(one.play(end))) == sorted(bare(other.play(end)))
    assert (one.memory(), one.runs()) == (other.memory(), other.runs())


@given(st.integers(0, 2**32), st.integers(10, 80))
@effort(60)
def test_any_instant_in_any_order(law: Law, seed: int, count: int) -> None:
    """Asked forward, back or at random, a ledger says what one says that is made for the question."""
    chance, stage = Random(seed), Stage(law)
    for event in life(chance, count):
        stage.play(event)
        asked = [BEGIN + int(chance.random() * (stage.fold.clock - BEGIN + 20 * DAY)) for _ in range(4)]
        known = [stage.judgements(at) for at in asked]
        lose(stage.fold)
        anew: list[Any] = []
        for at in reversed(asked):
            anew.insert(0, stage.judgements(at))
            lose(stage.fold)
        assert known == anew
