"""A worker's way to the broker: a TCP proxy of ours that can cut, slow down and hold what passes.

Nothing that TCP promises is broken: what is held is delivered later, in order, or its connection is cut.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

from tests.chaos.requests import Piece, Requests

_CHUNK = 64 * 1024
#: Until a broker has read what was written to it.
_READ_SECONDS = 0.05


class Way(StrEnum):
    """Which way something goes."""

    TO_BROKER = "to"
    FROM_BROKER = "from"


@dataclass
class Trap:
    """Something that happens at a write: the `left`-th from now on, once the broker has it whole, or only its head."""

    left: int
    whole: bool
    spring: Callable[[], None]
    sprung: asyncio.Event = field(default_factory=asyncio.Event)


class Door:
    """Listens on `port` and carries everything to `target` and back, while it is open.

    Args:
        port: where the worker connects.
        target: where the broker listens for it.

    """

    def __init__(self, port: int, target: int) -> None:
        self.port, self.target = port, target
        self._delay = 0.0
        self._refusing = False
        self._trap: Trap | None = None
        self._passing = {way: asyncio.Event() for way in Way}
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.heal()

    # -- what can be done to it --------------------------------------------------------------------------------

    def cut(self, *, refuse: bool = False) -> None:
        """Break all connections off; `refuse` new ones as well."""
        self._refusing = refuse
        for writer in self._writers:
            writer.transport.abort()

    def slow(self, seconds: float) -> None:
        """Whatever passes is so late."""
        self._delay = seconds

    def hold(self, *ways: Way) -> None:
        """Connections stay open, and nothing passes."""
        for way in ways:
            self._passing[way].clear()

    def set_trap(self, trap: Trap) -> None:
        """Let something happen at a write."""
        self._trap = trap

    def heal(self) -> None:
        """Everything passes again, what was held first."""
        self._refusing, self._delay, self._trap = False, 0.0, None
        for passing in self._passing.values():
            passing.set()

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return len(self._writers) // 2

    # -- carrying ----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._come_in, "127.0.0.1", self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.cut(refuse=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _come_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        try:
            from_broker, to_broker = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:  # the broker is down
            writer.transport.abort()
            return
        both = {writer, to_broker}
        self._writers |= both
        try:
            pumps = [
                asyncio.create_task(self._ask(reader, to_broker)),
                asyncio.create_task(self._answer(from_broker, writer)),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            self._writers -= both
            for one in both:
                one.transport.abort()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests = Requests()
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                for piece in requests.cut(chunk):
                    trap = self._due(piece)
                    half = trap is not None and not trap.whole
                    await self._pass(Way.TO_BROKER, piece.data[: len(piece.data) // 2] if half else piece.data, writer)
                    if trap is not None:
                        await self._spring(trap)
                        return

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._pass(Way.FROM_BROKER, chunk, writer)

    async def _pass(self, way: Way, data: bytes, writer: asyncio.StreamWriter) -> None:
        if self._delay:
            await asyncio.sleep(self._delay)
        await self._passing[way].wait()
        writer.write(data)
        await writer.drain()

    def _due(self, piece: Piece) -> Trap | None:
        """The trap, if it springs at this piece of a write."""
        trap = self._trap
        if trap is None:
            return None
        trap.left -= piece.begins
        return trap if trap.left <= 0 and (piece.ends if trap.whole else piece.begins) else None

    async def _spring(self, trap: Trap) -> None:
        self._trap = None
        await asyncio.sleep(_READ_SECONDS)
        trap.spring()
        trap.sprung.set()
