"""Worker processes on a real broker that a test may kill, freeze and restart, and the log that they leave."""

import asyncio
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from streams.broker.child import Child
from streams.settings import Settings

#: How long a worker may take to import, join its group and load its state (seconds; the machine may be busy).
READY_SECONDS = 60.0
_POLL_SECONDS = 0.05


class WorkerProcess:
    """`python -m console worker` in a process of its own; it keeps its name, port and log over restarts."""

    command: ClassVar[tuple[str, ...]] = ("worker",)

    def __init__(self, settings: Settings, folder: Path, name: str = "worker", **env: str) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.settings = settings.model_copy(update={"log_file": self.log})
        self._env = env
        self._child: Child | None = None
        self._seen = 0

    def start(self) -> "WorkerProcess":
        """Start it, again after an end."""
        self._seen = self.log.stat().st_size if self.log.exists() else 0
        self._child = Child([sys.executable, "-m", "console", *self.command], self._environment())
        return self

    def start_ready(self, seconds: float = READY_SECONDS) -> "WorkerProcess":
        """Start it and wait until it says that it is ready."""
        self.start()
        self.wait_ready(seconds)
        return self

    def use(self, **env: str) -> None:
        """Other variables of the environment, from its next start on."""
        self._env |= env

    # -- what a test does to it --------------------------------------------------------------------------------

    def kill(self) -> None:
        """Kill it as kill -9 does."""
        self._running().kill()

    def strike(self) -> None:
        """The same, without waiting for its end."""
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        self._signal(signal.SIGTERM)

    def freeze(self) -> None:
        """SIGSTOP: it does nothing and knows nothing of it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it in any state; twice is harmless."""
        if self._child is not None and self._child.alive():
            self.thaw()
            self._child.stop(15.0)

    # -- what it says ------------------------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.alive()

    def wait_ended(self, seconds: float) -> int | None:
        """Its exit status, negative for a signal; None if it still runs after so long."""
        child = self._running()
        return child.exit_status if child.wait(seconds) else None

    def entries(self, since: int | None = None) -> Iterator[dict[str, Any]]:
        """The entries of its log since its last start, or since a place in the file."""
        if not self.log.exists():
            return
        with self.log.open("rb") as file:
            file.seek(self._seen if since is None else since)
            for line in file:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def said(self, text: str) -> list[dict[str, Any]]:
        """The log entries of one kind."""
        return [entry for entry in self.entries() if entry.get("message") == text]

    def counted(self, text: str, name: str) -> int:
        """The sum of a number in all entries of one kind that it has ever written."""
        return sum(entry[name] for entry in self.entries(since=0) if entry.get("message") == text)

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until /ready answers 200."""
        self.wait_until(lambda: self.status("/ready") == 200, seconds, "be ready")

    def wait_until(self, done: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for something while it lives."""
        deadline = time.monotonic() + seconds
        while not done():
            assert self.alive, f"{self.name} ended with {self._running().exit_status}, did not {what}: {self.tail()}"
            assert time.monotonic() < deadline, f"{self.name} did not {what} in {seconds:g} s: {self.tail()}"
            time.sleep(_POLL_SECONDS)

    def status(self, path: str) -> int | None:
        """The status of a page of its web server; None while there is none."""
        served = self.said("metrics served")
        if not served:
            return None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{served[-1]['port']}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def tail(self) -> str:
        """Its last words, for a failing test."""
        return "\n".join([*(json.dumps(one, ensure_ascii=False) for one in self.entries()), *self.words()][-15:])

    def words(self) -> list[str]:
        """What it said last on its output and its error output; its log is not there."""
        return self._child.last_lines() if self._child else []

    # -- helpers -----------------------------------------------------------------------------------------------

    def _running(self) -> Child:
        assert self._child is not None, f"{self.name} was not started"
        return self._child

    def _signal(self, number: signal.Signals) -> None:
        os.killpg(self._running().pid, number)

    def _environment(self) -> Mapping[str, str]:
        """Nothing of the XUNCHA_* around the tests: this worker's settings alone."""
        outer = {name: value for name, value in os.environ.items() if not name.startswith("XUNCHA_")}
        plain = self.settings.model_dump(mode="json", exclude={"packs"})
        own = {f"XUNCHA_{name.upper()}": str(value) for name, value in plain.items() if value is not None}
        return outer | own | self._env


async def all_ready(*workers: WorkerProcess) -> None:
    """Start some side by side, and wait until all are ready."""
    await asyncio.gather(*(asyncio.to_thread(worker.start_ready) for worker in workers))
