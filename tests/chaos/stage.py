"""Where a run's faults happen."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.chaos.fleet import Fleet
from tests.chaos.ground import Ground
from tests.chaos.listener import Listener
from tests.chaos.observer import Observer
from tests.chaos.plan import Fault
from tests.chaos.progress import Progress
from tests.chaos.waiting import until
from tests.support.kafka_workers import WorkerProcess

#: How long a run may stand still before it counts as hung (seconds).
STANDSTILL_SECONDS = 120.0
#: How long a worker may take until it says that it is in the middle of something.
MOMENT_SECONDS = 20.0


@dataclass(frozen=True)
class Stage:
    """All that something may be done to."""

    fleet: Fleet
    ground: Ground
    receiver: Listener
    observer: Observer
    progress: Progress


Act = Callable[[Stage, Fault], Awaitable[None]]


async def said(worker: WorkerProcess, text: str) -> None:
    """Wait until a worker has said something since it was started, or has ended."""

    async def heard() -> bool:
        return not worker.alive or bool(worker.said(text))

    with suppress(TimeoutError):
        await until(heard, MOMENT_SECONDS, look_seconds=0.01)
