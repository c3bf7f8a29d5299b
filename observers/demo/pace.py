"""When things happen: the rhythm of an office, and the slots in which observers look."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from observers.demo.dice import Dice
from observers.demo.habits import Bounds, Hours, Office, Updates
from observers.demo.plan import Silence
from observers.demo.script import whole_minute
from rules.calendar import WorkCalendar
from rules.span import day_of, start_of
from schemas.instants import DAY, MINUTE

_DAY_ZERO = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Pace:
    """An office's working days and hours."""

    office: Office
    calendar: WorkCalendar

    def at_work(self, instant: float, dice: Dice) -> int:
        """An instant in working hours of the same day, or of the next working day; never before the instant's day."""
        day = day_of(int(instant))
        if not self._is_working(day) and not dice.falls(self.office.days_off_share):
            while not self._is_working(day):
                day += 1
        return within(day, self.office.hours, dice)

    def _is_working(self, day: int) -> bool:
        return self.calendar.is_working_day(date.fromordinal(day + _DAY_ZERO))

    def rhythm(self, gap: Bounds, starts: int, ends: int, dice: Dice) -> list[int]:
        """Instants at which something is published: the last one before `starts`, and those before `ends`."""
        instants = [whole_minute(starts - dice.between((gap[0], gap[1])) * DAY)]
        at = float(starts) - DAY
        while (at := at + dice.between(gap) * DAY) < ends:
            instants.append(self.at_work(max(at, starts), dice))
        return sorted({instant for instant in instants if instant < ends})


def within(day: int, hours: Hours, dice: Dice) -> int:
    """An instant within two times of a day."""
    return start_of(day) + dice.whole(hours) * MINUTE


def days(starts: int, ends: int, every: int = 1) -> Iterator[int]:
    """The civil days of a period as numbers, each or every so many."""
    return iter(range(day_of(starts), day_of(ends - 1) + 1, every))


class Published(NamedTuple):
    """Something published, and when it was seen."""

    at: int
    seen: int


def publications(instants: list[int], silence: Silence | None, updates: Updates, dice: Dice) -> list[Published]:
    """What is published at these instants, with a silence where the story has one."""
    kept = instants if silence is None else _hushed(instants, silence)
    made = [Published(at, at + whole_minute(dice.between(updates.seen_after_minutes) * MINUTE)) for at in kept]
    if silence is not None and silence.seen_late is not None:
        made.append(Published(silence.seen_late.published, silence.seen_late.seen))
    return sorted(made)


def _hushed(instants: list[int], silence: Silence) -> list[int]:
    before = [at for at in instants if at < silence.last]
    after = [] if silence.resumes is None else [silence.resumes, *(at for at in instants if at > silence.resumes)]
    return [*before, silence.last, *after]


def newest_seen(published: list[Published], at: int) -> int | None:
    """What a look finds as the newest: an item that nobody sees is not found by a look either."""
    return max((one.at for one in published if one.seen <= at), default=None)
