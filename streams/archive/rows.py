"""A Kafka record taken apart: one row for each of its sound events, with the very bytes in which it came."""

from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from schemas.instants import DAY, HOUR, to_datetime
from streams.log.intake import Gate, Reading
from streams.log.source import Message


class Row(NamedTuple):
    """One event; the fields are the archive's columns, instants in ms UTC."""

    id: str
    source: str
    type: str
    subject: str
    owner: str
    time: int
    observedtime: int | None
    partition: int
    offset: int
    place: int  # in the record, where that holds an array
    value: str

    @property
    def seen(self) -> int:
        """When somebody saw it."""
        return self.time if self.observedtime is None else self.observedtime

    @property
    def day(self) -> str:
        """The day in Beijing on which somebody saw it."""
        return _day((self.seen + _BEIJING) // DAY)


#: Midnight in Beijing comes so much earlier (ms) than in Greenwich.
_BEIJING: Final = 8 * HOUR


@lru_cache(maxsize=4_096)
def _day(number: int) -> str:
    """A day's name by its number since 1970-01-01."""
    return to_datetime(number * DAY - _BEIJING).date().isoformat()


_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode


def rows_of(message: Message, gate: Gate, *, live: bool = True) -> list[Row]:
    """The sound events of a record; what is refused is the dead letters' business, and ticks are nobody's facts.

    An event of the future is refused by when its record came, as the workers do: an archive that is slow or quick comes
    out the same, and holds what they folded. Where they play the past (`live` is False) there is no future.
    """
    reading = gate.read(message.key, message.value, message.came if live else None)
    if not reading.events:
        return []
    whole = (message.value or b"").strip()
    if whole[:1] != b"[":
        return [_row(reading.events[0], message, 0, whole)]
    parts = _parts(whole, reading)
    return [_row(event, message, place, parts[place]) for place, event in _placed(reading)]


def _placed(reading: Reading) -> list[tuple[int, Any]]:
    """The events of an array with their places: those that were not refused, in order."""
    refused = {one.index for one in reading.refused}
    places = (place for place in range(len(reading.events) + len(refused)) if place not in refused)
    return list(zip(places, reading.events, strict=True))


def _parts(whole: bytes, reading: Reading) -> dict[int, bytes]:
    """The bytes of each event of an array, as they stand there."""
    try:
        return {place: bytes(raw).strip() for place, raw in enumerate(_elements(whole))}
    except msgspec.DecodeError:  # pydantic reads what is no JSON to the letter, as NaN in an extension attribute
        return {place: event.model_dump_json(exclude_none=True).encode() for place, event in _placed(reading)}


def _row(event: Any, message: Message, place: int, value: bytes) -> Row:
    seen = None if event.observedtime is None else event.seen
    return Row(
        event.id, event.source, event.type, event.subject, event.owner, event.at, seen,
        message.partition, message.offset, place, value.decode(),
    )  # fmt: skip
