"""A run's workers, and the one who starts again what has ended, as a service manager would."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from streams.ending import TERMINATED
from tests.chaos.clocks import Clock
from tests.chaos.doors import Door
from tests.support.installation import Installation
from tests.support.kafka_workers import WorkerProcess

#: A worker without its partitions for so long ends by itself (XUNCHA_RECOVERY_SECONDS); a state that stands still, too.
RECOVERY_SECONDS = 20.0
#: Not ready so long after it began, and undisturbed so long, and still running: hung. Joining and loading each have the
#: worker's own patience.
HUNG_SECONDS = 2 * RECOVERY_SECONDS + 10.0
#: How long it may take until it begins: Python's imports on a busy machine, and its wait for a broker (30 s).
BEGIN_SECONDS = 120.0
#: How long after SIGTERM a worker may still run; a rebalance waits 30 s for a batch.
END_SECONDS = 35.0
_LOOK_SECONDS = 0.3


class Fleet:
    """Workers by their place; each has a door of its own to the broker, and with `clocks` a clock of its own."""

    def __init__(self, city: Installation, doors: list[Door], *, static: bool, clocks: bool = False) -> None:
        self.running: list[WorkerProcess] = []
        self.ended: Counter[str] = Counter()
        self.hung: list[str] = []
        self.clocks: dict[str, Clock] = {}
        self._city, self._doors, self._static, self._with_clocks = city, doors, static, clocks
        self._places: dict[str, int] = {}
        self._in_hand: Counter[str] = Counter()
        self._unready: dict[str, float] = {}
        self._begun: dict[str, float] = {}

    # -- coming and going --------------------------------------------------------------------------------------

    def add(self) -> WorkerProcess:
        """One more worker, at the first door that is free."""
        place = next(one for one in range(len(self._doors)) if one not in self._places.values())
        door, name = self._doors[place], f"worker-{len(self._city.workers) + 1}"
        worker = self._city.worker(name, static=self._static, kafka=f"127.0.0.1:{door.port}")
        if self._with_clocks:
            self.clocks[name] = Clock(self._city.folder / f"{name}.clock")
            worker.use(**self.clocks[name].env)
        self._places[name] = place
        self.running.append(worker.start())
        return worker

    def pick(self, target: int) -> WorkerProcess:
        """One of those that run, counted round."""
        return self.running[target % len(self.running)]

    def doors(self, target: int, *, everybody: bool) -> list[Door]:
        """The ways of all workers, or of one."""
        if everybody:
            return [self._doors[self._places[worker.name]] for worker in self.running]
        return [self._doors[self._places[self.pick(target).name]]]

    @contextmanager
    def in_hand(self, *workers: WorkerProcess) -> Iterator[None]:
        """Something is being done to them: nobody else starts them."""
        names = [worker.name for worker in workers]
        self._in_hand.update(names)
        try:
            yield
        finally:
            self._in_hand.subtract(names)
            for name in names:
                self._forgive(name)

    def undisturbed(self) -> None:
        """Something that was done to the broker or to the way to it is over: whoever waited for that may begin anew."""
        for worker in self.running:
            self._forgive(worker.name)

    def _forgive(self, name: str) -> None:
        self._unready.pop(name, None)
        self._begun.pop(name, None)

    def leave(self, worker: WorkerProcess) -> None:
        """It is needed no more."""
        self.running.remove(worker)
        del self._places[worker.name]

    async def terminated(self, worker: WorkerProcess) -> None:
        """SIGTERM, and its end; one that goes on is hung, and killed."""
        if not worker.alive:
            return
        worker.terminate()
        status = await asyncio.to_thread(worker.wait_ended, END_SECONDS)
        if status is None:
            self.hung.append(f"{worker.name} did not end within {END_SECONDS:g} s of SIGTERM")
            await asyncio.to_thread(worker.kill)
        elif status != TERMINATED:
            self.ended[f"status {status} after SIGTERM"] += 1

    def kill_all(self) -> None:
        """The end of a run."""
        for worker in self._city.workers:
            if worker.alive:
                worker.kill()

    # -- looking after them ------------------------------------------------------------------------------------

    async def watch(self) -> None:
        """Start again what has ended by itself, and note who is never ready, until cancelled."""
        while True:
            for worker in list(self.running):
                if self._in_hand[worker.name] or worker not in self.running:
                    continue
                if not worker.alive:
                    self.ended[_why(worker)] += 1
                    self._forgive(worker.name)
                    worker.start()
                elif await asyncio.to_thread(worker.status, "/ready") == 200:
                    self._forgive(worker.name)
                elif self._hangs(worker, asyncio.get_running_loop().time()):
                    self.hung.append(f"{worker.name} neither ready nor ended: {worker.tail()}")
                    self._forgive(worker.name)
            await asyncio.sleep(_LOOK_SECONDS)

    def _hangs(self, worker: WorkerProcess, now: float) -> bool:
        """Whether a worker that is not ready has been so for too long."""
        waits = now - self._unready.setdefault(worker.name, now)
        if not worker.said("worker begins"):
            return waits > BEGIN_SECONDS
        return now - self._begun.setdefault(worker.name, now) > HUNG_SECONDS


def _why(worker: WorkerProcess) -> str:
    said = worker.said("worker ends")
    return str(said[-1]["kind"]) if said else f"status {worker.wait_ended(0)}"
