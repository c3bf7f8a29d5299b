"""The proxy does to connections what it says, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from streams.broker.ports import free_port
from tests.chaos.doors import Door, Trap, Way
from tests.chaos.requests import Requests

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


def request(kind: int, text: bytes) -> bytes:
    """A Kafka request with something in it."""
    body = kind.to_bytes(2) + text
    return len(body).to_bytes(4) + body


WRITE, READ = request(0, b"some records\n"), request(1, b"more of them\n")


@pytest.mark.parametrize("size", [1, 5, 7, 1000])
def test_requests_are_told_apart(size: int) -> None:
    """However the bytes are cut on their way: two writes begin and end, and nothing is lost of what lies between."""
    sent, requests = READ + WRITE + READ + WRITE + READ, Requests()
    pieces = [piece for at in range(0, len(sent), size) for piece in requests.cut(sent[at : at + size])]
    assert b"".join(piece.data for piece in pieces) == sent
    assert (sum(piece.begins for piece in pieces), sum(piece.ends for piece in pieces)) == (2, 2)


@pytest.mark.parametrize(
    ("whole", "comes"), [(True, WRITE + READ + WRITE), (False, WRITE + READ + WRITE[: len(WRITE) // 2])]
)
async def test_a_trap_at_the_second_write(*, whole: bool, comes: bytes) -> None:
    """It springs once, when the broker has all of that write, or half of it; nothing comes after."""
    heard, sprung = bytearray(), []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(100):
                heard.extend(data)
        writer.transport.abort()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        async with Door(free_port(), server.sockets[0].getsockname()[1]) as door, connected(door) as (_, writer):
            trap = Trap(2, whole, lambda: sprung.append(bytes(heard)))
            door.set_trap(trap)
            writer.write(WRITE + READ + WRITE + READ + WRITE)
            await asyncio.wait_for(trap.sprung.wait(), 10)
        await asyncio.sleep(0.05)
    assert sprung == [comes]
    assert bytes(heard) == comes
