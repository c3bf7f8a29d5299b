"""The ring of probes: for each hour, which of its minutes were probed and in which of them a probe failed.

Two bit masks of sixty bits an hour make a set: probes commute, and a probe seen twice changes nothing. Visits within
one minute count once, as the indicator asks for visits spaced over the day; a minute in which any visit got through
counts as reached.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from struct import Struct
from typing import Any

from schemas.instants import HOUR, MINUTE

_ALL = (1 << 60) - 1
_DAY = 24 * 60


class Ring:
    """Hour number (since 1970, UTC) to (minutes with a successful probe, minutes with a failed one).

    In `lasts` the window keeps what it found out last of these probes: (minute, terms, result); a new probe clears it.
    """

    __slots__ = ("_days", "_failed", "_first", "_missed", "_packed", "_probed", "hours", "lasts", "newest")

    def __init__(self, hours: dict[int, tuple[int, int]] | None = None) -> None:
        self.hours: dict[int, tuple[int, int]] = hours if hours is not None else {}
        self.newest = max((_last_minute(hour, masks) for hour, masks in self.hours.items()), default=-1)
        self._days: tuple[int, int, list[tuple[int, int]]] | None = None
        self.lasts: tuple[int, Any, int] | None = None
        self._sum_up()

    def add(self, time: int, *, failed: bool) -> bool:
        """Remember a probe; False if its minute says so already."""
        hour = time // HOUR
        bit = 1 << (time % HOUR // MINUTE)
        before = self.hours.get(hour, (0, 0))
        now = (before[0], before[1] | bit) if failed else (before[0] | bit, before[1])
        if now == before:
            return False
        self.hours[hour] = now
        self._days = self.lasts = None
        if failed:
            self._missed[hour] = now[1]
        self.newest = max(self.newest, time // MINUTE)
        self._add_up(hour, _counted(before), _counted(now))
        return True

    def counts(self, first_minute: int, last_minute: int, closed: Sequence[tuple[int, int]] = ()) -> tuple[int, int]:
        """(probed minutes, failed minutes) from a minute to another, both inclusive, without the closed periods."""
        first, last = first_minute // 60, last_minute // 60
        if closed or first == last:
            parts = [self._part(hour, first_minute, last_minute, closed) for hour in range(first, last + 1)]
            return sum(probed for probed, _ in parts), sum(failed for _, failed in parts)
        head, tail = self._part(first, first_minute, last_minute), self._part(last, first_minute, last_minute)
        until, since = self._place(last - 1), self._place(first)
        probed = self._probed[until] - self._probed[since]
        return head[0] + probed + tail[0], head[1] + self._failed[until] - self._failed[since] + tail[1]

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
        return min(max(hour - self._first + 1, 0), len(self._probed) - 1)

    def _sum_up(self) -> None:
        """Make the running sums anew: one a known hour, after a nought."""
        self._days = self.lasts = None
        self._missed = {hour: masks[1] for hour, masks in self.hours.items() if masks[1]}
        self._first = min(self.hours, default=0)
        self._probed, self._failed = [0], [0]
        self._packed = bytearray()
        for hour in range(self._first, max(self.hours, default=-1) + 1):
            masks = self.hours.get(hour, (0, 0))
            probed, failed = _counted(masks)
            self._packed += _HOUR.pack(masks[0])
            self._probed.append(self._probed[-1] + probed)
            self._failed.append(self._failed[-1] + failed)

    def _add_up(self, hour: int, before: tuple[int, int], now: tuple[int, int]) -> None:
        """Carry one hour's change into the running sums; probes mostly come in the newest hour."""
        if not 0 <= hour - self._first < len(self._probed) + _FAR:
            self._sum_up()
            return
        while len(self._probed) <= hour - self._first + 1:
            self._probed.append(self._probed[-1])
            self._failed.append(self._failed[-1])
            self._packed += _HOUR.pack(0)
        _HOUR.pack_into(self._packed, (hour - self._first) * _HOUR.size, self.hours[hour][0])
        for place in range(hour - self._first + 1, len(self._probed)):
            self._probed[place] += now[0] - before[0]
            self._failed[place] += now[1] - before[1]

    def _part(
        self, hour: int, first_minute: int, last_minute: int, closed: Sequence[tuple[int, int]] = ()
    ) -> tuple[int, int]:
        """The counts of a part of an hour."""
        masks = self.hours.get(hour)
        if masks is None:
            return 0, 0
        mask = _between(hour, first_minute, last_minute)
        for starts, ends in closed:
            mask &= ~_between(hour, starts, ends - 1)
        return _counted((masks[0] & mask, masks[1] & mask))

    def nth_probe(self, first_minute: int, n: int) -> int | None:
        """The n-th probed minute (from 1) from a minute on; None where there are fewer."""
        wanted = self._before(first_minute)[0] + n
        place = bisect_left(self._probed, wanted)
        if place == len(self._probed):
            return None
        found = self._first + place - 1
        reached, missed = self.hours[found]
        return found * 60 + _nth_bit(reached | missed, wanted - self._probed[place - 1])

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
        """Drop the hours before one."""
        for old in [one for one in self.hours if one < hour]:
            del self.hours[old]
        self._sum_up()

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
