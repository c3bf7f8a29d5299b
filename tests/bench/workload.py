"""The benchmark's input: a place that doesn't exist, registered, then observed in order; the same for a seed.

A week of hourly probes comes first, because before it nobody can say whether a site is reachable. Then each observation
is seen `STEP_MS` after the one before it, so that each of a thousand sites is probed some forty times a day: windows
slide, limits pass for the columns that stay quiet, some probes fail.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, NamedTuple

import orjson

from schemas.envelope import owner_of
from schemas.instants import HOUR, MINUTE, SECOND, read_at, to_text
from streams.log.sender import Outgoing, partition_of
from streams.topics import Name

STEP_MS = SECOND
BEGIN = read_at("2024-01-12T00:00:00+08:00")
WEEK_HOURS = 7 * 24
REGISTERED = BEGIN - (WEEK_HOURS + 1) * HOUR

#: One column in so many is never updated again.
QUIET_EVERY = 50
FAILED_PROBES = 0.01
LONGEST_DELAY_MS = 30 * MINUTE

#: What is seen, and how often among a hundred observations.
MIX = {
    "site.probed": 45, "column.updated": 20, "column.checked": 10, "site.updated": 5,
    "account.posted": 15, "account.checked": 5,
}  # fmt: skip

Event = dict[str, Any]


class Size(NamedTuple):
    """How many subjects there are."""

    sites: int = 1_000
    columns: int = 5
    accounts: int = 1_000

    @property
    def subjects(self) -> int:
        """Sites, columns and accounts together."""
        return self.sites * (1 + self.columns) + self.accounts


class Place:
    """The names of all subjects of a size."""

    def __init__(self, size: Size) -> None:
        self.sites = [f"{4_299_000_000 + number}" for number in range(size.sites)]
        self.columns = [f"{site}/column/c{number}" for site in self.sites for number in range(size.columns)]
        self.lively = [name for number, name in enumerate(self.columns) if number % QUIET_EVERY]
        self.accounts = [f"wechat:gh_{number:06}" for number in range(size.accounts)]

    def registry(self) -> Iterator[Event]:
        """The events that register everything."""
        for number, site in enumerate(self.sites):
            yield _event(
                f"r{site}", "site.registered", site, REGISTERED, {"unit": f"u{number}", "name": f"网站{number}"}
            )
        for number, column in enumerate(self.columns):
            profile = {"unit": f"u{number // 5}", "name": f"栏目{number}", "column_class": "news"}
            yield _event(f"r{column}", "column.registered", column, REGISTERED, profile)
        for number, account in enumerate(self.accounts):
            profile = {"unit": f"u{number}", "name": f"账号{number}", "platform": "wechat"}
            yield _event(f"r{account}", "account.registered", account, REGISTERED, profile)

    def week(self) -> Iterator[Event]:
        """A week in which every site is probed each hour, then one look at everything."""
        apart = HOUR // len(self.sites)
        good = {"opened": True, "elapsed_seconds": 0.5, "status": 200}
        for hour in range(WEEK_HOURS, 0, -1):
            for number, site in enumerate(self.sites):
                yield _event(f"w{hour}:{site}", "site.probed", site, BEGIN - hour * HOUR + number * apart, good)
        kinds = {"site": self.sites, "column": self.columns, "account": self.accounts}
        for kind, subjects in kinds.items():
            for subject in subjects:
                yield _event(f"w{subject}", f"{kind}.checked", subject, BEGIN, {"latest": to_text(BEGIN - HOUR)})


class Observing:
    """An endless, seeded stream of observations; the next run goes on where the last one ended."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self._random = Random(seed)
        self._number = 0
        self._kinds, self._weights = list(MIX), list(MIX.values())

    def take(self, count: int) -> list[Event]:
        """The next observations, in the order in which they were seen."""
        return [self._next(kind) for kind in self._random.choices(self._kinds, self._weights, k=count)]

    def _next(self, kind: str) -> Event:
        self._number += 1
        seen = BEGIN + self._number * STEP_MS
        event_id = f"o{self._number}"
        if kind == "site.probed":
            return _event(event_id, kind, self._random.choice(self.place.sites), seen, self._probe())
        subject = self._random.choice(self._subjects(kind))
        if kind.endswith(".checked"):
            return _event(event_id, kind, subject, seen, {})
        published = seen - self._random.randrange(LONGEST_DELAY_MS)
        item = {"post" if kind == "account.posted" else "item": f"https://www.example.gov.cn/{event_id}.html"}
        return _event(event_id, kind, subject, published, item, observedtime=to_text(seen))

    def _subjects(self, kind: str) -> list[str]:
        if kind == "column.updated":
            return self.place.lively
        kinds = {"column": self.place.columns, "site": self.place.sites, "account": self.place.accounts}
        return kinds[kind.partition(".")[0]]

    def _probe(self) -> dict[str, Any]:
        if self._random.random() < FAILED_PROBES:
            return {"opened": False, "elapsed_seconds": 30.0}
        return {"opened": True, "elapsed_seconds": round(self._random.uniform(0.1, 3.0), 3), "status": 200}


def _event(event_id: str, kind: str, subject: str, time: int, data: dict[str, Any], **more: str) -> Event:
    head = {"specversion": "1.0", "id": event_id, "source": "//bench/crawler", "type": kind, "subject": subject}
    return {**head, "time": to_text(time), **more, "data": data}


def singles(events: Iterable[Event], partitions: int) -> list[Outgoing]:
    """One record an event, keyed by its owner."""
    return [_single(event, partitions) for event in events]


def _single(event: Event, partitions: int) -> Outgoing:
    key = owner_of(event["subject"]).encode()
    return Outgoing(Name.OBSERVATIONS, key, orjson.dumps(event), partition_of(key, partitions))


def batches(events: Iterable[Event], partitions: int, most: int) -> list[Outgoing]:
    """CloudEvents batches: each partition's events in their order, so many a record, of whatever owners come."""
    lying: dict[int, list[bytes]] = {partition: [] for partition in range(partitions)}
    records = []
    for record in singles(events, partitions):
        waiting = lying[record.partition or 0]
        waiting.append(record.value or b"")
        if len(waiting) == most:
            records.append(_batch(record.partition or 0, waiting))
            waiting.clear()
    return [*records, *(_batch(partition, waiting) for partition, waiting in lying.items() if waiting)]


def _batch(partition: int, values: list[bytes]) -> Outgoing:
    return Outgoing(Name.OBSERVATIONS, None, b"[" + b",".join(values) + b"]", partition)
