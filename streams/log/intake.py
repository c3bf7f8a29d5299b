"""The trust boundary: a Kafka record's bytes in, events out, each refusal with a named reason.

A record holds one CloudEvent or a JSON array of them. One bad event of an array is refused alone; the others are taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError

from schemas.control import CONTROL, CheckpointReached, Tick
from schemas.deadletters import Refusal
from schemas.instants import SECOND, to_ms, to_text
from schemas.observations import MANY, ONE
from streams.log.quick import read_quickly
from streams.log.subjects import misfit

_CONTROL_MARK = b'"xuncha.'


@dataclass(slots=True)
class Refused:
    """One event, or a whole record (`index` None), that can't be taken."""

    reason: Refusal
    error: str
    value: bytes
    index: int | None = None


@dataclass(slots=True)
class Reading:
    """What a record holds."""

    events: list[Any] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # of the events in the record, where some were refused before
    refused: list[Refused] = field(default_factory=list)
    control: Tick | CheckpointReached | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """What is let through: the largest record (bytes) and how far ahead of `now` an event may have been seen.

    With `own` also what a partition sends on to another; of anybody else it would be folded nowhere.
    """

    largest: int
    future_ms: int = 60 * SECOND
    own: bool = False
    quick: bool = True  # ask the quick reader first; it makes no difference to what is read (tests/laws)

    def read(self, key: bytes | None, value: bytes | None, now: int | None) -> Reading:
        """Read a record; `now` (ms UTC) is None where time is played from the past."""
        value = value or b""
        if len(value) > self.largest:
            error = f"the record has {len(value)} bytes, the limit is {self.largest}: send smaller batches"
            return Reading(refused=[Refused(Refusal.TOO_LARGE, error, value)])
        if _CONTROL_MARK in value[:400] and (control := _control(value)) is not None:
            fault = _clock_fault(to_ms(control.data.at), self._latest(now))
            return Reading(refused=[Refused(*fault, value)]) if fault else Reading(control=control)
        expected = key.decode(errors="replace") if key is not None else None
        if self.quick and (events := read_quickly(value, expected, self._latest(now))) is not None:
            return Reading(events)
        reading = _validate(value)
        self._check(reading, expected, self._latest(now))
        return reading

    def _latest(self, now: int | None) -> int | None:
        return None if now is None else now + self.future_ms

    def _check(self, reading: Reading, expected: str | None, latest: int | None) -> None:
        taken = []
        for index, event in enumerate(reading.events):
            fault = _fault(event, expected, latest)
            if event.type in _SENT_ON and not self.own:
                fault = fault or (Refusal.UNKNOWN_TYPE, _SENT_ON[event.type])
            if fault is None:
                taken.append(event)
            else:
                bytes_of = event.model_dump_json(exclude_none=True).encode()
                reading.refused.append(Refused(*fault, bytes_of, reading.places[index] if reading.places else index))
        reading.events = taken


def _fault(event: Any, key: str | None, latest: int | None) -> tuple[Refusal, str] | None:
    """The first of what is wrong with a sound event's place, time and subject."""
    if key is not None and event.owner != key:
        return _key_fault(event, key)
    if latest is not None and (event.at > latest or event.seen > latest) and not _planned(event, latest):
        return Refusal.FUTURE_TIME, f"{event.time.isoformat()} is in the future: set the sender's clock, then resend"
    error = misfit(event.type, event.subject)
    return None if error is None else (Refusal.WRONG_SUBJECT, error)


def _key_fault(event: Any, key: str) -> tuple[Refusal, str]:
    return Refusal.WRONG_KEY, f"the record's key is {key!r}, but the event's subject belongs to {event.owner!r}"


#: What is made of an account's own events, and what to send instead.
_SENT_ON = {
    "account.held": "account.held is sent on by Xuncha itself: send account.registered or account.transferred",
    "account.released": "account.released is sent on by Xuncha itself: send account.closed or account.transferred",
}


#: What may be announced beforehand: it is seen now and true later.
_PLANNED = frozenset({"registered", "transferred", "closed", "granted", "filed"})


def _planned(event: Any, latest: int) -> bool:
    return event.observedtime is not None and event.seen <= latest and event.type.rpartition(".")[2] in _PLANNED


def _clock_fault(at: int, latest: int | None) -> tuple[Refusal, str] | None:
    """Time that has not come yet would break every rule at once, and nothing takes a partition's clock back."""
    if latest is None or at <= latest:
        return None
    return Refusal.FUTURE_TIME, f"it says that it is {to_text(at)}, which has not come yet: set the sender's clock"


def _control(value: bytes) -> Tick | CheckpointReached | None:
    try:
        return CONTROL.validate_json(value)
    except ValidationError:
        return None  # an ordinary event that speaks of xuncha; it is read, or refused, as one


def _validate(value: bytes) -> Reading:
    try:
        if value.lstrip()[:1] == b"[":
            return Reading(events=MANY.validate_json(value))
        return Reading(events=[ONE.validate_json(value)])
    except ValidationError as error:
        return _one_by_one(value, error)


def _one_by_one(value: bytes, error: ValidationError) -> Reading:
    """Find the events of a faulty record that are sound."""
    try:
        raw = orjson.loads(value)
    except orjson.JSONDecodeError as problem:
        return Reading(refused=[Refused(Refusal.NOT_JSON, f"not JSON: {problem}", value)])
    if not isinstance(raw, list):
        return Reading(refused=[Refused(_reason(raw, error), _explain(error), value)])
    reading = Reading()
    for index, item in enumerate(raw):
        _read_item(index, item, value, reading)
    return reading


def _read_item(index: int, item: Any, whole: bytes, reading: Reading) -> None:
    try:
        value = orjson.dumps(item)
    except orjson.JSONEncodeError as error:  # it reads to a greater depth than it writes
        fault = Refused(Refusal.WRONG_SHAPE, f"can't be taken apart ({error}): nest less deeply", whole, index)
        reading.refused.append(fault)
        return
    try:
        reading.events.append(ONE.validate_json(value))
        reading.places.append(index)
    except ValidationError as error:
        reading.refused.append(Refused(_reason(item, error), _explain(error), value, index))


def _reason(raw: Any, error: ValidationError) -> Refusal:
    kinds = {(fault["type"], str(fault["loc"][-1]) if fault["loc"] else "") for fault in error.errors()}
    names = {kind for kind, _ in kinds}
    if isinstance(raw, dict) and raw.get("specversion", "1.0") != "1.0":
        return Refusal.UNKNOWN_VERSION
    if any(where == "dataschema" for _, where in kinds):
        return Refusal.UNKNOWN_VERSION
    if "union_tag_invalid" in names:
        return Refusal.UNKNOWN_TYPE
    return Refusal.NAIVE_TIME if "timezone_aware" in names else Refusal.WRONG_SHAPE


def _explain(error: ValidationError) -> str:
    """The faults in one line: where, and what was expected."""
    return "; ".join(_faults(error))[:1000]


def _faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False)[:5]:
        where = ".".join(str(part) for part in fault["loc"]) or "event"
        yield f"{where}: {fault['msg']}"
