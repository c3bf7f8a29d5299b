"""What goes wrong with the broker and the way to it; what each kind means stands in `tests.chaos.plan`."""

import asyncio

from tests.chaos.doors import Door, Way
from tests.chaos.plan import Fault
from tests.chaos.stage import Stage

_PACKET_SECONDS = 0.03
#: Until what was held is with the broker, and what the worker says upon its answers.
_HEARD_SECONDS = 2.0


async def broker_kill(stage: Stage, fault: Fault) -> None:
    """Kill it and start it again."""
    await asyncio.to_thread(stage.ground.node.kill)
    await stage.ground.restart()


async def broker_freeze(stage: Stage, fault: Fault) -> None:
    """It answers nothing for a while."""
    stage.ground.node.freeze()
    await asyncio.sleep(fault.seconds)
    stage.ground.node.thaw()


async def disk_full(stage: Stage, fault: Fault) -> None:
    """A broker that can't write ends; whoever runs it makes room and starts it again."""
    disk = stage.ground.disk
    if disk is None:
        raise RuntimeError("the broker has no disk of its own")
    await asyncio.to_thread(disk.fill)
    await asyncio.sleep(fault.seconds)
    await asyncio.to_thread(stage.ground.node.kill)
    await asyncio.to_thread(disk.free)
    await stage.ground.restart()


async def cut(stage: Stage, fault: Fault) -> None:
    """Break connections off and refuse new ones for a while."""
    doors = _doors(stage, fault)
    for door in doors:
        door.cut(refuse=True)
    await asyncio.sleep(fault.seconds)
    _heal(doors)


async def slow(stage: Stage, fault: Fault) -> None:
    """Each packet is late for a while."""
    doors = _doors(stage, fault)
    for door in doors:
        door.slow(_PACKET_SECONDS * (1 + fault.dice))
    await asyncio.sleep(fault.seconds)
    _heal(doors)


async def half_open(stage: Stage, fault: Fault) -> None:
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


async def isolated(stage: Stage, fault: Fault) -> None:
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
