"""The ring of probes: for each hour, which of its minutes were probed and in which of them a probe failed.

Two bit masks of sixty bits an hour make a set: probes commute, and a probe seen twice changes nothing. Visits within
one minute count once, as the indicator asks for visits spaced over the day; a minute in which any visit got through
counts as reached.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import sub
from typing import Any

from schemas.instants import HOUR, MINUTE

_ALL = (1 << 60) - 1
_DAY = 24 * 60
_NONE = (0, 0)


class Ring:
    """Of each hour from the first known one on (numbered since 1970, UTC) the minutes that were reached; few missed.

    In `lasts` the window keeps what it found out last of these probes: (minute, terms, result); a new probe clears it.
    """

    __slots__ = ("_days", "_failed", "_first", "_missed", "_open", "_probed", "_reached", "lasts", "newest")

    def __init__(self, first: int = 0, reached: Iterable[int] = (), missed: dict[int, int] | None = None) -> None:
        self._first = first
        self._reached = array("Q", reached)
        self._missed: dict[int, int] = missed if missed is not None else {}  # by hour
        self.newest = self._last_minute()
        self.lasts: tuple[int, Any, int] | None = None
        self._days: tuple[int, int, list[tuple[int, int]]] | None = None
        self._open: tuple[tuple[tuple[int, int], ...], Ring] | None = None
        self._probed, self._failed = [0], [0]  # running sums, made when they are asked for

    def __len__(self) -> int:
        """The hours from the first probe to the last."""
        return len(self._reached)

    def add(self, time: int, *, failed: bool) -> bool:
        """Remember a probe; False if its minute says so already."""
        hour = time // HOUR
        place = hour - self._first
        if not 0 <= place < len(self._reached):
            place = self._make_room(hour)
        bit = 1 << (time % HOUR // MINUTE)
        if (self._missed.get(hour, 0) if failed else self._reached[place]) & bit:
            return False
        if failed:
            self._missed[hour] = self._missed.get(hour, 0) | bit
        else:
            self._reached[place] |= bit
        self.newest = max(self.newest, time // MINUTE)
        self._days = self.lasts = self._open = None
        if len(self._probed) > place + 1:
            del self._probed[place + 1 :], self._failed[place + 1 :]
        return True

    def _make_room(self, hour: int) -> int:
        """Where an hour outside of the known ones stands; those between hold nothing."""
        if not self._reached:
            self._first = hour
        if hour < self._first:
            self._reached = _nothing(self._first - hour) + self._reached
            self._first = hour
            self._forget_sums()
        self._reached.extend(_nothing(hour - self._first + 1 - len(self._reached)))
        return hour - self._first

    def _masks(self, hour: int) -> tuple[int, int]:
        """(minutes reached, minutes missed) of an hour."""
        place = hour - self._first
        reached = self._reached[place] if 0 <= place < len(self._reached) else 0
        return reached, self._missed.get(hour, 0)

    def without(self, closed: tuple[tuple[int, int], ...]) -> "Ring":
        """The probes outside of some minutes (from inclusive, to exclusive); made once until the next probe."""
        if self._open is None or self._open[0] != closed:
            reached = [mask & _outside(hour, closed) for hour, mask in enumerate(self._reached, self._first)]
            missed = {hour: mask & _outside(hour, closed) for hour, mask in self._missed.items()}
            self._open = (closed, Ring(self._first, reached, missed))
        return self._open[1]

    def days(self, last_minute: int, count: int) -> list[tuple[int, int]]:
        """(probed, failed) of each of so many days of 24 hours that end with a minute, the newest first.

        Whoever asks for the answer at an instant asks next how long it lasts, so they are kept until the next probe.
        """
        if self._days is not None and self._days[:2] == (last_minute, count):
            return self._days[2]
        edges = list(self._edges(last_minute + 1, count))
        found = [(late[0] - early[0], late[1] - early[1]) for late, early in pairwise(edges)]
        self._days = (last_minute, count, found)
        return found

    def _edges(self, minute: int, count: int) -> Iterator[tuple[int, int]]:
        """(probed, failed) of all minutes before one, and before the same minute of so many days back."""
        hour, more = divmod(minute, 60)
        mask, latest = (1 << more) - 1, self._place(hour - 1)
        place, last = hour - self._first, len(self._reached)
        for _ in range(count + 1):
            at = min(max(place, 0), latest)
            probed, failed = self._probed[at], self._failed[at]
            if more and 0 <= place < last:
                reached, missed = self._reached[place] & mask, self._missed.get(place + self._first, 0) & mask
                probed, failed = probed + (reached | missed).bit_count(), failed + (missed & ~reached).bit_count()
            yield probed, failed
            place -= 24

    def _before(self, minute: int) -> tuple[int, int]:
        """(probed, failed) of all minutes before one."""
        return next(self._edges(minute, 0))

    def _place(self, hour: int) -> int:
        """Where the running sums up to and including an hour stand."""
        if len(self._probed) <= len(self._reached):
            self._add_up()
        return min(max(hour - self._first + 1, 0), len(self._probed) - 1)

    def _forget_sums(self) -> None:
        """Know nothing of the running sums."""
        self._days = self.lasts = self._open = None
        self._probed, self._failed = [0], [0]

    def _add_up(self) -> None:
        """Carry the running sums on: one an hour, after a nought."""
        probed, failed = self._probed[-1], self._failed[-1]
        known = len(self._probed) - 1
        for hour, reached in enumerate(self._reached[known:], self._first + known):
            missed = self._missed.get(hour, 0)
            probed += (reached | missed).bit_count()
            failed += (missed & ~reached).bit_count()
            self._probed.append(probed)
            self._failed.append(failed)

    def nth_probe(self, first_minute: int, n: int) -> int | None:
        """The n-th probed minute (from 1) from a minute on; None where there are fewer."""
        wanted = self._before(first_minute)[0] + n
        found = self._hour_of(self._probed, wanted)
        if found is None:
            return None
        reached, missed = self._masks(found)
        return found * 60 + _nth_bit(reached | missed, wanted - self._probed[found - self._first])

    def nth_failed(self, first_minute: int, n: int) -> int | None:
        """The n-th failed minute (from 1) from a minute on; None where there are fewer."""
        wanted = self._before(first_minute)[1] + n
        found = self._hour_of(self._failed, wanted)
        if found is None:
            return None
        reached, missed = self._masks(found)
        return found * 60 + _nth_bit(missed & ~reached, wanted - self._failed[found - self._first])

    def _hour_of(self, sums: list[int], wanted: int) -> int | None:
        """The hour with which running sums reach a number."""
        place = bisect_left(sums, wanted)
        return None if place == len(sums) else self._first + place - 1

    def least_of_days(self, first_minute: int, last_minute: int) -> int:
        """So many probes at least lie in each day of 24 hours that ends between two minutes, both inclusive.

        Counted by whole hours, of which such a day holds twenty-three: a lower bound.
        """
        begin, end = first_minute // 60 - 24, last_minute // 60 - 1
        if self._place(begin) != begin - self._first + 1:
            return 0
        known = self._probed[begin - self._first + 1 :]
        known += known[-1:] * (end - begin + 1 - len(known))
        least: int = min(map(sub, known[23 : end - begin + 1], known))
        return least

    def next_probe(self, at: int) -> int | None:
        """The start of the first probed minute after an instant."""
        minute = at // MINUTE
        if self.newest <= minute:
            return None
        for hour in range(max(minute // 60, self._first), self._first + len(self._reached)):
            reached, missed = self._masks(hour)
            later = (reached | missed) & _between(hour, minute + 1, self.newest)
            if later:
                return hour * HOUR + ((later & -later).bit_length() - 1) * MINUTE
        return None

    def forget_before(self, hour: int) -> None:
        """Drop the hours before one, and those that follow empty; only differences of the others' sums count."""
        known = range(max(hour, self._first), self._first + len(self._reached))
        hour = next((one for one in known if self._masks(one) != _NONE), hour)
        gone = hour - self._first
        if gone <= 0:
            return
        self._reached = self._reached[gone:]
        self._missed = {one: mask for one, mask in self._missed.items() if one >= hour}
        self._first = hour
        self._days = self.lasts = self._open = None
        if gone >= len(self._probed):
            self._forget_sums()
            return
        del self._probed[:gone], self._failed[:gone]

    def _last_minute(self) -> int:
        last = self._first + len(self._reached) - 1
        reached, missed = self._masks(last)
        return last * 60 + (reached | missed).bit_length() - 1 if self._reached else -1

    def dump(self) -> list[Any]:
        """For the state record: the first hour, the reached minutes of each hour from it on, and the few missed ones.

        Eight bytes an hour, the lowest first; a site's state is written with every probe, and they lie ready.
        """
        return [self._first, _ordered(self._reached).tobytes(), sorted(self._missed.items())]

    @classmethod
    def load(cls, record: list[Any]) -> "Ring":
        """A ring from its state record."""
        first, packed, missed = record
        reached = array("Q")
        reached.frombytes(packed)
        return cls(first, _ordered(reached), dict(missed))


def _nothing(hours: int) -> "array[int]":
    return array("Q", bytes(8 * max(0, hours)))


def _ordered(hours: "array[int]") -> "array[int]":
    """Into the order of bytes that is written, or out of it."""
    if sys.byteorder == "little":
        return hours
    swapped = array("Q", hours)
    swapped.byteswap()
    return swapped


def _outside(hour: int, closed: tuple[tuple[int, int], ...]) -> int:
    """The minutes of an hour that are not closed."""
    mask = _ALL
    for starts, ends in closed:
        mask &= ~_between(hour, starts, ends - 1)
    return mask


def _nth_bit(mask: int, n: int) -> int:
    """The place of the n-th set bit, from 1."""
    for _ in range(n - 1):
        mask &= mask - 1
    return (mask & -mask).bit_length() - 1


def _between(hour: int, first_minute: int, last_minute: int) -> int:
    """The bits of an hour from a minute to another, both inclusive."""
    low = max(first_minute - hour * 60, 0)
    high = min(last_minute - hour * 60, 59)
    return ((1 << (high + 1)) - 1) & ~((1 << low) - 1) & _ALL if low <= high else 0
