"""Records of one owner each: events in their order, within both limits."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from observers.parcels import LARGEST_BYTES, LARGEST_COUNT, parcels

EVENTS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 999).map(orjson.dumps)), max_size=40)


@given(EVENTS, st.integers(1, 5), st.integers(1, 20))
def test_nothing_is_lost_or_reordered(events: list[tuple[str, bytes]], count: int, size: int) -> None:
    """Whatever the limits, the records hold all events in their order, each under its owner's key."""
    kept = []
    for record in parcels(events, count, size):
        plain = orjson.loads(record.value)
        inside = plain if isinstance(plain, list) else [plain]
        assert len(inside) == record.events <= count
        assert record.events == 1 or len(record.value) <= size
        kept += [(record.key.decode(), orjson.dumps(one)) for one in inside]
    assert kept == events


def test_a_record_is_full_at_its_limits() -> None:
    """200 events are one record and 201 are two; 500,000 bytes of events are not exceeded."""
    assert [record.events for record in parcels([("a", b"1")] * LARGEST_COUNT)] == [200]
    assert [record.events for record in parcels([("a", b"1")] * (LARGEST_COUNT + 1))] == [200, 1]
    half = b"1" * (LARGEST_BYTES // 2)
    assert [record.events for record in parcels([("a", half), ("a", half)])] == [1, 1]


def test_a_single_event_travels_without_an_array() -> None:
    """One event is itself, so that any reader of CloudEvents takes it."""
    (record,) = parcels([("a", b'{"id":"1"}')])
    assert record == (b"a", b'{"id":"1"}', 1)
