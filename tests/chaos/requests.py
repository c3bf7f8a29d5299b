"""Where requests begin and end in the bytes that a Kafka client sends, and which of them are writes."""

from collections.abc import Iterator
from typing import NamedTuple

#: Of a request: its size (four bytes, not counting themselves), then what it asks for (two bytes).
_SIZE, _HEAD = 4, 6
#: Kafka's number of the request Produce.
_PRODUCE = 0


class Piece(NamedTuple):
    """Some bytes of one request; whether a write begins or ends with them."""

    data: bytes
    begins: bool
    ends: bool


class Requests:
    """Takes one connection's bytes as they come."""

    def __init__(self) -> None:
        self._head = b""  # of a request that has just begun, while too little of it is there
        self._left = 0
        self._writes = False

    def cut(self, chunk: bytes) -> Iterator[Piece]:
        """The bytes in pieces, none of which is of two requests; a head is kept until it is whole."""
        data, self._head = self._head + chunk, b""
        while data:
            begins = not self._left
            if begins and len(data) < _HEAD:
                self._head = data
                return
            if begins:
                self._left = _SIZE + int.from_bytes(data[:_SIZE])
                self._writes = int.from_bytes(data[_SIZE:_HEAD]) == _PRODUCE
            piece, data = data[: self._left], data[self._left :]
            self._left -= len(piece)
            yield Piece(piece, begins and self._writes, self._writes and not self._left)
