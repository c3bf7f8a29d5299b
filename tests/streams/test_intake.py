"""The trust boundary names each event of a record by its place in the record."""

import orjson

from schemas.deadletters import Refusal
from streams.log.intake import Gate

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
