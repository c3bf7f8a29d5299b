"""The trust boundary names each event of a record by its place in the record."""

from datetime import UTC, datetime

import orjson

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
