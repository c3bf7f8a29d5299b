"""A worker's way to the broker: a TCP proxy of ours that can cut, slow down and hold what passes.

Nothing that TCP promises is broken: what is held is delivered later, in order, or its connection is cut.
"""

import asyncio
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Self

_CHUNK = 64 * 1024


class Way(StrEnum):
    """Which way something goes."""

    TO_BROKER = "to"
    FROM_BROKER = "from"


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

    def heal(self) -> None:
        """Everything passes again, what was held first."""
        self._refusing, self._delay = False, 0.0
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
                asyncio.create_task(self._pump(Way.TO_BROKER, reader, to_broker)),
                asyncio.create_task(self._pump(Way.FROM_BROKER, from_broker, writer)),
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

    async def _pump(self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if self._delay:
                    await asyncio.sleep(self._delay)
                await self._passing[way].wait()
                writer.write(chunk)
                await writer.drain()
