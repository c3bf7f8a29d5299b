"""Law: two readers, one contract. Whether the quick reader is asked first makes no difference to what is read."""

import json
from copy import deepcopy
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, ValidationError

from console.reference.kinds import data_of, example
from schemas.deadletters import Refusal
from schemas.instants import DAY, read_at
from schemas.observations import ONE
from streams.log.intake import Gate, Reading
from streams.log.quick import FREQUENT, read_quickly
from tests.laws.effort import effort
from tests.laws.records import MODELS, SUBJECTS, values

QUICK, CONTRACT = Gate(1 << 20), Gate(1 << 20, quick=False)
KEYS = st.sampled_from([None, None, None, b"\xff", *(subject.partition("/")[0].encode() for subject in SUBJECTS)])
NOW = st.sampled_from([None, None, read_at("2024-02-29T12:00:00Z"), read_at("2024-02-29T04:30:05Z") - 60_000])


def all_of(event: Any) -> list[str]:
    """Everything that can be asked of an event, as texts: `-0.0` is not `0.0`, nor `1` `True`."""
    names = [
        "specversion",
        "id",
        "source",
        "subject",
        "type",
        "time",
        "observedtime",
        "dataschema",
        "owner",
        "at",
        "seen",
    ]
    told = [event, event.data]
    dumps = [one.model_dump() for one in told] + [one.model_dump(mode="json", exclude_none=True) for one in told]
    lines = [one.model_dump_json() for one in told] + [one.model_dump_json(exclude_none=True) for one in told]
    data = [getattr(event.data, name) for name in dumps[1]]
    return [repr(one) for one in (*(getattr(event, name) for name in names), data, dumps, lines)]


def reading_of(reading: Reading) -> tuple[Any, ...]:
    """All that a reading says."""
    return [all_of(event) for event in reading.events], reading.places, reading.refused, reading.control


@given(values(), KEYS, NOW)
@effort(400)
def test_both_readers_read_the_same(value: bytes, key: bytes | None, now: int | None) -> None:
    """The same events to the last member, the same refusals to the last word, whatever comes."""
    assert reading_of(QUICK.read(key, value, now)) == reading_of(CONTRACT.read(key, value, now))


@pytest.mark.parametrize("kind", FREQUENT)
def test_what_is_frequent_is_read_quickly(kind: str) -> None:
    """Else the law would hold of a reader that takes nothing."""
    plain = example(kind) | {"observedtime": "2024-02-29T18:00:00.123456Z", "datacontenttype": "application/json"}
    for given_one in (example(kind), plain):
        value = json.dumps(given_one, ensure_ascii=False).encode()
        for record in (value, b"[" + value + b"]"):
            assert read_quickly(record, None, None) is not None
        (event,) = QUICK.read(None, value, None).events
        assert all_of(event) == all_of(ONE.validate_json(value))


PLAIN = example("site.probed")


@pytest.mark.parametrize(
    "time",
    [
        1704067200, 1704067200.5, "1704067200", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z",
        "2024-01-01t00:00:00z", "2024-01-01T00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T24:00:00Z",
        "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00.1234567Z", "1989-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
        "2024-01-01T00:00:00Z\n", "２024-01-01T00:00:00Z", None, True,
    ],
    ids=repr,
)  # fmt: skip
def test_unusual_times_are_left_to_the_contract(time: object) -> None:
    """Whether it takes them, as a day without its time, or refuses them, as numbers."""
    value = orjson.dumps(PLAIN | {"time": time})
    assert read_quickly(value, None, None) is None
    assert reading_of(QUICK.read(None, value, None)) == reading_of(CONTRACT.read(None, value, None))


NUMBERS = ["1700000000", "1700000000.5", "+1700000000", "1700000000000", "17e8", 1700000000, 1700000000.5]
INSTANTS = [
    (kind, member, name)
    for kind, model in sorted(MODELS.items())
    for member, fields in (("", model.model_fields), ("data", data_of(model).model_fields))
    for name, info in fields.items()
    if AwareDatetime
    in {info.annotation, *(one for bare in get_args(info.annotation) for one in (bare, *get_args(bare)))}
]


@pytest.mark.parametrize(("kind", "member", "name"), INSTANTS, ids="-".join)
def test_a_number_is_no_time(kind: str, member: str, name: str) -> None:
    """The contract is RFC 3339 with an offset: seconds since 1970 are refused in every member, as texts too."""
    for number in NUMBERS:
        told = deepcopy(example(kind))
        (told[member] if member else told)[name] = number
        value = orjson.dumps(told)
        (refused,) = CONTRACT.read(None, value, None).refused
        assert (refused.reason, refused.value) == (Refusal.WRONG_SHAPE, value)
        where = ".".join(one for one in (kind, member, name) if one)
        assert f"{where}: Input should be RFC 3339 text with an offset" in refused.error
        assert reading_of(QUICK.read(None, value, None)) == reading_of(CONTRACT.read(None, value, None))
        with pytest.raises(ValidationError, match="RFC 3339 text"):  # as entries and forwards are read
            ONE.validate_python(told)


def test_all_instants_are_tried() -> None:
    """Those of every envelope, and those of the data that has some."""
    named = {name for _, member, name in INSTANTS if member}
    assert named == {"opened", "filed", "latest", "starts", "ends", "promised", "opens"}
    assert len([one for one in INSTANTS if not one[1]]) == 2 * len(MODELS)


@pytest.mark.parametrize("depth", [150, 198, 199, 200, 254, 1_000, 100_000])
def test_depth_before_the_type_is_left_to_the_contract(depth: int) -> None:
    """The quick reader passes over what stands before `type` to find it; nothing there may end a worker."""
    deep = b'{"x":' + b"[" * depth + b"]" * depth + b"," + orjson.dumps(PLAIN)[1:]
    for value in (deep, b"[" + deep + b"]"):
        assert read_quickly(value, None, None) is None
        assert reading_of(QUICK.read(None, value, None)) == reading_of(CONTRACT.read(None, value, None))


def test_what_lies_in_the_future_or_under_another_key_is_left_to_the_contract() -> None:
    """It alone refuses; and some of it, it takes."""
    value = orjson.dumps(PLAIN)
    (event,) = CONTRACT.read(None, value, None).events
    assert read_quickly(value, event.owner, event.seen) is not None
    assert read_quickly(value, event.owner, event.seen - 1) is None
    assert read_quickly(value, "another", event.seen) is None
    for now in (event.seen - 60_000, event.seen - 60_001, event.seen - DAY):
        assert reading_of(QUICK.read(None, value, now)) == reading_of(CONTRACT.read(None, value, now))
