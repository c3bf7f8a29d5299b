"""Carrying a fault out; what each kind means stands in `tests.chaos.plan`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.chaos.doors import Door, Way
from tests.chaos.fleet import Fleet
from tests.chaos.ground import DOORS, Ground
from tests.chaos.listener import Listener
from tests.chaos.plan import Fault, Kind
from tests.chaos.progress import Progress
from tests.chaos.receiver import Mood
from tests.chaos.waiting import until
from tests.support.kafka_workers import WorkerProcess

#: How long a run may stand still before it counts as hung (seconds).
STANDSTILL_SECONDS = 120.0
#: How long a worker may take until it says that it is in the middle of something.
_MOMENT_SECONDS = 20.0
_PACKET_SECONDS = 0.03
#: Until what was held is with the broker, and what the worker says upon its answers.
_HEARD_SECONDS = 2.0


@dataclass(frozen=True)
class Stage:
    """Where a run's faults happen."""

    fleet: Fleet
    ground: Ground
    receiver: Listener
    progress: Progress


Act = Callable[[Stage, Fault], Awaitable[None]]


async def carry_out(stage: Stage, fault: Fault) -> None:
    """Do it, and wait until it is over."""
    await _ACTS[fault.kind](stage, fault)


def lasts(kind: Kind) -> bool:
    """Whether other faults may happen meanwhile."""
    return kind in _LASTING


# -- workers -----------------------------------------------------------------------------------------------------


async def _kill_one(stage: Stage, fault: Fault) -> None:
    worker = stage.fleet.pick(fault.target)
    with stage.fleet.in_hand(worker):
        await asyncio.to_thread(worker.kill)
        worker.start()


async def _kill_all(stage: Stage, fault: Fault) -> None:
    workers = list(stage.fleet.running)
    with stage.fleet.in_hand(*workers):
        await asyncio.gather(*(asyncio.to_thread(worker.kill) for worker in workers))
        for worker in workers:
            worker.start()


async def _kill_recovering(stage: Stage, fault: Fault) -> None:
    worker = stage.fleet.pick(fault.target)
    with stage.fleet.in_hand(worker):
        await asyncio.to_thread(worker.kill)
        worker.start()
        await _said(worker, fault.moment)
        await asyncio.sleep(fault.seconds * fault.dice / 5)
        await asyncio.to_thread(worker.kill)
        worker.start()


async def _kill_rebalancing(stage: Stage, fault: Fault) -> None:
    """One more comes, or one goes and comes back; meanwhile one dies."""
    if len(stage.fleet.running) < DOORS:
        joins = stage.fleet.add()
    else:
        joins = stage.fleet.pick(fault.target + 1)
        await _replace(stage, joins)
    await _said(joins, "worker begins")
    await asyncio.sleep(fault.seconds)
    await _kill_one(stage, fault)


async def _terminate(stage: Stage, fault: Fault) -> None:
    await _replace(stage, stage.fleet.pick(fault.target))


async def _roll(stage: Stage, fault: Fault) -> None:
    for worker in list(stage.fleet.running):
        await _replace(stage, worker)
        await _said(worker, "worker ready")


async def _replace(stage: Stage, worker: WorkerProcess) -> None:
    with stage.fleet.in_hand(worker):
        await stage.fleet.terminated(worker)
        worker.start()


async def _freeze(stage: Stage, fault: Fault) -> None:
    worker = stage.fleet.pick(fault.target)
    with stage.fleet.in_hand(worker), suppress(ProcessLookupError):
        worker.freeze()
        await asyncio.sleep(fault.seconds)
        worker.thaw()


async def _scale(stage: Stage, fault: Fault) -> None:
    fleet = stage.fleet
    while len(fleet.running) < DOORS:
        fleet.add()
    await stage.progress.reached(min(fault.at + 0.15, 0.95), STANDSTILL_SECONDS)
    ends, dies = fleet.pick(fault.target), fleet.pick(fault.target + 1)
    fleet.leave(ends)
    fleet.leave(dies)
    await asyncio.gather(fleet.terminated(ends), asyncio.to_thread(dies.kill))


# -- the broker and the way to it --------------------------------------------------------------------------------


