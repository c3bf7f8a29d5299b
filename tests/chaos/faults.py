"""Carrying a fault out; what each kind means stands in `tests.chaos.plan`."""

from collections.abc import Iterable

from tests.chaos import on_broker, on_others, on_workers
from tests.chaos.clocks import compiler
from tests.chaos.disk import may_mount
from tests.chaos.plan import Fault, Kind, Plan
from tests.chaos.receiver import Mood
from tests.chaos.stage import Act, Stage
from tests.support.kafka_node import missing_tools


async def carry_out(stage: Stage, fault: Fault) -> None:
    """Do it, and wait until it is over."""
    await _ACTS[fault.kind](stage, fault)
    stage.fleet.undisturbed()


def missing_for(plans: Iterable[Plan]) -> list[str]:
    """What these plans need and this machine lacks."""
    kinds = {kind for plan in plans for kind in plan.kinds}
    compiled = ["a C compiler"] if Kind.CLOCK in kinds and compiler() is None else []
    mount = ["the right to mount (root, or `unshare -rm`)"] if Kind.DISK_FULL in kinds and not may_mount() else []
    return [*missing_tools(), *compiled, *mount]


def lasts(kind: Kind) -> bool:
    """Whether other faults may happen meanwhile."""
    return kind in _LASTING


_ACTS: dict[Kind, Act] = {
    Kind.KILL_ONE: on_workers.kill_one,
    Kind.KILL_ALL: on_workers.kill_all,
    Kind.KILL_RECOVERING: on_workers.kill_recovering,
    Kind.KILL_REBALANCING: on_workers.kill_rebalancing,
    Kind.TERMINATE: on_workers.terminate,
    Kind.FREEZE: on_workers.freeze,
    Kind.ROLL: on_workers.roll,
    Kind.SCALE: on_workers.scale,
    Kind.BROKER_KILL: on_broker.broker_kill,
    Kind.BROKER_FREEZE: on_broker.broker_freeze,
    Kind.CUT: on_broker.cut,
    Kind.SLOW: on_broker.slow,
    Kind.HALF_OPEN: on_broker.half_open,
    Kind.RECEIVER_FAILS: on_others.moody(Mood.FAILS),
    Kind.RECEIVER_HANGS: on_others.moody(Mood.HANGS),
    Kind.RECEIVER_FORGETS: on_others.moody(Mood.FORGETS),
    Kind.RECEIVER_KILL: on_others.receiver_kill,
    Kind.ISOLATED: on_broker.isolated,
    Kind.KILL_WRITING: on_workers.kill_writing,
    Kind.CLOCK: on_workers.clock,
    Kind.DISK_FULL: on_broker.disk_full,
    Kind.UPGRADE: on_workers.upgrade,
    Kind.OBSERVER_KILL: on_others.observer_kill,
}
_LASTING = frozenset(
    {
        Kind.FREEZE, Kind.SLOW, Kind.HALF_OPEN, Kind.ISOLATED, Kind.RECEIVER_FAILS, Kind.RECEIVER_HANGS,
        Kind.RECEIVER_FORGETS, Kind.CLOCK,
    }
)  # fmt: skip
