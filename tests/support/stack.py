"""`xuncha up` as a person starts it: a process with its data folder, to be spoken to, killed and started again.

async with running_up(tmp_path / "data") as up:
    await up.ready()
    await up.post([event, event])
    await up.until(lambda: up.received(), 5, "an alert")
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.broker.watermark import RECOVERY_OPTIONS, read_to_end
from streams.topics import Name, Topics
from tests.support.workers import Process, family, gone

ROOT = Path(__file__).parents[2]
#: How long a start may take on a machine that does other things too (seconds).
READY_SECONDS = 90.0
PORTS = ("--intake-port", "--metrics-port", "--receiver-port")

Event = dict[str, Any]


class Up:
    """One data folder, and the `xuncha up` that runs on it, if any; `screen` is where its output is kept."""

    def __init__(
        self, data: Path, *options: str, env: Mapping[str, str] | None = None, screen: Path | None = None
    ) -> None:
        self.data = data
        self.options: tuple[str, ...] = _with_free_ports(options)
        self._screen = screen or data.parent
        self.env = dict(env or {})
        self.addresses: dict[str, Any] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._runs = 0

    # -- its life ----------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Start it; `ready` waits for it."""
        self._runs += 1
        command = [sys.executable, "-m", "console", "up", "--data", str(self.data), *self.options]
        with self._file("out").open("wb") as out, self._file("err").open("wb") as err:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment(self.env), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True,
            )  # fmt: skip
        return self

    async def ready(self, seconds: float = READY_SECONDS) -> Self:
        """Wait until it has said in DATA/up.json where everything is."""
        await self.until(self._is_up, seconds, "be up")
        return self

    def _is_up(self) -> bool:
        try:
            found = json.loads((self.data / "up.json").read_bytes())
        except FileNotFoundError:
            return False
        self.addresses = found if found["pid"] == self.pid else {}
        return bool(self.addresses)

    def interrupt(self) -> None:
        """Ctrl-C, as a terminal sends it: to the process group in front."""
        os.killpg(self.pid, signal.SIGINT)

    def kill_everything(self) -> None:
        """Kill -9 of it and all its children, at one moment."""
        for one in self.family():
            one.kill()
        self.running.wait(10)

    async def ended(self, seconds: float = 30.0) -> int:
        """Wait for its end; the exit status."""
        return await asyncio.to_thread(self.running.wait, seconds)

    def stop(self) -> list[Process]:
        """End it in any state; what of its family outlived it, and has now been killed."""
        if self._process is None or self._process.poll() is not None:
            return []
        known = self.family()
        self.interrupt()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
        left = gone(known, 5)
        for one in left:
            one.kill()
        self._process.wait(10)
        return left

    # -- what it is --------------------------------------------------------------------------------------------

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The process."""
        assert self._process is not None, "not started"
        return self._process

    @property
    def pid(self) -> int:
        """Its number, and that of its process group."""
        return self.running.pid

    def family(self) -> list[Process]:
        """It and its children."""
        return family(self.pid)

    @property
    def worker(self) -> Process:
        """Its worker."""
        return next(one for one in self.family() if one.is_worker)

    @property
    def broker(self) -> Process:
        """Its broker."""
        return next(one for one in self.family() if one.is_broker)

    @property
    def out(self) -> str:
        """What this run wrote on the screen."""
        return self._file("out").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What this run wrote on standard error."""
        return self._file("err").read_text(encoding="utf-8")

    def _file(self, kind: str) -> Path:
        return self._screen / f"screen-{self._runs}.{kind}"

    @property
    def bootstrap(self) -> str:
        """The broker's address."""
        return str(self.addresses["broker"])

    def log(self, name: str = "worker") -> list[dict[str, Any]]:
        """The entries of a log file; half a line at its end is left out."""
        path = self.data / f"{name}.log"
        whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
        return [json.loads(line) for line in whole.splitlines()]

    # -- speaking to it ----------------------------------------------------------------------------------------

    async def post(self, events: Sequence[Event] | Event | bytes) -> tuple[int, dict[str, Any]]:
        """Hand events in over HTTP; (status, answer)."""
        body = events if isinstance(events, bytes) else json.dumps(events).encode()
        headers = {"content-type": "application/json"}
        url = f"{self.addresses['intake']}/events"
        async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def accepted(self, *events: Event) -> None:
        """Hand events in, all of which must be taken."""
        status, said = await self.post(list(events))
        assert (status, said["accepted"]) == (202, len(events)), said

    async def get(self, path: str) -> tuple[int, str]:
        """A page of the worker's."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.addresses['metrics']}{path}") as answer:
            return answer.status, await answer.text()

    def received(self) -> list[dict[str, Any]]:
        """What the local receiver accepted over all runs, oldest first."""
        path = self.data / "received.jsonl"
        whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
        return [json.loads(line) for line in whole.splitlines() if line]

    def told(self, subject: str, rule: str | None = None) -> list[str]:
        """Which changes of a subject the receiver was told, in order."""
        alerts = [one["data"] for one in self.received()]
        return [one["change"] for one in alerts if one["subject"] == subject and rule in {None, one["rule"]}]

    async def records(self, name: Name) -> list[Any]:
        """All records of a topic as they lie there, partition after partition."""
        return await read_topic(self.bootstrap, name)

    async def values(self, name: Name) -> list[dict[str, Any]]:
        """The values of a topic's records, tombstones left out."""
        return [json.loads(record.value) for record in await self.records(name) if record.value]

    async def letters(self) -> list[dict[str, Any]]:
        """What the dead letters say of themselves."""
        return [json.loads(dict(one.headers)["xuncha"]) for one in await self.records(Name.DEADLETTERS)]

    async def until(self, done: Callable[[], object], seconds: float, what: str) -> None:
        """Wait for something, given as a function or a coroutine function, while it runs."""
        deadline = time.monotonic() + seconds
        while True:
            found = done()
            if await found if asyncio.iscoroutine(found) else found:
                return
            status = self.running.poll()
            assert status is None, f"ended with {status} before it could {what}: {self.err}"
            assert time.monotonic() < deadline, f"did not {what} in {seconds:g} s\n{self._words()}"
            await asyncio.sleep(0.05)

    def _words(self) -> str:
        said = [json.dumps(one, ensure_ascii=False) for one in self.log()[-12:]]
        return "\n".join([self.out, self.err, *said])


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without any XUNCHA_*, and what a test adds."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("XUNCHA_")}
    return {**outer, "PYTHONUNBUFFERED": "1", **more}


def _with_free_ports(options: tuple[str, ...]) -> tuple[str, ...]:
    """The options, and a free port for every part that they don't give one."""
    missing = [option for option in PORTS if option not in options]
    return (*options, *(word for option in missing for word in (option, "0")))


@contextmanager
def running_up(
    data: Path, *options: str, env: Mapping[str, str] | None = None, screen: Path | None = None
) -> Iterator[Up]:
    """A started `xuncha up` on free ports; leaving it ends it, and nothing may be left of it."""
    up = Up(data, *options, env=env, screen=screen).start()
    try:
        yield up
    finally:
        left = up.stop()
    assert left == []


async def read_topic(bootstrap: str, name: Name, topics: Topics | None = None) -> list[Any]:
    """All records of a topic, partition after partition."""
    topics = topics or Topics()
    partitions = [TopicPartition(topics.of(name), one) for one in range(topics.count(name))]
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, **RECOVERY_OPTIONS) as consumer:
        consumer.assign(partitions)
        lists = await asyncio.gather(*(_read(consumer, one) for one in partitions))
    return [record for records in lists for record in records]


async def _read(consumer: AIOKafkaConsumer, partition: TopicPartition) -> list[Any]:
    return [record async for records in read_to_end(consumer, partition) for record in records]
