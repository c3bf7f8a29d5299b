"""The weekly rhythm of work and rest: counting working days by arithmetic, without a table."""

from itertools import accumulate

_DAYS = 7
#: 1970-01-01 was a Thursday; counting starts with the Monday before it.
_THURSDAY = 3


class Week:
    """Which weekdays are worked. A day is its number since 1970-01-01; working days are counted from 1969-12-29 on."""

    def __init__(self, rests: frozenset[int]) -> None:
        """Make a week.

        Args:
            rests: the weekdays of rest, Monday being 0; at least one weekday must be left.

        """
        self._works = [weekday not in rests for weekday in range(_DAYS)]
        self._through = list(accumulate(self._works))
        self._worked = [weekday for weekday in range(_DAYS) if weekday not in rests]

    def works(self, day: int) -> bool:
        """Whether the rhythm has this day worked."""
        return self._works[(day + _THURSDAY) % _DAYS]

    def rank(self, day: int) -> int:
        """How many working days there are up to and including this one; negative before the count's start."""
        weeks, weekday = divmod(day + _THURSDAY, _DAYS)
        return weeks * len(self._worked) + self._through[weekday]

    def select(self, rank: int) -> int:
        """The working day of this rank."""
        weeks, nth = divmod(rank - 1, len(self._worked))
        return weeks * _DAYS + self._worked[nth] - _THURSDAY
