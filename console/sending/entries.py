"""Events in a file: one document, an array, or one after the other (JSON lines); each with the line it begins on."""

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Final, NamedTuple

_SPACE: Final = re.compile(r"[\s\ufeff]*")
_DECODER: Final = JSONDecoder()


class Entry(NamedTuple):
    """One event as it stands in its file, and the line it begins on."""

    line: int
    value: bytes


class Unreadable(NamedTuple):
    """What is no JSON: from which line, why, and the bytes."""

    line: int
    error: str
    value: bytes


def read_entries(content: bytes) -> Iterator[Entry | Unreadable]:
    """Every event of a file, in order; what can't be read is told, and reading goes on with the next line."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        yield Unreadable(line, f"not UTF-8: its byte {error.start} is {content[error.start]:#04x}", content)
        return
    yield from _Reader(text).documents()


class _Reader:
    """Reads a text from front to back; `_at` is how far it has come."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted_to, self._line = 0, 1

    def documents(self) -> Iterator[Entry | Unreadable]:
        """One document after the other; an array's events are taken out of it."""
        while self._next() != "":
            began = self._at
            try:
                if self._next() == "[":
                    yield from self._array()
                else:
                    yield self._one()
            except JSONDecodeError as error:
                yield self._unreadable(began, f"{error.msg} (line {error.lineno}, {error.colno})")
            except RecursionError:
                yield self._unreadable(began, "nested too deeply")

    def _array(self) -> Iterator[Entry]:
        self._at += 1
        while self._next() != "]":
            yield self._one()
            if self._next() == ",":
                self._at += 1
            elif self._next() != "]":
                raise JSONDecodeError("Expecting ',' delimiter", self._text, self._at)
        self._at += 1

    def _one(self) -> Entry:
        self._next()
        began = self._at
        _, self._at = _DECODER.raw_decode(self._text, began)
        return Entry(self._line_of(began), self._text[began : self._at].encode())

    def _next(self) -> str:
        """The next character that is no white space, empty at the end; `_at` is there."""
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _unreadable(self, began: int, why: str) -> Unreadable:
        """Tell of a fault, and pass over its line."""
        at = max(self._at, began)
        end = self._text.find("\n", at)
        self._at = len(self._text) if end < 0 else end + 1
        value = self._text[at : self._at].strip().encode()
        return Unreadable(self._line_of(at), f"not JSON: {why}", value)

    def _line_of(self, at: int) -> int:
        """Counted on from the last time it was asked for, since places only grow."""
        self._line += self._text.count("\n", self._counted_to, at)
        self._counted_to = at
        return self._line
