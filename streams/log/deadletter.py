"""Dead letters: the refused bytes as the record's value, everything else as JSON in the header `xuncha`."""

import hashlib
from typing import Any, NamedTuple

from schemas.deadletters import Refusal
from schemas.instants import to_text
from streams.log.intake import Refused
from streams.log.records import as_bytes
from streams.log.sender import Outgoing
from streams.topics import Name

HEADER = "xuncha"


class Place(NamedTuple):
    """Where a record lies."""

    topic: str
    partition: int
    offset: int
    key: bytes | None


def dead_letter(place: Place, refused: Refused, now: int | None, *, kept: bool = False) -> Outgoing:
    """The record for the dead-letter topic; the same input gives the same id."""
    ident = letter_id(place, refused.index)
    about = {
        "id": ident, "reason": refused.reason.value, "error": refused.error, "topic": place.topic,
        "partition": place.partition, "offset": place.offset, "index": refused.index, "size": len(refused.value),
        "key": place.key.decode(errors="replace") if place.key is not None else None, "kept": kept,
        "at": to_text(now or 0),
    }  # fmt: skip
    return Outgoing(Name.DEADLETTERS, ident.encode(), refused.value, headers=[(HEADER, as_bytes(about))])


def stranger_letter(place: Place, event: Any, now: int | None) -> Outgoing:
    """A note that nobody has registered the subject; the event itself is kept and judged once somebody does."""
    error = f"{event.subject!r} is not registered: register it; the event is kept and need not be sent again"
    value = event.model_dump_json(exclude_none=True).encode()
    refused = Refused(Refusal.UNKNOWN_SUBJECT, error, value, _number(event.id))
    return dead_letter(place, refused, now, kept=True)


def standing_letter(place: Place, owner: str, error: Exception, value: bytes | None, now: int | None) -> Outgoing:
    """A note that an owner's standing could not be reckoned after a record; what the record says is kept."""
    said = f"the standing of {owner!r} can't be reckoned: {error!r}"
    refused = Refused(Refusal.HANDLER_FAILED, said, value or b"", _number(f"standing of {owner}"))
    return dead_letter(place, refused, now, kept=True)


def letter_id(place: Place, index: int | None) -> str:
    """The id of a dead letter: its place, and which event of a batch."""
    text = f"{place.topic}/{place.partition}/{place.offset}/{'' if index is None else index}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _number(name: str) -> int:
    """A number that tells the letters about one record apart."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
