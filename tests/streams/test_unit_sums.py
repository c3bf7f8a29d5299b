"""The sums of a unit, whatever comes late."""

from datetime import datetime
from typing import Any

import msgspec
import orjson

from schemas.instants import SHANGHAI
from schemas.standings import OnTime, SubjectStanding, Verdict
from schemas.words import SubjectKind
from streams.log.order import order_of
from streams.log.sums import UnitSums
from streams.topics import Name, Topics

AT = datetime(2024, 3, 1, tzinfo=SHANGHAI)

Said = tuple[bytes, tuple[int, ...]]


def standing(place: int, due: int, owner: str = "4207000001") -> Said:
    """How a site stands, and the place in the log up to which its partition had come."""
    made = SubjectStanding(
        period="2024Q1", at=AT, closed=False, unit="u", owner=owner, kind=SubjectKind.SITE, verdict=Verdict.PASSED,
        counted=True, answers=OnTime(due=due, on_time=due),
    )  # fmt: skip
    return made.model_dump_json().encode(), (place,)


def entry(place: int, name: str) -> Said:
    """The unit's entry, the first of what came of a record."""
    return orjson.dumps({"type": "unit.registered", "subject": "unit:u", "data": {"name": name}}), (place, 0)


def summed(*said: Said, restored: bool = False) -> dict[str, Any]:
    """The unit's quarter after all that; `restored`: another worker took over before the last."""
    sums = UnitSums(Topics(), frozenset(), "pack")
    for number, one in enumerate(said):
        if restored and number == len(said) - 1:
            sums = taken_over(sums)
        sums.take(*one)
        sums.position = number
    sums.take(*standing(0, 0, owner="4207000002"))  # so that there is something to say
    last: dict[str, Any] = orjson.loads(sums.flush(0)[0].value or b"")
    return last


def taken_over(sums: UnitSums) -> UnitSums:
    """A worker that begins with the state of another."""
    other = UnitSums(Topics(), frozenset(), "pack")
    other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(sums.states()))))
    return other


def test_a_newer_standing_counts() -> None:
    """The newest replaces the one before, also of the same instant."""
    assert summed(standing(4, 1), standing(5, 2))["answers"]["due"] == 2


def test_late_words_of_a_replaced_worker_count_for_nothing() -> None:
    """A standing of the same instant that knows of less comes late; before a takeover and after."""
    for restored in (False, True):
        assert summed(standing(5, 2), standing(4, 1), restored=restored)["answers"]["due"] == 2


def test_a_late_entry_of_the_unit_counts_for_nothing() -> None:
    """It goes by the name that it was given last in the log."""
    for restored in (False, True):
        assert summed(standing(1, 1), entry(5, "new"), entry(4, "old"), restored=restored)["name"] == "new"


def test_a_quarter_says_its_order() -> None:
    """To others and to the areas: the place up to which it sums up."""
    sums = UnitSums(Topics(), frozenset(), "pack")
    sums.take(*standing(5, 2))
    sums.position = 41
    records = sums.flush(0)
    assert [(one.topic, order_of(one.headers)) for one in records] == [(Name.AGGREGATES, (41,)), (Name.AREAS, (41,))]
