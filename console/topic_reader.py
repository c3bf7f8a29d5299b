"""Reading a topic without a group: from its first record to its end, or as it grows. Nothing is acknowledged."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError

from schemas.errors import BrokerError
from streams.broker.watermark import RECOVERY_OPTIONS, read_to_end
from streams.settings import Settings
from streams.topics import Name

_POLL_MS = 100


class Record(Protocol):
    """A record as the client gives it; `timestamp` in ms UTC."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@contextmanager
def broker_errors(bootstrap: str) -> Iterator[None]:
    """Turn the client's errors into one sentence of ours."""
    try:
        yield
    except KafkaConnectionError as error:
        raise BrokerError(f"no Kafka broker answers at {bootstrap}: start it, or set XUNCHA_KAFKA") from error
    except KafkaError as error:
        raise BrokerError(f"the Kafka broker at {bootstrap} failed: {error}; see its log, then try again") from error


class TopicReader:
    """All partitions of one topic; get one from `open_topic`."""

    def __init__(self, consumer: AIOKafkaConsumer, topic: str, partitions: int) -> None:
        self.topic = topic
        self.partitions = partitions
        self._consumer = consumer

    async def to_end(self, partition: int | None = None, *, patience: float = 30.0) -> AsyncGenerator[Record]:
        """Every record there is now, of one partition or of one after the other, oldest first.

        Raises:
            RecoveryStalled: the broker gave nothing more for `patience` seconds before the end.

        """
        for one in range(self.partitions) if partition is None else (partition,):
            at = TopicPartition(self.topic, one)
            self._consumer.assign([at])
            async for records in read_to_end(self._consumer, at, no_progress_seconds=patience):
                for record in records:
                    yield record

    async def follow(self, *, from_start: bool, ready: Callable[[], None]) -> AsyncGenerator[Record]:
        """What is there (`from_start`) and all that comes; `ready` is called when nothing can be missed."""
        everything = [TopicPartition(self.topic, one) for one in range(self.partitions)]
        self._consumer.assign(everything)
        await (self._consumer.seek_to_beginning() if from_start else self._seek_to_end(everything))
        ready()
        while True:
            batches = await self._consumer.getmany(timeout_ms=_POLL_MS)
            for records in batches.values():
                for record in records:
                    yield record

    async def _seek_to_end(self, everything: list[TopicPartition]) -> None:
        """To where fetches say that the end is: Tansu's own answer for "latest" lies before its last batch."""
        await self._consumer.seek_to_end()
        while any(self._consumer.highwater(at) is None for at in everything):
            await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=1)
        for at in everything:
            self._consumer.seek(at, self._consumer.highwater(at))


@asynccontextmanager
async def open_topic(settings: Settings, name: Name) -> AsyncIterator[TopicReader]:
    """A reader of a topic.

    Raises:
        BrokerError: the broker can't be reached, or has no such topic.

    """
    topic = settings.topics.of(name)
    async with _connected(settings) as consumer:
        partitions = await _partitions(consumer, topic)
        if not partitions:
            raise BrokerError(
                f"the broker at {settings.kafka} has no topic {topic}: `xuncha up` or `xuncha worker` creates it; "
                "if yours is called otherwise, set XUNCHA_PREFIX"
            )
        yield TopicReader(consumer, topic, partitions)


async def partition_count(settings: Settings, name: Name) -> int:
    """How many partitions a topic has on the broker, 0 if it is not there.

    Raises:
        BrokerError: the broker can't be reached.

    """
    async with _connected(settings) as consumer:
        return await _partitions(consumer, settings.topics.of(name))


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, request_timeout_ms=10_000, **RECOVERY_OPTIONS)
    try:
        with broker_errors(settings.kafka):
            await consumer.start()
            yield consumer
    finally:
        await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> int:
    # A look at all topics creates none, as asking for one might. `consumer.topics()` gives only the names of that look,
    # and the consumer itself knows nothing of them on Apache Kafka, since it is subscribed to nothing.
    cluster: Any = await consumer._client.fetch_all_metadata()  # noqa: SLF001
    return len(cluster.partitions_for_topic(topic) or ())
