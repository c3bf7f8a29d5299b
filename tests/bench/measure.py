"""One measurement: a worker is warmed up, held while its input is laid out, let go, and timed until state is durable.

So neither the group join nor the producer is in the time; fetching, decoding, folding and writing the state are.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from streams.admin import ensure_topics
from streams.log.sender import Outgoing, Sender
from tests.bench.durable import Changelog
from tests.bench.racers import Racer, Running, running
from tests.bench.workload import Event, Observing, Place, Size, batches, singles

Say = Callable[[str], None]

#: So many records are sent one by one.
ALONE = 20


class Plan(NamedTuple):
    """What is measured: so many observations a run, so many runs after the warm-up."""

    size: Size
    seed: int
    warm_up: int
    observations: int
    repeats: int
    batch: int  # events a record; 1 sends single events
    partitions: int


class Lap(NamedTuple):
    """One run: observations a second, the worker's processor seconds, and records in its changelog an observation."""

    rate: float
    cpu_seconds: float | None
    main_seconds: float | None  # of its main thread
    written: float


class Race(NamedTuple):
    """What came of one racer: its runs, and how long (milliseconds) single records took on an idle worker."""

    laps: list[Lap]
    alone_ms: list[float]


class Laid(NamedTuple):
    """Records, and how many events each holds."""

    records: list[Outgoing]
    events: list[int]


async def race(bootstrap: str, racer: Racer, plan: Plan, say: Say) -> Race:
    """All runs of one racer, one after the other on one worker: each goes on where the last one ended.

    Then some records one by one, each when the one before is durable.
    """
    await asyncio.to_thread(ensure_topics, bootstrap, racer.topics)
    sender = Sender(bootstrap, racer.topics)
    await sender.start()
    with running(racer) as process:
        async with Changelog(bootstrap, racer.changelog, plan.partitions, racer.reads()) as changelog:
            runner = _Runner(racer, process, sender, changelog)
            laps: list[Lap] = []
            observing = Observing(Place(plan.size), plan.seed)
            for number, laid in enumerate(_inputs(observing, plan, remembers=racer.judges)):
                lap = await runner.lap(laid)
                say(f"  {racer.name}: {'warm-up' if number == 0 else f'run {number}'}: {lap.rate:,.0f} observations/s")
                laps.append(lap)
            alone = [await runner.alone(_lay(observing.take(1), plan, plan.batch)) for _ in range(ALONE)]
    await sender.stop()
    return Race(laps[1:], alone)


def _inputs(observing: Observing, plan: Plan, *, remembers: bool) -> Iterator[Laid]:
    """The warm-up, with the registry and the week before for whoever remembers them; then the runs."""
    place = observing.place
    before = _lay([*place.registry(), *place.week()], plan, 200) if remembers else Laid([], [])
    first = _lay(observing.take(plan.warm_up), plan, plan.batch)
    yield Laid([*before.records, *first.records], [*before.events, *first.events])
    for _ in range(plan.repeats):
        yield _lay(observing.take(plan.observations), plan, plan.batch)


def _lay(events: list[Event], plan: Plan, batch: int) -> Laid:
    if batch == 1:
        return Laid(singles(events, plan.partitions), [1] * len(events))
    records = batches(events, plan.partitions, batch)
    return Laid(records, [(record.value or b"").count(b'"specversion"') for record in records])


class _Runner:
    """A warmed-up worker, and how far its changelog should have come."""

    def __init__(self, racer: Racer, process: Running, sender: Sender, changelog: Changelog) -> None:
        self._racer, self._process, self._sender, self._changelog = racer, process, sender, changelog
        self._wanted = [0] * racer.topics.partitions

    async def lap(self, laid: Laid) -> Lap:
        """Time a run."""
        self._want(laid)
        with self._process.held():
            await self._sender.send(laid.records)
        began, before, written = time.perf_counter(), self._used(), self._changelog.records
        await self._changelog.until(self._wanted, self._process.check)
        seconds, events = time.perf_counter() - began, sum(laid.events)
        cpu, main = (_more(*one) for one in zip(before, self._used(), strict=True))
        return Lap(events / seconds, cpu, main, (self._changelog.records - written) / events)

    def _used(self) -> tuple[float | None, float | None]:
        return self._process.cpu_seconds(), self._process.main_seconds()

    async def alone(self, laid: Laid) -> float:
        """Time a record that comes by itself, from before it is sent until its state is durable (milliseconds)."""
        self._want(laid)
        began = time.perf_counter()
        await self._sender.send(laid.records)
        await self._changelog.until(self._wanted, self._process.check)
        return (time.perf_counter() - began) * 1000

    def _want(self, laid: Laid) -> None:
        moved = self._racer.progress(laid.records, laid.events)
        self._wanted = [before + more for before, more in zip(self._wanted, moved, strict=True)]


def _more(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
