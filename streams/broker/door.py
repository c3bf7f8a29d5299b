"""A door to the embedded broker for every client, also for those that its own answers confuse.

Tansu ends its answer to ApiVersions with tagged fields, as Kafka's protocol allows since version 3 of that request.
librdkafka up to 2.0.2 (what `apt-get install kcat` brings on Debian 12 and Ubuntu 22.04) counts them wrongly, reports
"Read underflow" and hangs up; no option of the client helps. Behind this door the broker speaks that request in
version 0, which has no such fields: to any other version the door answers "unsupported", as the protocol has it for old
brokers (KIP-511), and the client asks again. So that clients come back through the door, the broker's address is
replaced in the answers that hold it, which are capped at their last version of fixed fields.

Strangers use the door; the product's own parts go straight to the broker.
"""

import asyncio
import struct
from contextlib import closing, suppress
from typing import Final, NamedTuple, Self

from schemas.errors import BrokerPortInUse

METADATA: Final = 3
FIND_COORDINATOR: Final = 10
API_VERSIONS: Final = 18
DESCRIBE_CLUSTER: Final = 60  # it tells the broker's address too, and only in tagged fields: clients do without it
UNSUPPORTED_VERSION: Final = 35

#: Bytes: as much as Apache Kafka takes (`socket.request.max.bytes`).
LARGEST_FRAME: Final = 100 * 1024 * 1024

#: The last version of each whose answer has fixed fields only.
_LAST: Final = {METADATA: 8, FIND_COORDINATOR: 2, API_VERSIONS: 0}
_HIDDEN: Final = frozenset({DESCRIBE_CLUSTER})

_SIZE = struct.Struct(">i")
_HEAD = struct.Struct(">hhi")
_ANSWERED = struct.Struct(">i")
_CODE = struct.Struct(">h")
_VERSIONS = struct.Struct(">hhh")


class Asked(NamedTuple):
    """A request whose answer has to be looked at."""

    api: int
    version: int


class Door:
    """Listens beside a broker and hands everything through; open it with `async with`.

    Args:
        host: where to listen, which is also the broker's host.
        broker: the broker's port.
        port: where to listen; 0 takes a free one.

    Raises:
        BrokerPortInUse: on opening, when something else listens there.

    """

    def __init__(self, host: str, broker: int, port: int = 0) -> None:
        self._host, self._broker, self._port = host, broker, port
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients, once it is open."""
        return f"{self._host}:{self._port}"

    async def __aenter__(self) -> Self:
        try:
            self._server = await asyncio.start_server(self._admit, self._host, self._port)
        except OSError as error:
            raise BrokerPortInUse(
                f"Port {self._port} of {self._host} cannot be had ({error.strerror}): "
                "stop the program that uses it or choose another port for the broker."
            ) from error
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.create_task(self._serve(reader, writer))
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection, until either side hangs up."""
        with suppress(OSError), closing(writer):
            beyond = await asyncio.open_connection(self._host, self._broker)
            with closing(beyond[1]):
                await _Visit(self._port, (reader, writer), beyond).run()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Visit:
    """Hands frames to and fro."""

    def __init__(self, port: int, client: Ends, broker: Ends) -> None:
        self._port = port
        self._from_client, self._to_client = client
        self._from_broker, self._to_broker = broker
        self._asked: dict[int, Asked] = {}

    async def run(self) -> None:
        """Hand on until one side has ended, then end the other way too."""
        ways = [asyncio.create_task(self._inward()), asyncio.create_task(self._outward())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _inward(self) -> None:
        while True:
            frame = await _read(self._from_client, _HEAD.size)
            api, version, number = _HEAD.unpack_from(frame)
            if api == API_VERSIONS and version > _LAST[API_VERSIONS]:
                await _write(self._to_client, _unsupported(number))
                continue
            if api in _LAST:
                self._asked[number] = Asked(api, version)
            await _write(self._to_broker, frame)

    async def _outward(self) -> None:
        while True:
            frame = await _read(self._from_broker, _ANSWERED.size)
            asked = self._asked.pop(_ANSWERED.unpack_from(frame)[0], None)
            await _write(self._to_client, frame if asked is None else _mended(asked, frame, self._port))


async def _read(reader: asyncio.StreamReader, least: int) -> bytes:
    """The next frame; who sends what can't be one does not speak Kafka, and is hung up on."""
    (size,) = _SIZE.unpack(await reader.readexactly(_SIZE.size))
    if not least <= size <= LARGEST_FRAME:
        raise ConnectionError(f"a frame of {size} bytes")
    return await reader.readexactly(size)


async def _write(writer: asyncio.StreamWriter, frame: bytes) -> None:
    writer.write(_SIZE.pack(len(frame)))
    writer.write(frame)
    await writer.drain()


def _unsupported(number: int) -> bytes:
    """The answer in version 0 to a version that is not spoken here: which one is."""
    versions = _SIZE.pack(1) + _VERSIONS.pack(API_VERSIONS, 0, _LAST[API_VERSIONS])
    return _ANSWERED.pack(number) + _CODE.pack(UNSUPPORTED_VERSION) + versions


def _mended(asked: Asked, frame: bytes, port: int) -> bytes:
    """An answer as this door gives it."""
    if asked.api == API_VERSIONS:
        return _capped(frame)
    places = _ports_of_brokers(frame, asked.version) if asked.api == METADATA else [_port_found(frame, asked.version)]
    changed = bytearray(frame)
    for place in places:
        _SIZE.pack_into(changed, place, port)
    return bytes(changed)


def _capped(frame: bytes) -> bytes:
    """The versions that the broker speaks, no higher than this door understands."""
    start = _ANSWERED.size + _CODE.size + _SIZE.size
    spoken = _VERSIONS.iter_unpack(frame[start : start + _count(frame, start) * _VERSIONS.size])
    kept = [(api, first, min(last, _LAST.get(api, last))) for api, first, last in spoken if api not in _HIDDEN]
    return frame[: start - _SIZE.size] + _SIZE.pack(len(kept)) + b"".join(_VERSIONS.pack(*one) for one in kept)


def _count(frame: bytes, end: int) -> int:
    """How many elements the array has whose length ends at `end`."""
    return int(_SIZE.unpack_from(frame, end - _SIZE.size)[0])


def _ports_of_brokers(frame: bytes, version: int) -> list[int]:
    """Where an answer to Metadata (version 0 to 8) holds the brokers' ports."""
    at = _ANSWERED.size + (4 if version >= 3 else 0)  # noqa: PLR2004  # throttle_time_ms since version 3
    at += _SIZE.size
    places = []
    for _ in range(_count(frame, at)):
        at = _behind_text(frame, at + 4)  # node id, host
        places.append(at)
        at += _SIZE.size
        if version >= 1:
            at = _behind_text(frame, at)  # rack
    return places


def _port_found(frame: bytes, version: int) -> int:
    """Where an answer to FindCoordinator (version 0 to 2) holds the coordinator's port."""
    at = _ANSWERED.size + (4 if version >= 1 else 0) + _CODE.size
    if version >= 1:
        at = _behind_text(frame, at)  # error message
    return _behind_text(frame, at + 4)  # node id, host


def _behind_text(frame: bytes, at: int) -> int:
    """Where what follows a text begins; a length of -1 is no text."""
    (length,) = _CODE.unpack_from(frame, at)
    return at + _CODE.size + max(0, int(length))
