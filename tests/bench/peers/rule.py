"""The small rule that every racer follows, once in words and once as plain Python for the racers written in Python.

1. *Fresh.* A site's home page and an account have to be updated. One whose newest update is 14 days (14 × 24 hours of
   event time) old breaks the rule at that instant; the next update mends it.
2. *Reachable.* Of the minutes of the last seven days in which a site was probed, at least 5 % failed: it is
   unreachable, from the instant at which that became true until it no longer is. The window ends with the minute of
   the instant and holds 10,080 minutes, so that a probe counts from the beginning of its minute on. A share may also
   change because a probe leaves the window.
3. Each time that one becomes true, one record goes to a topic (PREFIX.transitions, which keeps all): rule, subject,
   and the instant (ms UTC).

Time is the events' own: a partition's clock is the time of its newest observation. Nothing else is told (no warning,
no recovery). Not every racer says a breach at once; each has to say it with its own instant, and by the end of the
input. Registrations and looks are in the input because Xuncha lives on them; whoever follows this rule alone passes
them over.

Nothing but the standard library is imported here: the racers have an environment of their own.
"""

from array import array
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
LIMIT = 14 * DAY
WINDOW = 7 * 24 * 60  # minutes
#: One failed minute of so many probed ones is too many.
ONE_IN = 20
#: What a failed probe took at least, if it opened at all (seconds).
TIMEOUT = 15

FRESH, REACHABLE = "fresh", "reachable"
PROBED = "site.probed"
UPDATES = frozenset({"site.updated", "account.posted"})


class Alert(NamedTuple):
    """One breach, with the instant (ms UTC) at which it became true."""

    rule: str
    subject: str
    at: int

    def record(self) -> dict[str, Any]:
        """As it stands in the topic."""
        return self._asdict()


def instant(text: str) -> int:
    """An event's time in ms UTC."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def failed(data: dict[str, Any]) -> bool:
    """Whether a probe failed."""
    return not data["opened"] or data["elapsed_seconds"] >= TIMEOUT


def too_many(ring: "array[int]") -> bool:
    """Whether so many of the probed minutes failed; a minute is its number times two, and one more if it failed."""
    missed = sum(one & 1 for one in ring)
    return missed > 0 and missed * ONE_IN >= len(ring)


def probe(ring: "array[int]", broken: bool, at: int, missed: bool) -> Iterator[tuple[int, bool]]:  # noqa: FBT001
    """Take a probe into the ring; yields what changes, (instant, whether it is broken from then on), in order."""
    minute = at // MINUTE
    gone = 0
    while gone < len(ring) and (ring[gone] >> 1) + WINDOW <= minute:
        gone += 1
        leaves = (ring[gone - 1] >> 1) + WINDOW
        if leaves < minute and too_many(ring[gone:]) is not broken:
            broken = not broken
            yield leaves * MINUTE, broken
    del ring[:gone]
    ring.append(minute << 1 | missed)
    if (missed or broken) and too_many(ring) is not broken:  # a good probe breaks nothing
        yield minute * MINUTE, not broken


class Watch:
    """The rule over one partition, in memory: for racers that keep all of a partition's subjects together.

    Who is overdue is looked for once a day of event time, and where an update comes late.
    """

    def __init__(self) -> None:
        self.updated: dict[str, int] = {}
        self.overdue: set[str] = set()
        self.rings: dict[str, tuple[array[int], bool]] = {}
        self.looked = 0

    def take(self, event: dict[str, Any]) -> list[Alert]:
        """Fold one observation; what it says."""
        kind, subject, at = event["type"], event["subject"], instant(event["time"])
        said = self._look(at) if at - self.looked >= DAY else []
        if kind == PROBED:
            said += self._probed(subject, at, missed=failed(event["data"]))
        elif kind in UPDATES:
            said += self._updated(subject, at)
        return said

    def _probed(self, subject: str, at: int, *, missed: bool) -> list[Alert]:
        ring, broken = self.rings.get(subject) or (array("I"), False)
        changes = list(probe(ring, broken, at, missed))
        self.rings[subject] = (ring, changes[-1][1] if changes else broken)
        return [Alert(REACHABLE, subject, since) for since, breaks in changes if breaks]

    def _updated(self, subject: str, at: int) -> list[Alert]:
        before = self.updated.get(subject, at)
        late = before + LIMIT < at and subject not in self.overdue
        self.updated[subject] = at
        self.overdue.discard(subject)
        return [Alert(FRESH, subject, before + LIMIT)] if late else []

    def _look(self, at: int) -> list[Alert]:
        self.looked = at
        found = [one for one, last in self.updated.items() if last + LIMIT < at and one not in self.overdue]
        self.overdue.update(found)
        return [Alert(FRESH, one, self.updated[one] + LIMIT) for one in found]
