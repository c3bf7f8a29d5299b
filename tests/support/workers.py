"""Processes that a test started, their children's children too: who lives, what they were, and their end."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")


class Process(NamedTuple):
    """A process by its number and the moment of its birth, since numbers are given again."""

    pid: int
    born: str
    command: str

    @property
    def alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        found = _look(self.pid)
        return found is not None and found[1] == self.born and found[0] != "Z"

    @property
    def is_worker(self) -> bool:
        """Whether it is a `xuncha worker`."""
        return self.command.rstrip().endswith("worker")

    @property
    def is_broker(self) -> bool:
        """Whether it is the embedded broker."""
        return "tansu" in self.command

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.alive:
            os.kill(self.pid, signal.SIGKILL)


def family(pid: int) -> list[Process]:
    """A process and all its descendants, the elder first."""
    children: dict[int, list[int]] = {}
    for one, parent in _parents():
        children.setdefault(parent, []).append(one)
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop(0)
        found.append(one)
        waiting += children.get(one, [])
    return [made for one in found if (made := _process(one)) is not None]


def gone(processes: Iterable[Process], seconds: float = 10.0) -> list[Process]:
    """Wait until all have ended; those that have not."""
    deadline = time.monotonic() + seconds
    left = [one for one in processes if one.alive]
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = [one for one in left if one.alive]
    return left


def _process(pid: int) -> Process | None:
    found = _look(pid)
    try:
        command = (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return None
    return Process(pid, found[1], command) if found else None


def _parents() -> Iterator[tuple[int, int]]:
    """(process, its parent) of everything that runs."""
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            yield int(folder.name), int(fields[1])


def _look(pid: int) -> tuple[str, str] | None:
    """(state, birth) of a process; None if there is none."""
    fields = _stat(pid)
    return (fields[0], fields[19]) if fields else None


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; none if there is no such process."""
    try:
        return (_PROC / str(pid) / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
