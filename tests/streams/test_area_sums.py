"""The sums of an area, whatever comes late."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from schemas.aggregates import Aggregate, Scope
from schemas.instants import SHANGHAI
from schemas.standings import OnTime
from streams.log.sums import AreaSums

AT = datetime(2024, 3, 1, tzinfo=SHANGHAI)


def part(due: int, at: datetime, *, closed: bool = False) -> bytes:
    """A unit's quarter, as its own worker hands it on."""
    unit = Aggregate(
        period="2024Q1", at=at, closed=closed, scope=Scope.UNIT, id="u", name="某", area="市", pack="cn-2019",
        answers=OnTime(due=due, on_time=due),
    )  # fmt: skip
    return orjson.dumps({"aggregate": unit.model_dump(mode="json"), "group": ""})


def area(*parts: tuple[int, bytes]) -> dict[str, Any]:
    """The area's quarter after these parts, each with the place of the units' topic up to which it sums up."""
    sums = AreaSums(frozenset())
    for place, one in parts:
        sums.take(one, (place,))
    value: dict[str, Any] = orjson.loads(sums.flush(0)[-1].value or b"")
    return value


def test_a_newer_part_counts() -> None:
    """A unit's newest quarter replaces the one before, also of the same instant."""
    parts = [(4, part(1, AT)), (5, part(2, AT)), (6, part(3, AT + timedelta(days=1)))]
    assert area(*parts)["answers"]["due"] == 3


def test_late_words_of_a_replaced_worker_count_for_nothing() -> None:
    """What a worker sent before it was cut off may arrive behind what its successor sent."""
    newer = (7, part(35, AT, closed=True))
    assert area(newer, (5, part(29, AT - timedelta(days=13)))) == area(newer)
    assert area(newer, (5, part(29, AT))) == area(newer)
    assert area(newer, (6, part(29, AT, closed=True))) == area(newer)
