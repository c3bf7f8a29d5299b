"""`python -m tests.bench.detection`: from the instant of a breach to the webhook's arrival, on the machine's own clock.

A worker, an Apache Kafka and a receiver as processes, the worker as it is installed (pack cn-2019, a tick every half
second). Two ways to break a rule are timed: by *silence*, from the instant at which two weeks without a post are
over, and by an *incident*, from just before its confirmation is sent. Both come steadily beside other observations,
then all at once. Each account has a unit of its own, so that no unit's alerts wait for one another.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streams.admin import ensure_topics
from streams.log.sender import Sender
from streams.settings import Settings
from tests.bench.breaches import Breaches, Event, Load
from tests.bench.latencies import summary
from tests.bench.machine import describe
from tests.bench.on_kafka import kafka, keep, settings_of
from tests.bench.told import Told
from tests.bench.workload import singles
from tests.support.installation import SECRET_NAME
from tests.support.kafka_workers import WorkerProcess

_OUT = Path(__file__).parents[2] / "build" / "bench" / "detection.json"
#: How long what was due may take to be told before it counts as missing (seconds).
_PATIENCE = 120.0
_SLICE = 0.1
_AT_ONCE = 5_000


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
    sys.exit(any(one["missing"] for one in results))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.detection", description=main.__doc__)
    parser.add_argument("--rate", type=int, default=20, help="breaches of each kind a second, while it is steady")
    parser.add_argument("--seconds", type=int, default=60, help="how long it is steady")
    parser.add_argument("--beside", type=int, default=500, help="other observations a second meanwhile")
    parser.add_argument("--burst", type=int, default=1_000, help="breaches of each kind at once")
    parser.add_argument("--lay", type=int, default=60, help="seconds between laying out and the first breach")
    parser.add_argument("--tick", type=float, default=0.5, help="XUNCHA_TICK_SECONDS")
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--out", type=Path, default=_OUT, help="the file for the figures (JSON)")
    return parser


async def _measure(bootstrap: str, wish: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    told = Told(folder)
    settings = Settings(kafka=bootstrap, prefix="detect", group="detect", partitions=wish.partitions,
                        tick_seconds=wish.tick, data=folder, log_level="WARNING")  # fmt: skip
    worker = WorkerProcess(settings, folder, **{SECRET_NAME: told.secret})
    await asyncio.to_thread(ensure_topics, bootstrap, settings.topics)
    sender = Sender(bootstrap, settings.topics)
    child = await told.start()
    await sender.start()
    try:
        await asyncio.to_thread(worker.start)
        return await _run(sender, told, wish)
    finally:
        await asyncio.to_thread(worker.stop)
        await sender.stop()
        child.kill()


async def _run(sender: Sender, told: Told, wish: argparse.Namespace) -> list[dict[str, Any]]:
    load = Load(wish.rate * wish.seconds, wish.burst, wish.rate, wish.beside)
    breaches = Breaches(load, told.url, _now() + wish.lay * 1000, wish.seconds)
    _say(f"laying out {len(breaches.silent) + len(breaches.ruled):,} accounts; the first breaks in {wish.lay} s")
    await _send(sender, list(breaches.laid_out(_now())), wish.partitions)
    await _quiet(told, breaches.begins)
    _say(f"steady: {wish.rate} silences and {wish.rate} incidents a second beside {wish.beside} observations")
    await _steady(sender, breaches, wish)
    _say(f"burst: {wish.burst:,} silences at one instant")
    await _sleep_until(breaches.bursts)
    await _all_told(told, breaches.silent)
    _say(f"burst: {wish.burst:,} incidents at once")
    await _send_incidents(sender, breaches, breaches.ruled[-wish.burst :], wish.partitions)
    await _all_told(told, breaches.ruled)
    return list(_results(breaches, told))


async def _steady(sender: Sender, breaches: Breaches, wish: argparse.Namespace) -> None:
    slices = int(wish.seconds / _SLICE)
    steady = breaches.ruled[: len(breaches.ruled) - wish.burst]
    for number in range(slices):
        await _sleep_until(breaches.begins + int(number * _SLICE * 1000))
        await sender.send(singles(breaches.beside(_now(), int(wish.beside * _SLICE)), wish.partitions))
        now = steady[len(steady) * number // slices : len(steady) * (number + 1) // slices]
        await _send_incidents(sender, breaches, now, wish.partitions)
        if number % 100 == 0:
            _say(f"  {number * _SLICE:.0f} s")


async def _send_incidents(sender: Sender, breaches: Breaches, accounts: list[str], partitions: int) -> None:
    if accounts:
        await sender.send(singles(breaches.incidents(accounts, _now()), partitions))


async def _send(sender: Sender, events: list[Event], partitions: int) -> None:
    for start in range(0, len(events), _AT_ONCE):
        await sender.send(singles(events[start : start + _AT_ONCE], partitions))


async def _quiet(told: Told, until: int) -> None:
    """Warnings of what is laid out are told meanwhile; whether they were done is said."""
    await _sleep_until(until - 5_000)
    before = told.read()
    await _sleep_until(until)
    if (late := told.read() - before) > 0:
        _say(f"  {late} warnings were still being told: a longer --lay gives cleaner figures")


async def _all_told(told: Told, accounts: list[str]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        told.read()
        if all(account in told.breached for account in accounts):
            return
        await asyncio.sleep(0.5)


def _results(breaches: Breaches, told: Told) -> Iterator[dict[str, Any]]:
    for kind, accounts in (("silence", breaches.silent), ("incident", breaches.ruled)):
        cut = len(accounts) - breaches.load.burst
        for load, some in (("steady", accounts[:cut]), ("burst", accounts[cut:])):
            took = [told.breached[one] - breaches.begun[one] for one in some if one in told.breached]
            yield {"breach": kind, "load": load, "missing": len(some) - len(took), **summary(took)}


async def _sleep_until(instant: int) -> None:
    await asyncio.sleep(max(0.0, (instant - _now()) / 1000))


def _now() -> int:
    return time.time_ns() // 1_000_000


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
