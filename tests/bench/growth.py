"""`python -m tests.bench.growth`: a worker under the small rule, with more and more subjects, on more partitions.

Measured are the rate of events in batches, the most memory, and a restart: a worker is ended with SIGTERM and another
started; the time runs from its start until an observation that waits for it is durable (Python's start, the group's
join and the state's recovery are in it). What grows in one process without a broker is measured by
`tests.bench.sizes`.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streams.admin import ensure_topics
from streams.log.sender import Sender
from tests.bench.machine import describe
from tests.bench.on_kafka import kafka, keep, settings_of
from tests.bench.peers.race import Course, Lap, Racing, running
from tests.bench.peers.racers import ROOT, Racer, xuncha, xuncha_compiled
from tests.bench.peers.workload import Event, Size, Stream
from tests.bench.racers import FAST

_OUT = ROOT / "build" / "bench" / "growth.json"
#: Events that are laid out together, so that their making takes no more memory than that.
_TOGETHER = 100_000
_BATCH = 200


def main() -> None:
    """Measure, print, write down."""
    wish = _arguments().parse_args()
    machine = describe()
    with kafka() as (bootstrap, folder):
        results = asyncio.run(_measure(bootstrap, wish, folder))
    keep({"machine": machine, "settings": settings_of(wish), "results": results}, wish.out)
    print(machine)
    for one in results:
        print(json.dumps(one))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=main.__doc__)
    parser.add_argument("--subjects", type=int, nargs="*", default=[10_000, 100_000, 300_000])
    parser.add_argument("--partitions", type=int, nargs="*", default=[1, 2, 4, 8])
    parser.add_argument("--observations", type=int, default=200_000, help="a run")
    parser.add_argument("--repeats", type=int, default=3, help="runs; the median is printed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=_OUT, help="the file for the figures (JSON)")
    return parser


async def _measure(bootstrap: str, wish: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    sizes = [("subjects", count, 4) for count in wish.subjects]
    sizes += [("partitions", 10_000, partitions) for partitions in wish.partitions]
    results = []
    for axis, subjects, partitions in sizes:
        _say(f"{subjects:,} subjects on {partitions} partitions")
        form = f"{axis}-{subjects}-{partitions}"
        make = xuncha_compiled if FAST.exists() else xuncha
        racer = make(bootstrap, form, partitions, folder / form)
        size = Size(max(1, subjects // 10), subjects - subjects // 10, partitions)
        results.append({"axis": axis, "system": racer.name, **await _grown(bootstrap, racer, size, wish)})
    return results


async def _grown(bootstrap: str, racer: Racer, size: Size, wish: argparse.Namespace) -> dict[str, Any]:
    """All figures of one size; the second worker goes on where the first one ended."""
    await asyncio.to_thread(ensure_topics, bootstrap, racer.topics)
    sender = Sender(bootstrap, racer.topics)
    await sender.start()
    stream = Stream(size, wish.seed)
    async with racer.watch(bootstrap) as progress:
        with running(racer) as process:
            course = Course(racer, process, sender, progress, compares=False)
            found = await _worked(course, process, stream, wish)
            process.end()
        await course.send(list(stream.marks()), _BATCH)
        found |= await _restarted(course, racer)
    await sender.stop()
    return {"subjects": size.sites + size.accounts, "partitions": size.partitions, **found}


async def _worked(course: Course, process: Racing, stream: Stream, wish: argparse.Namespace) -> dict[str, Any]:
    """The registry, then the runs."""
    registered = [await _registered(course, events) for events in _chunks(stream.registry())]
    runs = [await course.lap(list(stream.take(wish.observations)), _BATCH) for _ in range(wish.repeats)]
    rate, peak = statistics.median(lap.rate for lap in runs), process.peak_mb()
    _say(f"  {rate:,.0f} a second, {peak:,.0f} MB")
    return {
        "rate": round(rate), "rates": [round(lap.rate) for lap in runs],
        "cpu_seconds_per_million": round(statistics.median(lap.cpu_per_million for lap in runs), 1),
        "register_rate": round(sum(lap.observations for lap in registered) / sum(lap.seconds for lap in registered)),
        "peak_mb": round(peak),
    }  # fmt: skip


async def _restarted(course: Course, racer: Racer) -> dict[str, Any]:
    """Another worker, until what waits for it is durable."""
    began = time.perf_counter()
    with running(racer) as process:
        await course.caught_up(process)
        restart, peak = time.perf_counter() - began, process.peak_mb()
    _say(f"  restart: {restart:.1f} s, {peak:,.0f} MB")
    return {"restart_seconds": round(restart, 1), "restarted_mb": round(peak)}


async def _registered(course: Course, events: list[Event]) -> Lap:
    """Take a part of the registry, with a first update of each."""
    lap = await course.lap(events, _BATCH)
    _say(f"  registering: {lap.observations:,} events, {lap.rate:,.0f} a second")
    return lap


def _chunks(events: Iterator[Event]) -> Iterator[list[Event]]:
    chunk: list[Event] = []
    for event in events:
        chunk.append(event)
        if len(chunk) == _TOGETHER:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
