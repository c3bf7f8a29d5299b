"""A run of the embedded mode: `xuncha up` and all its processes at work, the plan's faults, then rest and comparison.

Events come by the HTTP intake, as from any observer: what is not acknowledged is sent again. An `up` that ends by
itself is started again, as a service manager would. The journal lies on a small disk of its own.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from alerts.signing import new_secret
from console.up.play import play
from streams.broker.ports import free_port
from streams.log.sender import Sender
from streams.settings import Settings
from tests.chaos.disk import Disk, disk
from tests.chaos.listener import Listener
from tests.chaos.plan import Fault, Kind, Plan
from tests.chaos.quarter import Input, drawn
from tests.chaos.run import Report
from tests.chaos.stage import STANDSTILL_SECONDS
from tests.chaos.verdict import judged
from tests.chaos.waiting import until
from tests.support.compare import closed
from tests.support.installation import SECRET_NAME, Event, Installation
from tests.support.stack import Up

_AT_ONCE = 80
_PAUSE_SECONDS = 0.05
_LOOK_SECONDS = 0.3
_STATE_SECONDS = 90.0


@dataclass
class Home:
    """One data folder and the `xuncha up` that runs on it."""

    up: Up
    disk: Disk | None
    report: Report
    in_hand: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def again(self) -> None:
        """Start it, and wait until it is up; one that ends meanwhile is started again."""
        async with asyncio.timeout(STANDSTILL_SECONDS):
            self.up.start()
            while True:
                with suppress(AssertionError):  # it ended, or took too long
                    await self.up.ready(_STATE_SECONDS)
                    return
                await asyncio.to_thread(self.up.stop)
                self.up.start()

    async def watch(self) -> None:
        """Start again what has ended by itself, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            async with self.in_hand:
                status = self.up.running.poll()
                if status is not None:
                    self.report.ended[f"up: status {status}"] += 1
                    await self.again()


async def run_embedded(plan: Plan, folder: Path) -> Report:
    """Carry a plan out."""
    report, given = Report(plan), await asyncio.to_thread(drawn, plan.seed)
    began, secret = time.monotonic(), new_secret()
    with disk(folder / "data") as room:
        async with Listener(secret, folder) as receiver, _home(folder, room, secret, report) as home:
            settings = Settings(kafka=f"127.0.0.1:{_port(home.up)}", live=False)
            city = Installation(settings, folder, receiver, Sender(settings.kafka, settings.topics), secret)
            await _run(plan, given, city, home)
    report.seconds = time.monotonic() - began
    return report


def _port(up: Up) -> str:
    return up.options[up.options.index("--broker-port") + 1]


@asynccontextmanager
async def _home(folder: Path, room: Disk | None, secret: str, report: Report) -> AsyncIterator[Home]:
    env = {SECRET_NAME: secret, "XUNCHA_LIVE": "false", "XUNCHA_TICK_SECONDS": "0"}
    ports = ("--broker-port", str(free_port()), "--intake-port", str(free_port()))
    home = Home(Up(folder / "data", *ports, env=env, screen=folder), room, report)
    await home.again()
    try:
        yield home
    finally:
        await asyncio.to_thread(home.up.stop)


async def _run(plan: Plan, given: Input, city: Installation, home: Home) -> None:
    events = list(city.told_here(given.events))
    home.report.observations = len(events)
    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(home.watch())
            await _hand_in(events, plan.faults, home)
            await _close(given, city)
            await until(lambda: _resting(given, city), STANDSTILL_SECONDS, _LOOK_SECONDS)
            watching.cancel()
    except* (TimeoutError, AssertionError) as errors:
        home.report.hung.append(f"stands still ({errors.exceptions!r:.300})\n{home.up.out}{home.up.err}")
    home.report.verdict = await judged(city, given)


async def _hand_in(events: Sequence[Event], faults: Sequence[Fault], home: Home) -> None:
    """All events in their order, and each fault when so many were acknowledged."""
    waiting = list(faults)
    lasting: list[asyncio.Task[None]] = []
    for start in range(0, len(events), _AT_ONCE):
        while waiting and start >= waiting[0].at * len(events):
            fault = waiting.pop(0)
            home.report.done[fault.kind] += 1
            lasting.append(asyncio.create_task(_carry_out(home, fault)))
            await asyncio.sleep(_PAUSE_SECONDS)
        await _accepted(events[start : start + _AT_ONCE], home)
        await asyncio.sleep(_PAUSE_SECONDS)
    await asyncio.gather(*lasting)


async def _accepted(batch: Sequence[Event], home: Home) -> None:
    """Hand a batch in until it is acknowledged."""

    async def taken() -> bool:
        try:
            status, _ = await home.up.post(batch)
        except (aiohttp.ClientError, OSError, KeyError):  # nobody is there, or is there yet
            return False
        return status == 202

    await until(taken, STANDSTILL_SECONDS, _LOOK_SECONDS)


async def _close(given: Input, city: Installation) -> None:
    """The checkpoint, straight into the broker: the intake takes no time from outside."""
    async for _ in play(city.sender, [], given.checkpoint):
        pass
    await city.sender.stop()


async def _resting(given: Input, city: Installation) -> bool:
    return await closed(city, given.checkpoint.period) and not await city.open_alerts()


# -- faults ------------------------------------------------------------------------------------------------------


async def _carry_out(home: Home, fault: Fault) -> None:
    async with home.in_hand:
        await _ACTS[fault.kind](home, fault)


async def _kill(home: Home, fault: Fault) -> None:
    await asyncio.to_thread(home.up.kill_everything)
    await home.again()


async def _torn(home: Home, fault: Fault) -> None:
    """The death came while a record was written: something that begins like one stands at the journal's end."""
    await asyncio.to_thread(home.up.kill_everything)
    await asyncio.to_thread(_tear, home.up.data / "journal", fault.dice)
    await home.again()


def _tear(journal: Path, dice: float) -> None:
    segment = max(journal.glob("*.xj"))
    whole = segment.read_bytes()
    half = whole[-int(20 + dice * 1000) :]
    with segment.open("ab") as file:
        file.write(half[: 1 + len(half) // 2])
        os.fsync(file.fileno())


async def _full(home: Home, fault: Fault) -> None:
    """What can't be written down is not acknowledged; there is room again after a while."""
    if home.disk is None:
        raise RuntimeError("the journal has no disk of its own")
    await asyncio.to_thread(home.disk.fill)
    await asyncio.sleep(fault.seconds)
    await asyncio.to_thread(home.disk.free)
    if home.up.running.poll() is not None:
        home.report.ended["up: on a full disk"] += 1
        await home.again()


async def _part(home: Home, fault: Fault) -> None:
    """Without its worker, or its broker, all of it ends; nothing of it may be left."""
    part = home.up.worker if fault.dice < 0.5 else home.up.broker  # heads or tails
    await asyncio.to_thread(part.kill)
    await home.up.ended()
    await home.again()


async def _terminated(home: Home, fault: Fault) -> None:
    home.up.running.terminate()
    await home.up.ended()
    await home.again()


_ACTS = {
    Kind.UP_KILL: _kill,
    Kind.UP_TORN: _torn,
    Kind.UP_FULL: _full,
    Kind.UP_PART: _part,
    Kind.UP_TERMINATE: _terminated,
}
