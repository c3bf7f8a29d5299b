"""The input of all racers: an invented place, observed in order; the same for a seed.

Each site is a subject and each account is one, so that a record's key is already its subject. What is seen is published
at that instant: nothing comes late. Both favour the others; Xuncha needs neither. One account in twenty is never
updated again, some fall silent by chance; one site in ten fails one probe in fifteen.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from schemas.instants import DAY, MINUTE, SECOND, read_at, to_text
from streams.log.sender import partition_of
from tests.bench.peers.rule import Alert, Watch

Event = dict[str, Any]

BEGIN = read_at("2024-01-12T00:00:00+08:00")
#: An odd step, so that no update falls on the very instant of a limit.
STEP_MS = 15 * SECOND + 7
MIX = {"site.probed": 45, "site.updated": 20, "account.posted": 30, "account.checked": 5}
QUIET_EVERY = 20
WEAK_EVERY = 10
FAILED_PROBES, FAILED_PROBES_OF_WEAK = 0.004, 1 / 15
MARKER = "wechat:marker-"


class Size(NamedTuple):
    """How many subjects there are, on how many partitions."""

    sites: int = 300
    accounts: int = 3_000
    partitions: int = 4


class Stream:
    """An endless, seeded stream of observations; each lap goes on where the last one ended."""

    def __init__(self, size: Size, seed: int) -> None:
        self.size = size
        self.now = BEGIN
        self.sites = [f"{4_299_000_000 + number}" for number in range(size.sites)]
        self.accounts = [f"wechat:gh_{number:07}" for number in range(size.accounts)]
        self.markers = [_marker(partition, size.partitions) for partition in range(size.partitions)]
        self._lively = [one for number, one in enumerate(self.accounts) if number % QUIET_EVERY]
        self._known = frozenset(self.sites)
        self._weak = frozenset(self.sites[::WEAK_EVERY])
        self._random = Random(seed)
        self._number = 0
        self._probed: dict[str, int] = {}

    def registry(self) -> Iterator[Event]:
        """All that is watched, registered; then a first update of each."""
        for number, site in enumerate(self.sites):
            yield self._event("site.registered", site, {"unit": f"u{number}", "name": f"网站{number}"})
        for number, account in enumerate([*self.accounts, *self.markers]):
            profile = {"unit": f"u{number}", "name": f"账号{number}", "platform": "wechat"}
            yield self._event("account.registered", account, profile)
        for subject in [*self.sites, *self.accounts, *self.markers]:
            self.now += 1
            yield self._updated(subject)

    def take(self, count: int) -> Iterator[Event]:
        """The next observations."""
        for kind in self._random.choices(list(MIX), list(MIX.values()), k=count):
            self.now += STEP_MS
            yield self._next(kind)

    def marks(self) -> Iterator[Event]:
        """One update in each partition: whoever has its state durable has all before it."""
        for marker in self.markers:
            self.now += 1
            yield self._updated(marker)

    def closing(self) -> Iterator[Event]:
        """A good probe of each site, and time enough afterwards for whoever says things late."""
        self.now += MINUTE
        for site in self.sites:
            self.now += 1
            yield self._event("site.probed", site, _OPENED)
        self.now += 2 * DAY
        yield from self.marks()

    def _next(self, kind: str) -> Event:
        if kind == "site.probed":
            return self._probe(self._random.choice(self.sites))
        if kind == "account.checked":
            return self._event(kind, self._random.choice(self.accounts), {})
        return self._updated(self._random.choice(self.sites if kind == "site.updated" else self._lively))

    def _probe(self, site: str) -> Event:
        """A site is probed once a minute at most."""
        while self._probed.get(site) == self.now // MINUTE:
            site = self._random.choice(self.sites)
        self._probed[site] = self.now // MINUTE
        share = FAILED_PROBES_OF_WEAK if site in self._weak else FAILED_PROBES
        missed = self._random.random() < share
        return self._event("site.probed", site, {"opened": False, "elapsed_seconds": 30.0} if missed else _OPENED)

    def _updated(self, subject: str) -> Event:
        name = f"https://www.example.gov.cn/{self._number}.html"
        if subject in self._known:
            return self._event("site.updated", subject, {"item": name})
        return self._event("account.posted", subject, {"post": name})

    def _event(self, kind: str, subject: str, data: dict[str, Any]) -> Event:
        self._number += 1
        head = {"specversion": "1.0", "id": f"o{self._number}", "source": "//bench/crawler", "type": kind}
        return {**head, "subject": subject, "time": to_text(self.now), "data": data}


_OPENED = {"opened": True, "elapsed_seconds": 0.5, "status": 200}


def _marker(partition: int, partitions: int) -> str:
    numbers = (number for number in range(100 * partitions) if _home(f"{MARKER}{number}", partitions) == partition)
    return f"{MARKER}{next(numbers)}"


def _home(subject: str, partitions: int) -> int:
    return partition_of(subject.encode(), partitions)


class Expected:
    """What the rule says of an input, worked out beside the racers: partition by partition, in memory."""

    def __init__(self, partitions: int) -> None:
        self._watches = [Watch() for _ in range(partitions)]
        self.alerts: set[Alert] = set()

    def take(self, events: list[Event]) -> None:
        """Fold what was sent."""
        for event in events:
            self.alerts.update(self._watches[_home(event["subject"], len(self._watches))].take(event))
