"""Which record of a key is the newest in a compacted topic, whatever came last.

What a worker sends may lie in the network until others have replaced it and gone on, and stand behind newer records
when it comes (docs/decisions/0007-order-in-compacted-topics.md). So each record of such a topic says its own order in
a header: numbers that follow from what it was made of, the same whoever makes it. The greatest is the newest.
"""

from collections import OrderedDict
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from streams.log.lane import Headers

#: The header that says a record's order: decimal numbers with dots between, compared one after the other.
HEADER = "xuncha-order"
#: The keys of a partition whose newest record is known: as many as were written last. What comes late comes soon, and
#: memory has to have an end.
REMEMBERED = 50_000

Order: TypeAlias = tuple[int, ...]


class Turn(StrEnum):
    """How a record stands to those of its key before it."""

    FIRST = "first"  # none is known
    NEWER = "newer"
    AGAIN = "again"  # of the same order: the same, once more
    LATE = "late"  # a newer one came before it
    UNORDERED = "unordered"  # it says nothing: an operator's, or an older version's; it counts as it came


class _Known(NamedTuple):
    order: Order
    offset: int


class Newest:
    """The newest record of each key, by its order and its place; takes records as they lie in the topic."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        #: Keys whose last record is not their newest, and where the newest lies.
        self.hidden: dict[bytes, int] = {}

    def take(self, key: bytes, order: Order | None, offset: int) -> Turn:
        """Take the next record."""
        known = self._known.pop(key, None)
        self.hidden.pop(key, None)
        turn = _turn(known, order)
        if turn is Turn.LATE and known is not None:
            self.hidden[key] = known.offset
            self._keep(key, known)
        elif order is not None:
            self._keep(key, _Known(order, offset))
        return turn

    def _keep(self, key: bytes, known: _Known) -> None:
        self._known[key] = known
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)


def _turn(known: _Known | None, order: Order | None) -> Turn:
    if order is None:
        return Turn.UNORDERED
    if known is None:
        return Turn.FIRST
    if order < known.order:
        return Turn.LATE
    return Turn.NEWER if order > known.order else Turn.AGAIN


def ordered(*numbers: int) -> Headers:
    """The headers of a record of this order."""
    return ((HEADER, ".".join(map(str, numbers)).encode()),)


def is_late(known: Order | None, order: Order | None) -> bool:
    """Whether a record is older than one that is known; who says no order is not."""
    return known is not None and order is not None and order < known


def order_of(headers: Iterable[tuple[str, bytes]]) -> Order | None:
    """The order that a record says; None where it says none that can be read."""
    for name, value in headers:
        if name == HEADER:
            numbers = value.split(b".")
            return tuple(map(int, numbers)) if all(one.isdigit() for one in numbers) else None
    return None
