"""The door beside the embedded broker lets in every client, also those that the broker's own answers confuse."""

import asyncio
import shutil
import socket
import struct
import uuid
from collections.abc import AsyncIterator
from typing import Final

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka import Consumer, Producer, TopicPartition

from schemas.errors import BrokerPortInUse
from streams.broker.door import Door
from streams.broker.ports import free_port
from tests.support.brokers import NewTopicMaker

pytestmark = pytest.mark.embedded

HOST: Final = "127.0.0.1"


@pytest.fixture
async def door(embedded_broker: str) -> AsyncIterator[Door]:
    """An open door to the broker of the tests."""
    async with Door(HOST, int(embedded_broker.rpartition(":")[2])) as made:
        yield made


async def ask(address: str, api: int, version: int, body: bytes = b"") -> bytes:
    """A request as old clients write it; the answer behind its number."""
    reader, writer = await asyncio.open_connection(*address.split(":"))
    frame = struct.pack(">hhih", api, version, 7, -1) + body
    writer.write(struct.pack(">i", len(frame)) + frame)
    answer = await asyncio.wait_for(reader.readexactly(struct.unpack(">i", await reader.readexactly(4))[0]), 5)
    writer.close()
    assert struct.unpack_from(">i", answer) == (7,)
    return answer[4:]


class TestEveryClientComesIn:
    """Whatever it is built on, it writes and reads through the door."""

    async def test_kcat(self, door: Door, embedded_broker: str, new_topic: NewTopicMaker) -> None:
        """The one that distributions bring, on an old librdkafka, which the broker itself confuses."""
        if shutil.which("kcat") is None:
            pytest.skip("kcat is not installed")
        topic = await asyncio.to_thread(new_topic, embedded_broker)
        assert await kcat("-P", "-b", door.bootstrap, "-t", topic, "-k", "k", said=b"one\ntwo\n") == b""
        assert await kcat("-C", "-b", door.bootstrap, "-t", topic, "-e", "-q", "-f", "%k=%s\n") == b"k=one\nk=two\n"

    async def test_a_new_librdkafka(self, door: Door, embedded_broker: str, new_topic: NewTopicMaker) -> None:
        """It speaks newer versions of most requests, and is content with older ones of three."""
        topic = await asyncio.to_thread(new_topic, embedded_broker)
        assert await asyncio.to_thread(there_and_back, door.bootstrap, topic) == b"value"

    async def test_aiokafka(self, door: Door, embedded_broker: str, new_topic: NewTopicMaker) -> None:
        """A client in Python, with a record of several megabytes."""
        topic, large = (
            await asyncio.to_thread(new_topic, embedded_broker, max_message_bytes="9000000"),
            b"x" * 5_000_000,
        )
        async with AIOKafkaProducer(bootstrap_servers=door.bootstrap, max_request_size=9_000_000) as producer:
            await producer.send_and_wait(topic, large)
        async with AIOKafkaConsumer(topic, bootstrap_servers=door.bootstrap, auto_offset_reset="earliest") as consumer:
            assert (await asyncio.wait_for(consumer.getone(), 10)).value == large


def there_and_back(bootstrap: str, topic: str) -> bytes | None:
    """Write a record and read it, with confluent-kafka."""
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(topic, b"value")
    assert producer.flush(10) == 0
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": uuid.uuid4().hex, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    try:
        found = consumer.poll(10)
        return found.value() if found is not None else None
    finally:
        consumer.close()


async def kcat(*arguments: str, said: bytes | None = None) -> bytes:
    """What kcat printed, on either stream."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("kcat", *arguments, stdin=pipe, stdout=pipe, stderr=pipe)
    out, err = await asyncio.wait_for(process.communicate(said), 20)
    assert process.returncode == 0, err.decode()
    return out + err


class TestWhatTheDoorSays:
    """It changes three answers and no more."""

    async def test_newer_versions_of_the_first_question_are_not_spoken(self, door: Door) -> None:
        """UNSUPPORTED_VERSION in version 0, naming what is: what a client knows from old brokers."""
        assert await ask(door.bootstrap, 18, 3) == struct.pack(">hihhh", 35, 1, 18, 0, 0)

    async def test_the_rest_is_what_the_broker_speaks(self, door: Door, embedded_broker: str) -> None:
        """Three requests are capped, the one that would lead around the door is left out, the others are untouched."""
        own, through = [
            {api: (first, last) for api, first, last in struct.iter_unpack(">hhh", (await ask(address, 18, 0))[6:])}
            for address in (embedded_broker, door.bootstrap)
        ]
        differing = {api: through.get(api) for api in own if own[api] != through.get(api)}
        assert differing == {3: (0, 8), 10: (0, 2), 18: (0, 0), 60: None}

    @pytest.mark.parametrize("version", range(9))
    async def test_it_names_itself_as_the_broker(self, door: Door, version: int) -> None:
        """In every version of Metadata that it lets through, so that clients come back through the door."""
        answer = await ask(door.bootstrap, 3, version, struct.pack(">i", 0) + b"\x00\x00\x00"[: max(0, version - 3)])
        named = answer[4 if version >= 3 else 0 :]
        assert struct.unpack_from(">i", named) == (1,)
        assert named[8:10] + named[10:19] == struct.pack(">h", 9) + HOST.encode()
        assert struct.unpack_from(">i", named, 19) == (int(door.bootstrap.rpartition(":")[2]),)


class TestHangingUp:
    """Nobody waits for an answer that will not come."""

    @pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 8, b"\x00\x00\x00\x01x"])
    async def test_on_who_does_not_speak_kafka(self, door: Door, noise: bytes) -> None:
        """A browser's request, a negative length, a frame without a head."""
        reader, writer = await asyncio.open_connection(*door.bootstrap.split(":"))
        writer.write(noise)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    async def test_when_no_broker_is_behind_it(self) -> None:
        """The broker has died: clients are told so at once, by a closed connection."""
        async with Door(HOST, free_port()) as door:
            reader, writer = await asyncio.open_connection(*door.bootstrap.split(":"))
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()

    async def test_when_it_closes(self, embedded_broker: str) -> None:
        """Leaving ends what is still open."""
        async with Door(HOST, int(embedded_broker.rpartition(":")[2])) as door:
            reader, writer = await asyncio.open_connection(*door.bootstrap.split(":"))
            await asyncio.sleep(0.1)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    async def test_a_taken_port(self) -> None:
        """Is said with what to do."""
        with socket.create_server((HOST, 0)) as other, pytest.raises(BrokerPortInUse, match="choose another port"):
            await Door(HOST, 1, other.getsockname()[1]).__aenter__()
