"""The deadline index: for each (subject, rule) at most one armed instant, so that a tick costs O(due).

Derived from the subjects and never stored. Arming earlier than needed is harmless: whoever pops an entry judges anew
and arms again (lazy re-arming).
"""

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from streams.core.answer import NEVER
from streams.core.law import Standing


class Armed(NamedTuple):
    """At `at`, judge `subject` of `owner` under `rule`."""

    at: int
    owner: str
    subject: str
    rule: str


class Deadlines:
    """A heap of armed instants; `_armed` tells the live entry of a pair from superseded ones.

    Nothing is armed for before `first`.
    """

    def __init__(self) -> None:
        self._heap: list[Armed] = []
        self._armed: dict[tuple[str, str], int] = {}
        self.first = NEVER

    def __len__(self) -> int:
        return len(self._armed)

    def arm(self, at: int, owner: str, subject: str, rule: str) -> None:
        """Wake the pair at an instant, or earlier if it is armed for earlier."""
        if at >= NEVER or self._armed.get((subject, rule), NEVER) <= at:
            return
        self._armed[(subject, rule)] = at
        heappush(self._heap, Armed(at, owner, subject, rule))
        self.first = self._heap[0].at

    def pop(self, clock: int) -> Armed | None:
        """The earliest live entry at or before the clock, disarmed; None when nothing is due."""
        while self._heap and self._heap[0].at <= clock:
            entry = heappop(self._heap)
            if self._is_live(entry):
                del self._armed[(entry.subject, entry.rule)]
                return entry
        self.first = self._heap[0].at if self._heap else NEVER
        return None

    def _is_live(self, entry: Armed) -> bool:
        return self._armed.get((entry.subject, entry.rule)) == entry.at

    def keep(self, owners: Mapping[str, object]) -> None:
        """Forget what is armed of all other owners, and whatever is superseded; costs a look at every entry."""
        self._heap = [one for one in self._heap if one.owner in owners and self._is_live(one)]
        self._armed = {(one.subject, one.rule): one.at for one in self._heap}
        heapify(self._heap)
        self.first = self._heap[0].at if self._heap else NEVER

    def least(self, subject: str, rules: Iterable[Standing]) -> int:
        """The first instant for which any of a subject's rules is armed; NEVER where none is."""
        return min([self._armed.get((subject, rule.id), NEVER) for rule in rules], default=NEVER)

    def due_within(self, clock: int, spans: tuple[int, ...]) -> list[int]:
        """How many pairs are armed within each span (ms) from the clock."""
        return [sum(1 for at in self._armed.values() if at <= clock + span) for span in spans]
