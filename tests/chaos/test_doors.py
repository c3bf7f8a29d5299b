"""The proxy does to connections what it says, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from streams.broker.ports import free_port
from tests.chaos.doors import Door, Way

_SHORT = 0.2
BROKEN_OFF = (ConnectionError, asyncio.IncompleteReadError)

Talk = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A door before a server that answers what it was told."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while line := await reader.readline():
                writer.write(line)
        writer.transport.abort()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        async with Door(free_port(), server.sockets[0].getsockname()[1]) as made:
            yield made
        await asyncio.sleep(0.05)  # the server hears of it


@asynccontextmanager
async def connected(door: Door) -> AsyncIterator[Talk]:
    """A connection through the door."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def answers(talk: Talk) -> bool:
    """Whether what is said comes back."""
    reader, writer = talk
    writer.write(b"hello\n")
    return await reader.readline() == b"hello\n"


async def test_carries(door: Door) -> None:
    """What is said arrives, and the answer too."""
    async with connected(door) as talk:
        assert await answers(talk)
        assert door.connections == 1


@pytest.mark.parametrize("ways", [(Way.TO_BROKER,), (Way.FROM_BROKER,), tuple(Way)])
async def test_held_is_late_not_lost(door: Door, ways: tuple[Way, ...]) -> None:
    """Nothing passes a connection that is held, and it stays open; healed, all comes, in order."""
    async with connected(door) as (reader, writer):
        assert await answers((reader, writer))
        door.hold(*ways)
        writer.write(b"one\ntwo\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readline(), _SHORT)
        door.heal()
        assert [await reader.readline(), await reader.readline()] == [b"one\n", b"two\n"]


async def test_cut(door: Door) -> None:
    """A connection that is cut is broken off at once; new ones only where they are refused."""
    async with connected(door) as (reader, writer):
        assert await answers((reader, writer))
        door.cut()
        with pytest.raises(BROKEN_OFF):
            await reader.readexactly(1)
    async with connected(door) as talk:
        assert await answers(talk)
    door.cut(refuse=True)
    async with connected(door) as (reader, _):
        with pytest.raises(BROKEN_OFF):
            await reader.readexactly(1)
    door.heal()
    async with connected(door) as talk:
        assert await answers(talk)


async def test_slow(door: Door) -> None:
    """What passes is late, both ways."""
    async with connected(door) as talk:
        door.slow(_SHORT)
        began = asyncio.get_running_loop().time()
        assert await answers(talk)
        assert asyncio.get_running_loop().time() - began >= 2 * _SHORT
