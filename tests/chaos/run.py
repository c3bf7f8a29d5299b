"""One run: workers, a player and a receiver at work, the plan's faults carried out, then rest, then the comparison."""

import asyncio
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from agents.uphold import UPHELD
from alerts.signing import new_secret
from streams.log.upholder import SAID_AGAIN
from streams.topics import Name
from tests.chaos.faults import carry_out, lasts
from tests.chaos.fleet import RECOVERY_SECONDS, Fleet
from tests.chaos.ground import Ground
from tests.chaos.listener import Listener
from tests.chaos.observer import Observer
from tests.chaos.plan import Kind, Plan
from tests.chaos.progress import followed
from tests.chaos.quarter import Input, drawn, records_of
from tests.chaos.stage import STANDSTILL_SECONDS, Stage
from tests.chaos.verdict import Verdict, judged
from tests.chaos.waiting import until
from tests.support.compare import closed
from tests.support.installation import Installation, told_at

_LOOK_SECONDS = 0.3
_SOURCES = (Name.OBSERVATIONS, Name.HOLDINGS, Name.STANDINGS, Name.AREAS, Name.TRANSITIONS, *UPHELD)


@dataclass
class Report:
    """What came of a run."""

    plan: Plan
    seconds: float = 0.0
    observations: int = 0
    done: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    hung: list[str] = field(default_factory=list)
    said_again: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def good(self) -> bool:
        """Whether the run came to what it had to."""
        return not (self.hung or self.verdict.faults)


async def run(plan: Plan, ground: Ground, folder: Path) -> Report:
    """Carry a plan out."""
    report = Report(plan)
    given = await asyncio.to_thread(drawn, plan.seed)
    began = time.monotonic()
    await ground.heal()
    secret = new_secret()
    async with Listener(secret, folder) as receiver:
        changes = {"recovery_seconds": RECOVERY_SECONDS}
        async with told_at(receiver, secret, ground.node.bootstrap, folder, **changes) as city:
            fleet = Fleet(city, ground.doors, static=plan.static, clocks=Kind.CLOCK in plan.kinds)
            try:
                await _run(Scene(plan, given, city, fleet, ground, receiver), report)
            finally:
                report.ended, report.hung = fleet.ended, [*report.hung, *fleet.hung]
                await ground.heal()
                fleet.kill_all()
                report.said_again = sum(worker.counted(SAID_AGAIN, "keys") for worker in city.workers)
        await ground.clear(city.settings)
    report.seconds = time.monotonic() - began
    return report


@dataclass(frozen=True)
class Scene:
    """All that plays a part in a run."""

    plan: Plan
    given: Input
    city: Installation
    fleet: Fleet
    ground: Ground
    receiver: Listener


async def _run(scene: Scene, report: Report) -> None:
    records = await records_of(scene.city, scene.given)
    report.observations = len(records)
    observer = Observer(scene.city.settings, records, scene.city.folder)
    async with followed(scene.city.settings, len(records)) as progress, observer:
        for _ in range(scene.plan.workers):
            scene.fleet.add()
        watching = asyncio.create_task(scene.fleet.watch())
        try:
            await _faults(Stage(scene.fleet, scene.ground, scene.receiver, observer, progress), scene.plan, report)
            await observer.done(STANDSTILL_SECONDS)
            await _rest(scene)
        except TimeoutError:
            at = traceback.format_exc(limit=-1).splitlines()[1].strip()
            left = f"not acknowledged: {await _unacknowledged(scene.city)}"
            report.hung.append(f"stands still at {progress.share:.0%} ({at}; {left})\n{scene.city.tails()}")
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
    report.verdict = await judged(scene.city, scene.given, clocks=Kind.CLOCK in scene.plan.kinds)


async def _faults(stage: Stage, plan: Plan, report: Report) -> None:
    """Each fault at its moment; those that last are left to themselves."""
    lasting = []
    for fault in plan.faults:
        await stage.progress.reached(fault.at, STANDSTILL_SECONDS)
        work = asyncio.create_task(carry_out(stage, fault))
        report.done[fault.kind] += 1
        if lasts(fault.kind):
            lasting.append(work)
        else:
            await work
    await asyncio.gather(*lasting)


async def _rest(scene: Scene) -> None:
    """Wait until nothing is left to be done: the quarter closed, all read to the end, all told.

    Raises:
        TimeoutError: it did not come to rest.

    """
    await until(lambda: _resting(scene), STANDSTILL_SECONDS, _LOOK_SECONDS)


async def _resting(scene: Scene) -> bool:
    return (
        not await _unacknowledged(scene.city)
        and await closed(scene.city, scene.given.checkpoint.period)
        and not await scene.city.open_alerts()
    )


async def _unacknowledged(city: Installation) -> dict[str, int]:
    """How many records of each partition the workers have not acknowledged."""
    topics = city.settings.topics
    places = [TopicPartition(topics.of(name), one) for name in _SOURCES for one in range(topics.count(name))]
    admin = AIOKafkaAdminClient(bootstrap_servers=city.settings.kafka)
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(city.settings.group)
    finally:
        await admin.close()
    async with AIOKafkaConsumer(bootstrap_servers=city.settings.kafka) as consumer:
        ends = await consumer.end_offsets(places)
    left = {place: end - (committed[place].offset if place in committed else 0) for place, end in ends.items()}
    return {f"{place.topic}/{place.partition}": count for place, count in left.items() if count > 0}
