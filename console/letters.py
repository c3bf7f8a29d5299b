"""Dead letters as they lie in their topic: the refused bytes as the record's value, all else in a header."""

import base64
from typing import Any, NamedTuple

import orjson

from console.topic_reader import Record, open_topic
from schemas.deadletters import DeadLetter, Refusal
from schemas.errors import InputError
from streams.log.deadletter import HEADER
from streams.settings import Settings
from streams.topics import Name

_ABBREVIATED = 12


class Letter(NamedTuple):
    """A dead letter and the bytes it is about."""

    about: DeadLetter
    raw: bytes

    def shown(self) -> dict[str, Any]:
        """As JSON: the bytes as text, where they are text, else in base64 under `value`."""
        plain = self.about.model_dump(mode="json", exclude={"value"})
        try:
            return plain | {"text": self.raw.decode()}
        except UnicodeDecodeError:
            return plain | {"value": self.about.value}


def letter_of(record: Record) -> Letter | None:
    """The letter in a record; None where it lacks our header, so that it is none of ours."""
    about = dict(record.headers).get(HEADER)
    if about is None:
        return None
    raw = record.value or b""
    value = base64.b64encode(raw).decode()
    return Letter(DeadLetter.model_validate(orjson.loads(about) | {"value": value}), raw)


async def read_letters(settings: Settings, reason: Refusal | None = None) -> dict[str, Letter]:
    """All letters by id, oldest first; one that was written twice stands once.

    Raises:
        BrokerError: the broker can't be reached.

    """
    found: dict[str, Letter] = {}
    async with open_topic(settings, Name.DEADLETTERS) as reader:
        async for record in reader.to_end():
            letter = letter_of(record)
            if letter is not None and reason in {None, letter.about.reason}:
                found[letter.about.id] = letter
    return found


def pick(letters: dict[str, Letter], wanted: str) -> Letter:
    """The letter of an id, or of its beginning where that names only one.

    Raises:
        InputError: there is none, or more than one.

    """
    return letters[resolve(wanted, letters, "dead letter", "xuncha deadletter list")]


def resolve(wanted: str, known: dict[str, Any], what: str, listing: str) -> str:
    """The id that `wanted` is, or is the beginning of.

    Raises:
        InputError: none begins so, or more than one.

    """
    if wanted in known:
        return wanted
    found = [one for one in known if wanted and one.startswith(wanted)]
    if not found:
        raise InputError(f"there is no {what} {wanted!r}: see `{listing}`")
    if len(found) > 1:
        some = ", ".join(one[:_ABBREVIATED] for one in found[:5])
        raise InputError(f"{wanted!r} is the beginning of {len(found)} ids ({some} …): write more of it")
    return found[0]
