"""Instants out of RFC 3339 texts, quickly: the contract reads each minute and each second once, and they are added.

An event has two instants, and a datetime costs more to make and to reckon with than all the rest of the event, while
most events of a record lie within few minutes. Only the form that most clocks write is taken; for all else, and for
what the contract does not take, `Unusual` is raised, and the contract has to decide on the whole.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from schemas.envelope import EARLIEST, LATEST, Moment
from schemas.instants import to_ms

T = TypeVar("T")
MOST_KNOWN = 65_536


class Unusual(Exception):
    """Not for the quick reader; it may well be sound."""


class Known(dict[str, T], Generic[T]):
    """What texts were read as. It begins anew when it is full: cheaper than to know which of them are old."""

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T:
        if len(self) >= MOST_KNOWN:
            self.clear()
        found = self[text] = self._read(text)
        return found


_CONTRACT: TypeAdapter[datetime] = TypeAdapter(Moment)
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:", re.ASCII)
_REST = re.compile(r"\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_FINEST = 6  # digits of a fraction; what the contract makes of more is its affair
_A_MINUTE = "2000-01-01T00:00:"
_DAY = timedelta(days=1)


def read_moment(text: str) -> datetime:
    """A text as the contract's datetime.

    Raises:
        Unusual: the contract takes no such moment.

    """
    try:
        return _CONTRACT.validate_python(text)
    except ValidationError as error:
        raise Unusual(text) from error


def _read_minute(text: str) -> int:
    """`2024-02-29T18:00:`, as if it were UTC, in ms. A day from the bounds, no offset leads beyond them."""
    moment = read_moment(text + "00Z") if _MINUTE.fullmatch(text) else EARLIEST
    if not EARLIEST + _DAY <= moment < LATEST - _DAY:
        raise Unusual(text)
    return to_ms(moment)


def _read_rest(text: str) -> int:
    """`59+08:00`: what it adds to its minute as UTC, in ms."""
    if _REST.fullmatch(text) is None:
        raise Unusual(text)
    return to_ms(read_moment(_A_MINUTE + text)) - _read_minute(_A_MINUTE)


class _Rests(Known[int]):
    """Fractions of a second are too many to be known; those of a millisecond are cut off."""

    def __missing__(self, text: str) -> int:
        if text[2:3] != ".":
            return super().__missing__(text)
        end = -1 if text[-1] == "Z" else -len("+08:00")
        fraction = text[3:end]
        if not (fraction.isdecimal() and fraction.isascii() and len(fraction) <= _FINEST):
            raise Unusual(text)
        return self[text[:2] + text[end:]] + int(fraction[:3].ljust(3, "0"))


#: An instant (ms UTC) is MINUTES[text[:SPLIT]] + RESTS[text[SPLIT:]]; each may raise `Unusual`.
SPLIT = len(_A_MINUTE)
MINUTES = Known(_read_minute)
RESTS = _Rests(_read_rest)
