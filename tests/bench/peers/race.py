"""One racer: warmed up, held while its input is laid out, let go, timed until its state is durable; then compared.

Neither the group's join nor the producer is in the time. What it said is read from its topic once the input is closed.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from aiokafka import TopicPartition

from schemas.instants import read_at
from streams.admin import ensure_topics
from streams.broker.child import Child
from streams.broker.watermark import read_to_end, recovery_consumer
from streams.log.sender import Outgoing, Sender
from streams.topics import Name
from tests.bench.peers.progress import Progress
from tests.bench.peers.racers import Racer, environment
from tests.bench.peers.rule import FRESH, REACHABLE, Alert
from tests.bench.peers.workload import MARKER, Event, Expected, Size, Stream
from tests.bench.racers import Running
from tests.bench.workload import batches, singles

Say = Callable[[str], None]

#: How long what was said may still be under way after state is durable (seconds).
_SETTLE_SECONDS = 20.0


class Plan(NamedTuple):
    """What is run: so many observations a lap, so many laps after the warm-up; a batch of 1 sends single events."""

    size: Size
    seed: int
    warm_up: int
    observations: int
    repeats: int
    batch: int


class Lap(NamedTuple):
    """One lap: observations, seconds until they were durable, the racer's processor seconds."""

    observations: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Observations a second."""
        return self.observations / self.seconds

    @property
    def cpu_per_million(self) -> float:
        """Processor seconds a million observations."""
        return self.cpu_seconds / self.observations * 1_000_000


class Result(NamedTuple):
    """What came of a racer; of its alerts so many were missing, and so many said that the rule does not say."""

    laps: list[Lap]
    peak_mb: float
    expected: int
    missing: list[Alert]
    extra: list[Alert]


async def race(bootstrap: str, racer: Racer, plan: Plan, say: Say) -> Result:
    """All laps of one racer, and what it said."""
    racer.prepare()
    await asyncio.to_thread(ensure_topics, bootstrap, racer.topics)
    sender = Sender(bootstrap, racer.topics)
    await sender.start()
    with running(racer) as process:
        async with racer.watch(bootstrap) as progress:
            course = Course(racer, process, sender, progress)
            laps = []
            for number, events in enumerate(_inputs(Stream(plan.size, plan.seed), plan)):
                lap = await course.lap(events, plan.batch)
                name = "warm-up" if number == 0 else "closing" if number > plan.repeats else f"run {number}"
                say(f"  {racer.name}: {name}: {lap.observations:,} in {lap.seconds:.1f} s, {lap.rate:,.0f} a second")
                laps.append(lap)
            missing, extra = await _compared(bootstrap, racer, course.expected.alerts, course.closes)
            peak = process.peak_mb()
    await sender.stop()
    counted = sum(one.at < course.closes for one in course.expected.alerts)
    return Result(laps[1:-1], peak, counted, missing, extra)


def _inputs(stream: Stream, plan: Plan) -> Iterator[list[Event]]:
    yield [*stream.registry(), *stream.take(plan.warm_up), *stream.marks()]
    for _ in range(plan.repeats):
        yield [*stream.take(plan.observations), *stream.marks()]
    yield list(stream.closing())


class Course:
    """A racer's process, what it was sent, and how far its state should have come."""

    def __init__(
        self, racer: Racer, process: "Racing", sender: Sender, progress: Progress, *, compares: bool = True
    ) -> None:
        self._racer, self._process, self._sender, self._progress = racer, process, sender, progress
        self._wanted = [0] * racer.topics.partitions
        self._compares = compares
        self.expected = Expected(racer.topics.partitions)
        self.closes = 0

    async def lap(self, events: list[Event], batch: int) -> Lap:
        """Time a lap."""
        with self._process.held():
            await self.send(events, batch)
        began, used = time.perf_counter(), self._process.cpu()
        await self.caught_up(self._process)
        lap = Lap(len(events), time.perf_counter() - began, self._process.cpu() - used)
        if self._compares:
            self.expected.take(events)
        self.closes = read_at(events[0]["time"])
        return lap

    async def send(self, events: list[Event], batch: int) -> None:
        """Lay out what should come."""
        partitions = self._racer.topics.partitions
        records = singles(events, partitions) if batch == 1 else batches(events, partitions, batch)
        self._want(records, events)
        await self._sender.send(records)

    async def caught_up(self, process: "Racing") -> None:
        """Wait until all that was sent is in durable state."""
        await self._progress.until(self._wanted, process.check)

    def _want(self, records: list[Outgoing], events: list[Event]) -> None:
        if not self._racer.by_marks:
            for record in records:
                self._wanted[record.partition or 0] += 1
            return
        marks = [event for event in events if event["subject"].startswith(MARKER)]
        for record in singles(marks, len(self._wanted)):
            event = orjson.loads(record.value or b"")
            self._wanted[record.partition or 0] = read_at(event["time"])


async def _compared(
    bootstrap: str, racer: Racer, expected: set[Alert], closes: int
) -> tuple[list[Alert], list[Alert]]:  # fmt: skip
    """(missing, said too much) of all that became true before the closing; nothing of who judges by other rules."""
    if not racer.judges:
        return [], []
    wanted = {one for one in expected if one.at < closes}
    deadline = asyncio.get_running_loop().time() + _SETTLE_SECONDS
    while True:
        said = {one for one in await _said(bootstrap, racer) if one.at < closes}
        if said >= wanted or asyncio.get_running_loop().time() > deadline:
            return sorted(wanted - said), sorted(said - wanted)
        await asyncio.sleep(0.5)


async def _said(bootstrap: str, racer: Racer) -> list[Alert]:
    found = []
    for partition in range(racer.topics.partitions):
        at = TopicPartition(racer.topics.of(Name.TRANSITIONS), partition)
        async with recovery_consumer(bootstrap, at, 30.0) as consumer:
            async for records in read_to_end(consumer, at, no_progress_seconds=30.0):
                found += [orjson.loads(record.value) for record in records if record.value]
    return [_alert(one) for one in _standing(found)]


def _standing(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The breaches that were not taken back.

    Xuncha says at once that a share is too large as a probe leaves the window at the beginning of a minute, and takes
    it back (`retracted`) when another probe of that very minute is seen; the small rule looks at that minute once.
    """
    back = {one["episode"] for one in records if one.get("change") == "retracted"}
    for one in records:
        if one.get("change", "breached") == "breached" and one.get("episode") not in back:
            yield one


def _alert(record: dict[str, Any]) -> Alert:
    """What a racer wrote; Xuncha writes transitions."""
    if "change" not in record:
        return Alert(**record)
    return Alert(REACHABLE if record["rule"] == "P-reach" else FRESH, record["subject"], read_at(record["at"]))


class Racing(Running):
    """A racer's process, and the most memory that it took."""

    def __init__(self, child: Child) -> None:
        super().__init__(child)
        self._pid, self._racer = child.pid, child

    def end(self) -> None:
        """SIGTERM, and its end."""
        self._racer.stop(60.0)

    def cpu(self) -> float:
        """Processor seconds so far; not a number where the system has no /proc."""
        used = self.cpu_seconds()
        return float("nan") if used is None else used

    def peak_mb(self) -> float:
        """Most resident memory so far (MB)."""
        status = Path(f"/proc/{self._pid}/status")
        lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), float("nan"))


@contextmanager
def running(racer: Racer) -> Iterator[Racing]:
    """Start a racer; it is ended with the block."""
    child = Child(racer.command, environment(racer.env))
    try:
        yield Racing(child)
    finally:
        child.kill()