async def _broker_kill(stage: Stage, fault: Fault) -> None:
    await asyncio.to_thread(stage.ground.node.kill)
    await stage.ground.restart()


async def _broker_freeze(stage: Stage, fault: Fault) -> None:
    stage.ground.node.freeze()
    await asyncio.sleep(fault.seconds)
    stage.ground.node.thaw()


async def _cut(stage: Stage, fault: Fault) -> None:
    doors = _doors(stage, fault)
    for door in doors:
        door.cut(refuse=True)
    await asyncio.sleep(fault.seconds)
    _heal(doors)


async def _slow(stage: Stage, fault: Fault) -> None:
    doors = _doors(stage, fault)
    for door in doors:
        door.slow(_PACKET_SECONDS * (1 + fault.dice))
    await asyncio.sleep(fault.seconds)
    _heal(doors)


async def _half_open(stage: Stage, fault: Fault) -> None:
    """Nothing passes, one way or both; in the end what was held comes late, or its connection is cut."""
    doors = _doors(stage, fault)
    ways = ((Way.TO_BROKER,), (Way.FROM_BROKER,), tuple(Way))[int(fault.dice * 300) % 3]
    for door in doors:
        door.hold(*ways)
    await asyncio.sleep(fault.seconds)
    if fault.dice < 0.5:
        for door in doors:
            door.cut()
    _heal(doors)


async def _isolated(stage: Stage, fault: Fault) -> None:
    """The worker hears the broker and is not heard; its last words come when others have its partitions."""
    doors = stage.fleet.doors(fault.target, everybody=False)
    for door in doors:
        door.hold(Way.TO_BROKER)
    await asyncio.sleep(fault.seconds)
    _heal(doors)
    await asyncio.sleep(_HEARD_SECONDS)


def _doors(stage: Stage, fault: Fault) -> list[Door]:
    return stage.fleet.doors(fault.target, everybody=fault.everybody)


def _heal(doors: list[Door]) -> None:
    for door in doors:
        door.heal()


# -- the receiver ------------------------------------------------------------------------------------------------


def _moody(mood: Mood) -> Act:
    async def act(stage: Stage, fault: Fault) -> None:
        await stage.receiver.be(mood)
        await asyncio.sleep(fault.seconds)
        await stage.receiver.be(Mood.WELL)

    return act


async def _receiver_kill(stage: Stage, fault: Fault) -> None:
    await stage.receiver.kill()
    await stage.receiver.start()


async def _said(worker: WorkerProcess, text: str) -> None:
    """Wait until a worker has said something since it was started, or has ended."""

    async def heard() -> bool:
        return not worker.alive or bool(worker.said(text))

    with suppress(TimeoutError):
        await until(heard, _MOMENT_SECONDS, look_seconds=0.01)


_ACTS: dict[Kind, Act] = {
    Kind.KILL_ONE: _kill_one,
    Kind.KILL_ALL: _kill_all,
    Kind.KILL_RECOVERING: _kill_recovering,
    Kind.KILL_REBALANCING: _kill_rebalancing,
    Kind.TERMINATE: _terminate,
    Kind.FREEZE: _freeze,
    Kind.ROLL: _roll,
    Kind.SCALE: _scale,
    Kind.BROKER_KILL: _broker_kill,
    Kind.BROKER_FREEZE: _broker_freeze,
    Kind.CUT: _cut,
    Kind.SLOW: _slow,
    Kind.HALF_OPEN: _half_open,
    Kind.RECEIVER_FAILS: _moody(Mood.FAILS),
    Kind.RECEIVER_HANGS: _moody(Mood.HANGS),
    Kind.RECEIVER_FORGETS: _moody(Mood.FORGETS),
    Kind.RECEIVER_KILL: _receiver_kill,
    Kind.ISOLATED: _isolated,
}
_LASTING = frozenset(
    {
        Kind.FREEZE, Kind.SLOW, Kind.HALF_OPEN, Kind.ISOLATED, Kind.RECEIVER_FAILS, Kind.RECEIVER_HANGS,
        Kind.RECEIVER_FORGETS,
    }
)  # fmt: skip
