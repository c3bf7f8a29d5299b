"""The trust boundary names each event of a record by its place in the record."""

from datetime import UTC, datetime

import orjson
import pytest

from schemas.deadletters import Refusal
from schemas.instants import DAY, to_ms
from streams.log.intake import Gate
from streams.log.records import checkpoint_event, tick_event

GATE = Gate(largest=1_000_000)


def post(event_id: str, subject: str) -> dict[str, object]:
    """An account's post."""
    return {
        "specversion": "1.0", "id": event_id, "source": "test", "type": "account.posted", "subject": subject,
        "time": "2024-01-01T00:00:00+08:00", "data": {"post": event_id},
    }  # fmt: skip


def test_each_refused_event_is_named_by_its_place_in_the_record() -> None:
    """Two kinds of refusal in one array don't share a place, and what is sound between them is taken."""
    record = [{"specversion": "1.0", "type": "nonsense"}, post("b", "wechat:a"), post("c", "wechat:other")]
    reading = GATE.read(b"wechat:a", orjson.dumps(record), None)
    assert [event.id for event in reading.events] == ["b"]
    assert [(one.index, one.reason) for one in reading.refused] == [
        (0, Refusal.UNKNOWN_TYPE),
        (2, Refusal.WRONG_KEY),
    ]


@pytest.mark.parametrize("kind", ["account.held", "account.released"])
def test_what_only_xuncha_sends_on_is_refused_of_others(kind: str) -> None:
    """Among observations nothing would come of it: its sender learns what to send instead."""
    data = {"unit": "u1", "platform": "wechat", "account": "wechat:a"}
    value = orjson.dumps(post("h", "u1@wechat") | {"type": kind, "data": data})
    reading = GATE.read(b"u1@wechat", value, None)
    assert (reading.events, [one.reason for one in reading.refused]) == ([], [Refusal.UNKNOWN_TYPE])
    assert "account.transferred" in reading.refused[0].error
    assert len(Gate(1_000_000, own=True).read(b"u1@wechat", value, None).events) == 1


@pytest.mark.parametrize("time", [1_700_000_000, 1_700_000_000.5, 1_700_000_000_000])
def test_a_time_that_is_a_number_is_refused(time: float) -> None:
    """Seconds or milliseconds, of which clock: the schema says text, so nobody guesses."""
    assert read(orjson.dumps(post("a", "wechat:a") | {"time": time})) == [Refusal.WRONG_SHAPE]


def read(*values: bytes, now: int | None = None) -> list[Refusal]:
    """Why each is refused; none may be let through, and none may raise."""
    readings = [GATE.read(None, value, now) for value in values]
    assert not any(reading.events or reading.control for reading in readings)
    return [fault.reason for reading in readings for fault in reading.refused]


class TestNothingIsTooOddToBeRefused:
    """What can't be read is refused with a reason: an exception here would end the worker, again and again."""

    def test_nested_more_deeply_than_can_be_written_again(self) -> None:
        """JSON is read to a depth of 1,024, but written only to 254."""
        assert read(b"[" * 300 + b"]" * 300) == [Refusal.WRONG_SHAPE]
        assert read(b"[" * 1024 + b"]" * 1024) == [Refusal.WRONG_SHAPE]
        assert read(b"[" * 5000 + b"]" * 5000) == [Refusal.NOT_JSON]

    def test_a_sound_event_beside_a_deep_one_is_taken(self) -> None:
        """Only the one that can't be taken apart is refused, under its place."""
        deep = b'{"a":' * 300 + b"1" + b"}" * 300
        reading = GATE.read(None, b"[" + deep + b"," + orjson.dumps(post("b", "wechat:a")) + b"]", None)
        assert [event.id for event in reading.events] == ["b"]
        assert [(one.index, one.reason) for one in reading.refused] == [(0, Refusal.WRONG_SHAPE)]

    def test_a_version_that_is_no_text(self) -> None:
        """A list or an object where a version stands is an unknown version."""
        versions: list[object] = [["1.0"], {}, 1.0, None]
        odd = [orjson.dumps(post("a", "wechat:a") | {"specversion": version}) for version in versions]
        assert read(*odd) == [Refusal.UNKNOWN_VERSION] * 4

    def test_a_number_that_nobody_counted(self) -> None:
        """It would not fit into a state record, and the batch could never be finished."""
        listed = {"type": "services.listed", "subject": "4299000002"}
        counts = [
            orjson.dumps(post("a", "") | listed | {"data": {"items": items}}) for items in (10**9 + 1, 2**63, 1e30)
        ]
        assert read(*counts) == [Refusal.WRONG_SHAPE] * 3
        assert GATE.read(None, orjson.dumps(post("a", "") | listed | {"data": {"items": 10**9}}), None).events


class TestTimeThatHasNotCome:
    """A tick from the future would break every rule at once, and nothing takes a partition's clock back."""

    NOW = to_ms(datetime(2026, 4, 1, tzinfo=UTC))
    ALLOWED = 60_000

    def test_is_refused_from_a_millisecond_beyond_what_is_allowed(self) -> None:
        """A minute ahead is a clock that is set badly; beyond it, it is no time."""
        assert GATE.read(b"clock", tick_event(self.NOW + self.ALLOWED), self.NOW).control is not None
        assert read(tick_event(self.NOW + self.ALLOWED + 1), now=self.NOW) == [Refusal.FUTURE_TIME]

    def test_checkpoints_too(self) -> None:
        """A checkpoint settles up to its instant."""
        late = checkpoint_event("2026Q2", datetime(2026, 4, 1, tzinfo=UTC), self.NOW + 90 * DAY)
        assert read(late, now=self.NOW) == [Refusal.FUTURE_TIME]

    def test_but_not_where_the_past_is_played(self) -> None:
        """There the log's own time is all there is."""
        assert GATE.read(b"clock", tick_event(self.NOW), None).control is not None


class TestInstantsThatNobodyMeans:
    """Beyond what calendars reach, dates can't be reckoned with: such an event is refused before it does harm."""

    @pytest.mark.parametrize("name", ["time", "observedtime"])
    def test_before_1990_and_from_2200_on(self, name: str) -> None:
        """The first and the last instants that are taken, and their neighbours; offsets are reckoned in."""
        event = post("a", "wechat:a")
        ends = ("1990-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z", "1989-12-31T23:59:59-01:00")
        beyond = (
            "1989-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
        )
        assert all(GATE.read(None, orjson.dumps(event | {name: end}), None).events for end in ends)
        assert read(*(orjson.dumps(event | {name: end}) for end in beyond)) == [Refusal.WRONG_SHAPE] * 4

    def test_within_the_data_too(self) -> None:
        """A `never` of some database is no date either."""
        look = {"type": "account.checked", "data": {"latest": "9999-12-31T00:00:00Z"}}
        assert read(orjson.dumps(post("a", "wechat:a") | look)) == [Refusal.WRONG_SHAPE]

    def test_a_cycle_that_ends_beyond_the_calendar(self) -> None:
        """An agreed cycle of 999,999 months could not be reckoned with, each time the column is judged."""
        column = {"type": "column.registered", "subject": "4299000002/column/c"}
        data = {"name": "c", "unit": "u", "cycle": "999999 months"}
        assert read(orjson.dumps(post("a", "wechat:a") | column | {"data": data})) == [Refusal.WRONG_SHAPE]
        assert GATE.read(
            None, orjson.dumps(post("a", "") | column | {"data": data | {"cycle": "9999 months"}}), None
        ).events
