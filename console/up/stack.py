"""The embedded installation: broker, journal, intake, receiver, worker, started in order and stopped in the other.

Everything that can't start says so in one sentence. Whatever state it is in, leaving the stack stops all of it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import structlog

from alerts.receiver import Receiver
from alerts.signing import new_secret
from console.environment import own_settings
from console.up.logbook import Logbook
from console.up.workers import WorkerProcess
from schemas.errors import BrokerDied, BrokerPortInUse, OperationError, PortInUse
from streams.admin import ensure_topics
from streams.broker.door import Door
from streams.broker.embedded import EmbeddedBroker
from streams.broker.ports import free_port, require_free
from streams.journal import CutReport, Journal
from streams.log.sender import Sender
from streams.settings import Settings

log = structlog.get_logger(__name__)

#: The environment variable that holds the local receiver's secret.
SECRET_NAME = "XUNCHA_LOCAL_SECRET"  # noqa: S105  # a name, not a secret
READY_SECONDS = 90.0
#: How long a worker may take to finish what it holds.
PATIENCE_SECONDS = 10.0
#: Tansu lets a group's first member wait half of it for others, who never come: the shortest that Kafka allows.
SESSION_SECONDS = 6.0


class Ports(NamedTuple):
    """Where the parts listen on this machine; 0 takes a free port."""

    broker: int = 0
    intake: int = 0
    metrics: int = 0
    receiver: int = 0

    def require_free(self) -> None:
        """Raise unless all of them can be had.

        Raises:
            PortInUse: something else listens on one; the message names the option that chooses another.

        """
        for name, port in self._asdict().items():
            try:
                require_free("127.0.0.1", port)
            except BrokerPortInUse as error:
                raise PortInUse(
                    f"port {port}, which the {name} was to have, is in use: stop the program that listens there, "
                    f"or choose another by --{name}-port (0 takes a free one)"
                ) from error


class Stack:
    """What is running."""

    def __init__(self, data: Path, ports: Ports) -> None:
        self.data = data.resolve()  # a worker has a working directory of its own
        self.ports = ports
        self.broker = EmbeddedBroker()
        self.bootstrap = ""
        self.secret = new_secret()
        self.receiver = Receiver(self.secret, port=ports.receiver, out=self.data / "received.jsonl")
        self.cut: CutReport | None = None
        self.restored = 0
        self.workers: list[WorkerProcess] = []
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Stack"]:
        """Broker and receiver; the rest is added by its own calls. `bootstrap` is where strangers find the broker."""
        async with self._stack as stack:
            self.ports.require_free()
            stack.callback(self.broker.stop)
            with self._in_one_sentence():
                await asyncio.to_thread(self.broker.start)
            host, _, port = self.broker.bootstrap.partition(":")
            door = await stack.enter_async_context(Door(host, int(port), self.ports.broker))
            self.bootstrap = door.bootstrap
            await stack.enter_async_context(self.receiver)
            yield self

    def settings(self, **changes: Any) -> Settings:
        """The settings of one installation on this stack's broker."""
        own = {"kafka": self.broker.bootstrap, "data": self.data, "session_seconds": SESSION_SECONDS}
        return own_settings(**own, **changes)

    async def sender(self, settings: Settings) -> Sender:
        """A sender into an installation whose topics are there."""
        await asyncio.to_thread(ensure_topics, settings.kafka, settings.topics)
        sender = Sender(settings.kafka, settings.topics)
        await sender.start()
        self._stack.push_async_callback(sender.stop)
        return sender

    async def logbook(self, settings: Settings, sender: Sender) -> Logbook:
        """The journal, told to the broker again, and from now on kept alike."""
        journal = await asyncio.to_thread(Journal, self.data / "journal")
        self._stack.callback(journal.close)
        self.cut = journal.cut
        logbook = Logbook(journal, sender)
        self.restored = await logbook.restore()
        self.background(logbook.mirror(settings.kafka, settings.topics))
        return logbook

    def worker(self, name: str, settings: Settings) -> WorkerProcess:
        """Start a worker."""
        if not settings.http_port:
            settings = settings.model_copy(update={"http_port": free_port("127.0.0.1")})
        worker = WorkerProcess(name, settings, {SECRET_NAME: self.secret})
        self.workers.append(worker)
        self._stack.push_async_callback(asyncio.to_thread, self._stop_worker, worker)
        return worker

    def _stop_worker(self, worker: WorkerProcess) -> None:
        """Let it finish what it holds, unless there is no broker left to write it to."""
        worker.stop(PATIENCE_SECONDS if self.broker.alive() else 0.0)

    def background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something until the stack is left; its failure comes out of `check`."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        self._stack.push_async_callback(_cancel, task)

    def on_leaving(self, call: Callable[[], Awaitable[Any]]) -> None:
        """Call something when the stack is left."""
        self._stack.push_async_callback(call)

    def check(self) -> None:
        """Raise if any part has failed.

        Raises:
            OperationError: naming the part.

        """
        with self._in_one_sentence():
            self.broker.check()
        for worker in self.workers:
            worker.check()
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise OperationError(f"a part of the stack failed: {error}") from error

    @contextmanager
    def _in_one_sentence(self) -> Iterator[None]:
        """What a broker said before it died goes to the log; the screen has a sentence."""
        try:
            yield
        except BrokerDied as death:
            log.critical("broker ended", error=str(death))
            raise BrokerDied(f"{_first_line(death)} What it said last stands in {self.data}/up.log.") from death

    async def wait(self, until: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for something, watching all parts.

        Raises:
            OperationError: a part failed, or it took too long.

        """
        deadline = asyncio.get_running_loop().time() + seconds
        while not until():
            self.check()
            if asyncio.get_running_loop().time() > deadline:
                raise OperationError(f"{what} took longer than {seconds:g} s: see the logs in {self.data}")
            await asyncio.sleep(0.05)

    async def ready(self, worker: WorkerProcess) -> None:
        """Wait until a worker has loaded its state."""
        async with aiohttp.ClientSession() as session:
            deadline = asyncio.get_running_loop().time() + READY_SECONDS
            while not await worker.ready(session):
                self.check()
                if asyncio.get_running_loop().time() > deadline:
                    raise OperationError(f"the {worker.name} was not ready in {READY_SECONDS:g} s: see {self.data}")
                await asyncio.sleep(0.1)


def _first_line(error: BrokerDied) -> str:
    """The sentence of a broker's end, without its last words."""
    return str(error).partition("\n")[0].removesuffix(" Its last lines:").removesuffix(" It wrote nothing.")


async def _cancel(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
