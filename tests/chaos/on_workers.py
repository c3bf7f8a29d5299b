"""What goes wrong with workers; what each kind means stands in `tests.chaos.plan`."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from tests.chaos.doors import Trap
from tests.chaos.ground import DOORS
from tests.chaos.plan import Fault
from tests.chaos.stage import MOMENT_SECONDS, STANDSTILL_SECONDS, Stage, said
from tests.chaos.versions import env_of
from tests.support.kafka_workers import WorkerProcess

#: A worker dies at one of so many writes from now on.
_WRITES = 40
#: How far a clock is set, ahead or back, at most.
_HOURS = 3


async def kill_one(stage: Stage, fault: Fault) -> None:
    """Kill a worker and start it again."""
    worker = stage.fleet.pick(fault.target)
    with stage.fleet.in_hand(worker):
        await asyncio.to_thread(worker.kill)
        worker.start()


async def kill_all(stage: Stage, fault: Fault) -> None:
    """Kill all at once and start them again."""
    workers = list(stage.fleet.running)
    with stage.fleet.in_hand(*workers):
        await asyncio.gather(*(asyncio.to_thread(worker.kill) for worker in workers))
        for worker in workers:
            worker.start()


async def kill_recovering(stage: Stage, fault: Fault) -> None:
    """Kill one, and once more in the middle of its recovery."""
    worker = stage.fleet.pick(fault.target)
    with stage.fleet.in_hand(worker):
        await asyncio.to_thread(worker.kill)
        worker.start()
        await said(worker, fault.moment)
        await asyncio.sleep(fault.seconds * fault.dice / 5)
        await asyncio.to_thread(worker.kill)
        worker.start()


async def kill_rebalancing(stage: Stage, fault: Fault) -> None:
    """One more comes, or one goes and comes back; meanwhile one dies."""
    if len(stage.fleet.running) < DOORS:
        joins = stage.fleet.add()
    else:
        joins = stage.fleet.pick(fault.target + 1)
        await _replace(stage, joins)
    await said(joins, "worker begins")
    await asyncio.sleep(fault.seconds)
    await kill_one(stage, fault)


async def terminate(stage: Stage, fault: Fault) -> None:
    """End one and start it again."""
    await _replace(stage, stage.fleet.pick(fault.target))


async def roll(stage: Stage, fault: Fault) -> None:
    """The same with all, one after the other."""
    for worker in list(stage.fleet.running):
        await _replace(stage, worker)
        await said(worker, "worker ready")


async def _replace(stage: Stage, worker: WorkerProcess) -> None:
    with stage.fleet.in_hand(worker):
        await stage.fleet.terminated(worker)
        worker.start()


async def freeze(stage: Stage, fault: Fault) -> None:
    """One does nothing for a while, and knows nothing of it."""
    worker = stage.fleet.pick(fault.target)
    with stage.fleet.in_hand(worker), suppress(ProcessLookupError):
        worker.freeze()
        await asyncio.sleep(fault.seconds)
        worker.thaw()


async def scale(stage: Stage, fault: Fault) -> None:
    """Four workers for a while, then two less."""
    fleet = stage.fleet
    while len(fleet.running) < DOORS:
        fleet.add()
    await stage.progress.reached(min(fault.at + 0.15, 0.95), STANDSTILL_SECONDS)
    ends, dies = fleet.pick(fault.target), fleet.pick(fault.target + 1)
    fleet.leave(ends)
    fleet.leave(dies)
    await asyncio.gather(fleet.terminated(ends), asyncio.to_thread(dies.kill))


async def kill_writing(stage: Stage, fault: Fault) -> None:
    """At a write counted from now; one who writes no more dies where he is."""
    worker = stage.fleet.pick(fault.target)
    (door,) = stage.fleet.doors(fault.target, everybody=False)
    trap = Trap(1 + int(fault.dice * _WRITES), fault.everybody, worker.strike)
    with stage.fleet.in_hand(worker):
        door.set_trap(trap)
        with suppress(TimeoutError):
            await asyncio.wait_for(trap.sprung.wait(), MOMENT_SECONDS)
        await asyncio.to_thread(worker.kill)
        door.heal()
        worker.start()


async def clock(stage: Stage, fault: Fault) -> None:
    """Set while the worker is at work, or (`everybody`) wrong already when it starts; right again after a while."""
    worker = stage.fleet.pick(fault.target)
    clock = stage.fleet.clocks[worker.name]
    if fault.everybody:
        with stage.fleet.in_hand(worker):
            await stage.fleet.terminated(worker)
            clock.put(_wrong_by(fault))
            worker.start()
        await said(worker, "worker ready")
    else:
        clock.put(_wrong_by(fault))
    await asyncio.sleep(fault.seconds)
    clock.put(0)


def _wrong_by(fault: Fault) -> int:
    return int((fault.dice - 0.5) * 2 * _HOURS * 3600)


async def upgrade(stage: Stage, fault: Fault) -> None:
    """Every worker gets another version; one may go back."""
    workers = list(stage.fleet.running)
    for worker in workers:
        await _changed(stage, worker, env_of(stage.ground.beside))
    if fault.dice < 0.5:
        await _changed(stage, workers[fault.target % len(workers)], env_of(None))


async def _changed(stage: Stage, worker: WorkerProcess, env: Mapping[str, str]) -> None:
    worker.use(**env)
    await _replace(stage, worker)
    await said(worker, "worker ready")
