"""Those that are compared, each a worker process of its own with its changelog."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from streams.broker.child import Child
from streams.log.sender import Outgoing
from streams.topics import Name, Topics
from tests.bench.durable import Reads, by_count, by_position
from tests.bench.naive import CHANGELOG

_ROOT = Path(__file__).parents[2]
#: Where `make fast` lays the compiled form.
FAST = _ROOT / "build" / "fast"


class Racer(NamedTuple):
    """How to start one and how to see what it has done."""

    name: str
    topics: Topics
    changelog: str
    command: list[str]
    env: dict[str, str]
    judges: bool

    def reads(self) -> Reads:
        """How its changelog is read."""
        return by_position() if self.judges else by_count(self.topics.partitions)

    def progress(self, records: list[Outgoing], events: list[int]) -> list[int]:
        """How far its changelog moves when it has done these records, which hold so many events each."""
        moved = [0] * self.topics.partitions
        for record, count in zip(records, events, strict=True):
            moved[record.partition or 0] += 1 if self.judges else count
        return moved


def xuncha(bootstrap: str, form: str, partitions: int) -> Racer:
    """A worker as `xuncha worker` starts it; time comes with the observations alone, so nothing ticks."""
    return _worker("Xuncha", Topics(f"bench-{form}", partitions), bootstrap, {})


def compiled(bootstrap: str, form: str, partitions: int) -> Racer:
    """The same worker on the compiled core, as `build/fast/xuncha worker` starts it."""
    env = {"PYTHONPATH": os.pathsep.join([str(FAST), str(_ROOT)]), "PYTHONSAFEPATH": "1"}
    return _worker("Xuncha, compiled", Topics(f"bench-compiled-{form}", partitions), bootstrap, env)


def _worker(name: str, topics: Topics, bootstrap: str, more: dict[str, str]) -> Racer:
    partitions = topics.partitions
    settings = {"KAFKA": bootstrap, "PREFIX": topics.prefix, "GROUP": topics.prefix, "PARTITIONS": str(partitions)}
    env = {f"XUNCHA_{name}": value for name, value in {**settings, "TICK_SECONDS": "0", "LOG_LEVEL": "WARNING"}.items()}
    command = [sys.executable, "-m", "console", "worker"]
    return Racer(name, topics, topics.of(Name.STATE_OBSERVATIONS), command, env | more, judges=True)


def naive(bootstrap: str, form: str, partitions: int) -> Racer:
    """The naive program."""
    env = {"NAIVE_KAFKA": bootstrap, "NAIVE_PARTITIONS": str(partitions), "NAIVE_FORM": form}
    command = [sys.executable, "-m", "tests.bench.naive"]
    return Racer("naive Faust", Topics(f"naive-{form}", partitions), CHANGELOG.format(form=form), command, env,
                 judges=False)  # fmt: skip


class Running:
    """A racer's process."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def check(self) -> None:
        """Raise if it has ended."""
        if not self._child.alive():
            raise RuntimeError("the worker ended: " + "; ".join(self._child.last_lines()[-5:]))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it while its input is laid out; it goes on at the end of the block."""
        self.check()
        os.kill(self._child.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._child.pid, signal.SIGCONT)

    def cpu_seconds(self) -> float | None:
        """Processor time it has used so far; None where the system has no /proc."""
        return _used(Path(f"/proc/{self._child.pid}/stat"))

    def main_seconds(self) -> float | None:
        """What of it its main thread has used: all but fetching."""
        return _used(Path(f"/proc/{self._child.pid}/task/{self._child.pid}/stat"))


def _used(stat: Path) -> float | None:
    if not stat.exists():
        return None
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(racer: Racer) -> Iterator[Running]:
    """Start a racer; it is ended with the block."""
    with tempfile.TemporaryDirectory() as data:
        env = {**os.environ, "PYTHONPATH": str(_ROOT), "XUNCHA_DATA": data, "F_DATADIR": data, **racer.env}
        child = Child(racer.command, env)
        try:
            yield Running(child)
        finally:
            child.kill()
