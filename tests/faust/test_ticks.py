"""Time is data: ticks too many, too late or from two workers change nothing, and no quarter is left open.

Faust's timers can't write state, and its leadership may be double for a moment; nothing here depends on either.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from agents.ticker import ended
from schemas.control import CONTROL
from schemas.instants import DAY, HOUR, SHANGHAI, to_datetime, to_ms
from schemas.observations import ONE
from streams.core.effects import Transition
from streams.log.records import checkpoint_event
from streams.log.shard import Outcome, Shard
from tests.support.laws import law

REGISTERED = datetime(2031, 3, 1, tzinfo=SHANGHAI)
START = to_ms(REGISTERED)


def _account() -> Shard:
    """A partition with one account that posts once and then falls silent, while somebody looks each day."""
    shard, outcome = Shard(law()), Outcome()
    registered = {"unit": "u", "platform": "wechat", "name": "甲", "account_type": "subscription"}
    _observe(shard, outcome, "account.registered", REGISTERED, registered)
    _observe(shard, outcome, "account.posted", REGISTERED, {"post": "p1"})
    return shard


def _observe(shard: Shard, outcome: Outcome, kind: str, at: datetime, data: dict[str, Any]) -> None:
    event = {
        "specversion": "1.0", "id": f"{kind}{at.isoformat()}", "source": "tests", "type": kind,
        "subject": "wechat:gh_a", "time": at.isoformat(), "data": data,
    }  # fmt: skip
    shard.observe(ONE.validate_python(event), None, outcome)


def _ticked(ticks: list[int]) -> list[Transition]:
    shard, outcome = _account(), Outcome()
    for at in ticks:
        shard.tick(at, "", outcome)
    return sorted(one._replace(noticed=0) for one in outcome.effects.transitions)


def test_ticks_too_many_and_out_of_order() -> None:
    """Two tickers, early and late ticks: the same transitions as one tick at the end."""
    end = START + 20 * DAY
    every_hour = list(range(START, end + 1, HOUR))
    double = [at for tick in every_hour for at in (tick, tick, tick - 5 * HOUR)]
    assert _ticked([end])
    assert _ticked(double) == _ticked(every_hour) == _ticked([end])


Q1_ENDS = to_ms(datetime(2031, 4, 1, tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("closed", "clock", "now", "names"),
    [
        (0, 0, Q1_ENDS, []),  # a new installation
        (0, Q1_ENDS - HOUR, Q1_ENDS - 1, []),  # the last millisecond belongs to the quarter
        (0, Q1_ENDS - HOUR, Q1_ENDS, ["2031Q1"]),
        (START - 60 * DAY, Q1_ENDS + HOUR, Q1_ENDS + HOUR, ["2030Q4", "2031Q1"]),
        (Q1_ENDS - 1, Q1_ENDS + HOUR, Q1_ENDS + HOUR, []),  # passed already
        (0, to_ms(datetime(2019, 1, 1, tzinfo=UTC)), Q1_ENDS, ["2030Q1", "2030Q2", "2030Q3", "2030Q4", "2031Q1"]),
    ],
)
def test_quarters_that_ended(closed: int, clock: int, now: int, names: list[str]) -> None:
    """Every quarter that ended since the last checkpoint, however far the clock has come; a year back at most."""
    assert [quarter.name for quarter in ended(closed, clock, now)] == names


def test_an_observation_that_overtakes_the_tick() -> None:
    """An observation of the new quarter moves the clock first; the old quarter is closed all the same, once."""
    shard, outcome = _account(), Outcome()
    shard.tick(Q1_ENDS - HOUR, "", outcome)
    _observe(shard, outcome, "account.posted", to_datetime(Q1_ENDS + HOUR), {"post": "p2"})
    (quarter,) = ended(shard.closed, shard.fold.clock, Q1_ENDS + HOUR)
    event = CONTROL.validate_json(checkpoint_event(quarter.name, to_datetime(quarter.starts), Q1_ENDS - 1))
    shard.checkpoint(event, outcome)
    assert [(one.period, one.closed) for one in outcome.standings] == [("2031Q1", True)]
    again = Shard(law())
    again.restore({key: msgspec.msgpack.encode(state) for key, state in shard.states(outcome)})
    assert list(ended(again.closed, again.fold.clock, Q1_ENDS + HOUR)) == []
