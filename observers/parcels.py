"""Events on their way into the log: each one sorted out by itself, then those of one owner laid together in a record.

A record of the observations' topic holds events of one owner, because its key is the owner. Only events that follow
each other are laid together: regrouping them would let one owner's time run ahead of another's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import orjson

from schemas.deadletters import Refusal

#: How much goes into one record: few enough events to fold in a moment, small enough for any broker's default limit.
LARGEST_COUNT = 200
LARGEST_BYTES = 500_000

_BETWEEN = 1  # a comma, or a bracket
_NESTED = "an array lies within the array: send one array of events"
_CONTROL = "ticks and checkpoints are not taken from outside: the worker and the office's own commands send them"


class Fault(Protocol):
    """Why something can't be taken (`streams.log.intake.Refused`)."""

    reason: Refusal
    error: str


class Reading(Protocol):
    """What a reader makes of an event's bytes (`streams.log.intake.Reading`)."""

    @property
    def events(self) -> list[Any]:
        """The sound ones."""

    @property
    def refused(self) -> Sequence[Fault]:
        """The others."""

    @property
    def control(self) -> object | None:
        """Time as data, if that is what it was."""


#: Bytes of one event in, what it is out. `lambda value: gate.read(None, value, now)` is one.
Read = Callable[[bytes], Reading]


class Item(NamedTuple):
    """One event's bytes; `place` tells the sender which one it is."""

    place: int
    value: bytes


class Taken(NamedTuple):
    """A sound event."""

    place: int
    owner: str
    value: bytes


class Rejected(NamedTuple):
    """An event that is not taken, with what its sender has to mend."""

    place: int
    reason: Refusal
    error: str
    value: bytes

    @property
    def event_id(self) -> str | None:
        """The id it gives itself; None where it gives none that could be read."""
        try:
            plain = orjson.loads(self.value)
        except orjson.JSONDecodeError:
            return None
        found = plain.get("id") if isinstance(plain, dict) else None
        return found if isinstance(found, str) else None


@dataclass(slots=True)
class Sorted:
    """Events by whether they can be taken, each in the order in which they came."""

    taken: list[Taken] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class Parcel(NamedTuple):
    """A record for the observations' topic: its key (the owner), its value, how many events it holds."""

    key: bytes
    value: bytes
    events: int


def sort_out(items: Iterable[Item], read: Read) -> Sorted:
    """Read each event by itself, so that a bad one spoils no other."""
    out = Sorted()
    for item in items:
        one = _sort(item, read)
        if isinstance(one, Taken):
            out.taken.append(one)
        else:
            out.rejected.append(one)
    return out


def _sort(item: Item, read: Read) -> Taken | Rejected:
    if item.value.lstrip()[:1] == b"[":
        return Rejected(item.place, Refusal.WRONG_SHAPE, _NESTED, item.value)
    reading = read(item.value)
    if reading.control is not None:
        return Rejected(item.place, Refusal.UNKNOWN_TYPE, _CONTROL, item.value)
    if reading.refused:
        return Rejected(item.place, reading.refused[0].reason, reading.refused[0].error, item.value)
    return Taken(item.place, reading.events[0].owner, item.value)


def parcels(
    events: Iterable[tuple[str, bytes]], largest_count: int = LARGEST_COUNT, largest_bytes: int = LARGEST_BYTES
) -> Iterator[Parcel]:
    """Lay (owner, event) pairs into records, in order: a new one where the owner changes or a limit is reached.

    An event that is larger than `largest_bytes` travels alone.
    """
    owner, values, size = "", list[bytes](), _BETWEEN
    for next_owner, value in events:
        full = len(values) >= largest_count or size + len(value) + _BETWEEN > largest_bytes
        if values and (full or next_owner != owner):
            yield _parcel(owner, values)
            values, size = [], _BETWEEN
        owner = next_owner
        values.append(value)
        size += len(value) + _BETWEEN
    if values:
        yield _parcel(owner, values)


def _parcel(owner: str, values: list[bytes]) -> Parcel:
    whole = values[0] if len(values) == 1 else b"[" + b",".join(values) + b"]"
    return Parcel(owner.encode(), whole, len(values))
