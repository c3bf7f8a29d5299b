"""One installation on a broker of the tests: its topics, a receiver for all its units, a quarter to play."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.deliveries import PENDING
from alerts.received import Received
from alerts.receiver import Receiver, Reception
from alerts.signing import new_secret
from console.up.play import play
from schemas.control import CheckpointData
from schemas.registry import Endpoint
from streams.admin import ensure_topics
from streams.broker.watermark import RECOVERY_OPTIONS, read_to_end
from streams.log.sender import Sender
from streams.log.states import CLOCK
from streams.settings import Settings
from streams.topics import Name
from tests.support.kafka_workers import WorkerProcess

SECRET_NAME = "XUNCHA_TEST_SECRET"
#: The shortest that Apache Kafka allows.
SESSION_SECONDS = 6.0
_POLL_SECONDS = 0.1

Event = dict[str, Any]
_decode = msgspec.msgpack.Decoder().decode


class Told(Protocol):
    """Where all units are told: a receiver here, or one in a process of its own."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def received(self) -> Sequence[Received]:
        """What it was told."""

    @property
    def counts(self) -> Mapping[Reception, int]:
        """What it made of the requests."""


@dataclass
class Installation:
    """A prefix and group of its own; open it by `installation`."""

    settings: Settings
    folder: Path
    receiver: Told
    sender: Sender
    secret: str
    workers: list[WorkerProcess] = field(default_factory=list)

    def worker(self, name: str = "one", *, static: bool = False, **changes: Any) -> WorkerProcess:
        """A worker that is not started yet; `static` gives it an instance, so that it comes back as itself."""
        settings = self.settings.model_copy(update={"instance": name if static else "", **changes})
        worker = WorkerProcess(settings, self.folder, name, **{SECRET_NAME: self.secret})
        self.workers.append(worker)
        return worker

    async def play(self, events: Iterable[Event], checkpoint: CheckpointData) -> None:
        """Send a quarter with its ticks and its checkpoint, every unit told at our receiver."""
        async for _ in play(self.sender, self.told_here(events), checkpoint):
            pass

    def told_here(self, events: Iterable[Event]) -> Iterable[Event]:
        """The same events, every unit with our receiver's address."""
        endpoint = Endpoint(url=self.receiver.url, secret_env=SECRET_NAME).model_dump(mode="json")
        for event in events:
            if event["type"] == "unit.registered":
                yield event | {"data": event["data"] | {"endpoints": [endpoint]}}
            else:
                yield event

    async def records(self, name: Name) -> list[Any]:
        """All records of a topic as they lie there, partition after partition."""
        return await read_topic(self.settings, name)

    async def open_alerts(self) -> set[bytes]:
        """The alerts that have still to be told."""
        newest = {record.key: record.value for record in await self.records(Name.DELIVERIES)}
        return {key for key, value in newest.items() if key.startswith(PENDING.encode()) and value is not None}

    async def count(self, name: Name) -> int:
        """How many records a topic holds."""
        topics = self.settings.topics
        partitions = [TopicPartition(topics.of(name), one) for one in range(topics.count(name))]
        async with AIOKafkaConsumer(bootstrap_servers=self.settings.kafka) as consumer:
            return sum((await consumer.end_offsets(partitions)).values())

    async def until(self, done: Callable[[], Awaitable[bool]], seconds: float, what: str) -> None:
        """Wait for something while all started workers live."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not await done():
            late = asyncio.get_running_loop().time() > deadline
            assert not late, f"{what} took longer than {seconds:g} s\n{self.tails()}"
            await asyncio.sleep(_POLL_SECONDS)

    async def folded(self) -> float:
        """Which part of the observations is folded and its state written, from 0 to 1."""
        positions: dict[int, int] = {}
        for record in await self.records(Name.STATE_OBSERVATIONS):
            if record.key == CLOCK.encode():
                positions[record.partition] = max(positions.get(record.partition, 0), _decode(record.value)[0] + 1)
        return sum(positions.values()) / max(1, await self.count(Name.OBSERVATIONS))

    async def reached(self, part: float, seconds: float = 90.0) -> None:
        """Wait until so much is folded."""

        async def enough() -> bool:
            return await self.folded() >= part

        await self.until(enough, seconds, f"folding {part:.0%}")

    def tails(self) -> str:
        """The last words of all workers."""
        return "\n".join(f"--- {one.name} (alive: {one.alive})\n{one.tail()}" for one in self.workers)


@asynccontextmanager
async def installation(bootstrap: str, folder: Path, **changes: Any) -> AsyncIterator[Installation]:
    """An installation with fresh topics and a receiver of its own; leaving it ends its workers."""
    secret = new_secret()
    async with (
        Receiver(secret, keep=100_000) as receiver,
        told_at(receiver, secret, bootstrap, folder, **changes) as made,
    ):
        yield made


@asynccontextmanager
async def told_at(
    receiver: Told, secret: str, bootstrap: str, folder: Path, **changes: Any
) -> AsyncIterator[Installation]:
    """An installation with fresh topics whose units are told at a receiver; leaving it ends its workers."""
    prefix = f"t-{uuid.uuid4().hex[:8]}"
    settings = Settings(
        kafka=bootstrap, prefix=prefix, group=prefix, live=False, tick_seconds=0.0, http_port=0,
        session_seconds=SESSION_SECONDS, data=folder, log_level="INFO",
    ).model_copy(update=changes)  # fmt: skip
    await asyncio.to_thread(ensure_topics, settings.kafka, settings.topics)
    sender = Sender(settings.kafka, settings.topics)
    await sender.start()
    made = Installation(settings, folder, receiver, sender, secret)
    try:
        yield made
    finally:
        await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker in made.workers))
        await sender.stop()


async def read_topic(settings: Settings, name: Name) -> list[Any]:
    """All records of a topic, partition after partition."""
    topics = settings.topics
    found: list[Any] = []
    async with AIOKafkaConsumer(bootstrap_servers=settings.kafka, **RECOVERY_OPTIONS) as consumer:
        partitions = [TopicPartition(topics.of(name), one) for one in range(topics.count(name))]
        consumer.assign(partitions)
        lists: Sequence[list[Any]] = await asyncio.gather(*(_read(consumer, one) for one in partitions))
        for records in lists:
            found.extend(records)
    return found


async def _read(consumer: AIOKafkaConsumer, partition: TopicPartition) -> list[Any]:
    return [record async for records in read_to_end(consumer, partition) for record in records]
