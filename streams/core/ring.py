"""
The ring of probes: for each hour, which of its minutes were probed and in which of them a probe failed.

Two bit masks of sixty bits an hour make a set: probes commute, and a probe seen twice changes nothing. Visits within
one minute count once, as the indicator asks for visits spaced over the day; a minute in which any visit got through
counts as reached.
"""

from collections.abc import Iterator
from typing import Any

from schemas.instants import HOUR, MINUTE

_ALL = (1 << 60) - 1


class Ring:
    """Hour number (since 1970, UTC) to (minutes with a successful probe, minutes with a failed one)."""

    __slots__ = ("hours",)

    def __init__(self, hours: dict[int, tuple[int, int]] | None = None) -> None:
        self.hours: dict[int, tuple[int, int]] = hours if hours is not None else {}

    def add(self, time: int, *, failed: bool) -> bool:
        """Remember a probe; False if its minute says so already."""
        hour = time // HOUR
        bit = 1 << (time % HOUR // MINUTE)
        reached, missed = self.hours.get(hour, (0, 0))
        now = (reached, missed | bit) if failed else (reached | bit, missed)
        self.hours[hour] = now
        return now != (reached, missed)

    def counts(self, first_minute: int, last_minute: int, closed: Iterator[tuple[int, int]]) -> tuple[int, int]:
        """(probed minutes, failed minutes) from a minute to another, both inclusive, without the closed periods."""
        shut = list(closed)
        probed = failed = 0
        for hour in range(first_minute // 60, last_minute // 60 + 1):
            masks = self.hours.get(hour)
            if masks is None:
                continue
            mask = _between(hour, first_minute, last_minute)
            for starts, ends in shut:
                mask &= ~_between(hour, starts, ends - 1)
            reached = masks[0] & mask
            probed += ((masks[0] | masks[1]) & mask).bit_count()
            failed += (masks[1] & mask & ~reached).bit_count()
        return probed, failed

    def next_probe(self, at: int) -> int | None:
        """The start of the first probed minute after an instant."""
        minute = at // MINUTE
        for hour in sorted(one for one in self.hours if one >= minute // 60):
            masks = self.hours[hour]
            later = (masks[0] | masks[1]) & _between(hour, minute + 1, minute + 60 * 24 * 3660)
            if later:
                return hour * HOUR + ((later & -later).bit_length() - 1) * MINUTE
        return None

    def forget_before(self, hour: int) -> None:
        """Drop the hours before one."""
        for old in [one for one in self.hours if one < hour]:
            del self.hours[old]

    def dump(self) -> list[Any]:
        """Plain lists for the state record."""
        return [[hour, *masks] for hour, masks in sorted(self.hours.items())]

    @classmethod
    def load(cls, record: list[Any]) -> "Ring":
        """A ring from its state record."""
        return cls({hour: (reached, missed) for hour, reached, missed in record})


def _between(hour: int, first_minute: int, last_minute: int) -> int:
    """The bits of an hour from a minute to another, both inclusive."""
    low = max(first_minute - hour * 60, 0)
    high = min(last_minute - hour * 60, 59)
    return ((1 << (high + 1)) - 1) & ~((1 << low) - 1) & _ALL if low <= high else 0
