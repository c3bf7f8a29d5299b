"""The ring of probes: for each hour, which of its minutes were probed and in which of them a probe failed.

Two bit masks of sixty bits an hour make a set: probes commute, and a probe seen twice changes nothing. Visits within
one minute count once, as the indicator asks for visits spaced over the day; a minute in which any visit got through
counts as reached.
"""

from bisect import bisect_left
from itertools import pairwise
from operator import sub
from struct import Struct
from typing import Any

from schemas.instants import HOUR, MINUTE

_ALL = (1 << 60) - 1
_NONE = (0, 0)
_DAY = 24 * 60


class Ring:
    """Hour number (since 1970, UTC) to (minutes with a successful probe, minutes with a failed one).

    In `lasts` the window keeps what it found out last of these probes: (minute, terms, result); a new probe clears it.
    """

    __slots__ = ("_days", "_failed", "_first", "_missed", "_open", "_packed", "_probed", "hours", "lasts", "newest")

    def __init__(self, hours: dict[int, tuple[int, int]] | None = None) -> None:
        self.hours: dict[int, tuple[int, int]] = hours if hours is not None else {}
        self.newest = max((_last_minute(hour, masks) for hour, masks in self.hours.items()), default=-1)
        self._days: tuple[int, int, list[tuple[int, int]]] | None = None
        self._open: tuple[tuple[tuple[int, int], ...], Ring] | None = None
        self.lasts: tuple[int, Any, int] | None = None
        self._sum_up()

    def add(self, time: int, *, failed: bool) -> bool:
        """Remember a probe; False if its minute says so already."""
        hour = time // HOUR
        bit = 1 << (time % HOUR // MINUTE)
        reached, missed = self.hours.get(hour, _NONE)
        if (missed if failed else reached) & bit:
            return False
        self.hours[hour] = (reached, missed | bit) if failed else (reached | bit, missed)
        self.newest = max(self.newest, time // MINUTE)
        self._change(hour)
        return True

    def without(self, closed: tuple[tuple[int, int], ...]) -> "Ring":
        """The probes outside of some minutes (from inclusive, to exclusive); made once until the next probe."""
        if self._open is None or self._open[0] != closed:
            masked = {hour: _masked(hour, masks, closed) for hour, masks in self.hours.items()}
            self._open = (closed, Ring({hour: masks for hour, masks in masked.items() if masks != _NONE}))
        return self._open[1]

    def days(self, last_minute: int, count: int) -> list[tuple[int, int]]:
        """(probed, failed) of each of so many days of 24 hours that end with a minute, the newest first.

        Whoever asks for the answer at an instant asks next how long it lasts, so they are kept until the next probe.
        """
        if self._days is not None and self._days[:2] == (last_minute, count):
            return self._days[2]
        edges = [self._before(last_minute + 1 - day * _DAY) for day in range(count + 1)]
        found = [(late[0] - early[0], late[1] - early[1]) for late, early in pairwise(edges)]
        self._days = (last_minute, count, found)
        return found

    def _before(self, minute: int) -> tuple[int, int]:
        """(probed, failed) of all minutes before one."""
        hour = minute // 60
        place = self._place(hour - 1)
        probed, failed = self._probed[place], self._failed[place]
        masks = self.hours.get(hour)
        if masks is None:
            return probed, failed
        mask = (1 << minute % 60) - 1
        reached, missed = masks[0] & mask, masks[1] & mask
        return probed + (reached | missed).bit_count(), failed + (missed & ~reached).bit_count()

    def _place(self, hour: int) -> int:
        """Where the running sums up to and including an hour stand."""
        if len(self._probed) * _HOUR.size <= len(self._packed):
            self._add_up()
        return min(max(hour - self._first + 1, 0), len(self._probed) - 1)

    def _sum_up(self) -> None:
        """Begin anew: the hours as they are written, and running sums of which nothing is known yet."""
        self._days = self.lasts = self._open = None
        self._missed = {hour: masks[1] for hour, masks in self.hours.items() if masks[1]}
        self._first = min(self.hours, default=0)
        self._probed, self._failed = [0], [0]
        span = range(self._first, max(self.hours, default=-1) + 1)
        self._packed = bytearray(b"".join(_HOUR.pack(self.hours.get(hour, _NONE)[0]) for hour in span))

    def _change(self, hour: int) -> None:
        """Write an hour anew; the running sums are known up to it, and made when they are asked for."""
        self._days = self.lasts = self._open = None
        place = hour - self._first
        if not 0 <= place < len(self._packed) // _HOUR.size + _FAR:
            self._sum_up()
            return
        reached, missed = self.hours[hour]
        if missed:
            self._missed[hour] = missed
        self._packed.extend(bytes(max(0, (place + 1) * _HOUR.size - len(self._packed))))
        _HOUR.pack_into(self._packed, place * _HOUR.size, reached)
        del self._probed[place + 1 :], self._failed[place + 1 :]

    def _add_up(self) -> None:
        """Carry the running sums on: one a known hour, after a nought."""
        for place in range(len(self._probed) - 1, len(self._packed) // _HOUR.size):
            probed, failed = _counted(self.hours.get(self._first + place, _NONE))
            self._probed.append(self._probed[place] + probed)
            self._failed.append(self._failed[place] + failed)

    def nth_probe(self, first_minute: int, n: int) -> int | None:
        """The n-th probed minute (from 1) from a minute on; None where there are fewer."""
        wanted = self._before(first_minute)[0] + n
        found = self._hour_of(self._probed, wanted)
        if found is None:
            return None
        reached, missed = self.hours[found]
        return found * 60 + _nth_bit(reached | missed, wanted - self._probed[found - self._first])

    def nth_failed(self, first_minute: int, n: int) -> int | None:
        """The n-th failed minute (from 1) from a minute on; None where there are fewer."""
        wanted = self._before(first_minute)[1] + n
        found = self._hour_of(self._failed, wanted)
        if found is None:
            return None
        reached, missed = self.hours[found]
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
        for hour in sorted(one for one in self.hours if one >= minute // 60):
            masks = self.hours[hour]
            later = (masks[0] | masks[1]) & _between(hour, minute + 1, self.newest)
            if later:
                return hour * HOUR + ((later & -later).bit_length() - 1) * MINUTE
        return None

    def forget_before(self, hour: int) -> None:
        """Drop the hours before one; the sums of the others stand, as only their differences count."""
        gone = hour - self._first
        for old in range(self._first, hour):
            self.hours.pop(old, None)
            self._missed.pop(old, None)
        if gone < 0 or gone >= len(self._probed) or hour not in self.hours:
            self._sum_up()
            return
        del self._probed[:gone], self._failed[:gone], self._packed[: gone * _HOUR.size]
        self._first = hour
        self._days = self.lasts = self._open = None

    def dump(self) -> list[Any]:
        """For the state record: the first hour, the reached minutes of each hour from it on, and the few missed ones.

        A site's state is written with every probe, so the many hours are kept ready as they are written.
        """
        return [self._first, bytes(self._packed), sorted(self._missed.items())]

    @classmethod
    def load(cls, record: list[Any]) -> "Ring":
        """A ring from its state record."""
        first, packed, missed = record
        hours = {first + place: (mask, 0) for place, (mask,) in enumerate(_HOUR.iter_unpack(packed)) if mask}
        for hour, mask in missed:
            hours[hour] = (hours.get(hour, (0, 0))[0], mask)
        return cls(hours)


#: An hour's minutes as sixty bits.
_HOUR = Struct("<Q")

#: A gap of more hours than this makes the running sums anew instead of filling it.
_FAR = 24


def _counted(masks: tuple[int, int]) -> tuple[int, int]:
    """(probed, failed) of an hour's masks: a minute in which any visit got through was reached."""
    reached, missed = masks
    return (reached | missed).bit_count(), (missed & ~reached).bit_count()


def _masked(hour: int, masks: tuple[int, int], closed: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """An hour's masks without the closed minutes."""
    mask = _ALL
    for starts, ends in closed:
        mask &= ~_between(hour, starts, ends - 1)
    return masks[0] & mask, masks[1] & mask


def _nth_bit(mask: int, n: int) -> int:
    """The place of the n-th set bit, from 1."""
    for _ in range(n - 1):
        mask &= mask - 1
    return (mask & -mask).bit_length() - 1


def _last_minute(hour: int, masks: tuple[int, int]) -> int:
    return hour * 60 + (masks[0] | masks[1]).bit_length() - 1


def _between(hour: int, first_minute: int, last_minute: int) -> int:
    """The bits of an hour from a minute to another, both inclusive."""
    low = max(first_minute - hour * 60, 0)
    high = min(last_minute - hour * 60, 59)
    return ((1 << (high + 1)) - 1) & ~((1 << low) - 1) & _ALL if low <= high else 0
