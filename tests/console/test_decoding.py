"""Records as people read them: one line each, whatever lies in the topic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
import pytest

from console.decoding import decode, line_of
from schemas.aggregates import Aggregate, Count, Scope
from schemas.instants import read_at, to_datetime
from schemas.texts import Lang
from streams.topics import Name
from tests.console.test_alerts import BREACHED, alert_of
from tests.support.events import event

AT = read_at("2031-04-15T08:00:00+08:00")


@dataclass
class Lying:
    """A record as it lies in a topic."""

    value: bytes | None
    key: bytes | None = b"k"
    topic: str = "t"
    partition: int = 1
    offset: int = 7
    timestamp: int = AT
    headers: Sequence[tuple[str, bytes]] = ()


QUARTER = Aggregate(
    period="2031Q2", at=to_datetime(AT), closed=True, scope=Scope.UNIT, id="jyj", name="某市教育局", area="某市",
    pack="p", sites=Count(checked=2, failed=1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (Name.OBSERVATIONS, orjson.dumps(event()), "site.updated  2031-04-01T08:00:01+08:00"),
        (Name.OBSERVATIONS, orjson.dumps([event(), event(number=2)]), "… 2031-04-01T08:00:02+08:00 (2 events)"),
        (Name.TRANSITIONS, BREACHED.model_dump_json().encode(), "不达标  M-V2a  wechat:gh_x1  超期未更新"),
        (Name.ALERTS, alert_of(BREACHED).model_dump_json().encode(), "【不达标】某市教育：2周内无更新"),
        (Name.AGGREGATES, QUARTER.model_dump_json().encode(), "sites 1 failed of 2, accounts 0 failed of 0  closed"),
        (Name.STATE_OBSERVATIONS, msgspec.msgpack.encode((3, {"a": 1})), '[3,{"a":1}]'),
        (Name.DELIVERIES, None, "deleted"),
        (Name.OBSERVATIONS, b"{oops", "{oops"),
        (Name.OBSERVATIONS, b"\xff", "\ufffd"),
        (Name.TRANSITIONS, b'{"change":"sneezed"}', '{"change":"sneezed"}'),
        (Name.ALERTS, b"[1,2]", "[1,2]"),
        (Name.DEADLETTERS, b"no header of ours", "no header of ours"),
    ],
)
def test_one_line_says_what_it_is(name: Name, value: bytes | None, said: str) -> None:
    """Time in Beijing, place, key, then what it is; what should not lie there is shown as it is."""
    line = line_of(name, Lying(value), Lang.ZH)
    assert line.startswith("2031-04-15 08:00:00  1@7  k  ")
    assert said in line
    assert "\n" not in line


def test_a_long_value_is_cut_on_a_line_and_whole_in_json() -> None:
    """A line stays readable; JSON keeps everything."""
    record = Lying(orjson.dumps({"a": "x" * 1000}), key=None)
    assert len(line_of(Name.STANDINGS, record, Lang.EN)) < 250
    whole: dict[str, Any] = decode(Name.STANDINGS, record)
    assert whole["value"] == {"a": "x" * 1000}
    assert (whole["key"], whole["timestamp"]) == (None, "2031-04-15T00:00:00.000+00:00")
