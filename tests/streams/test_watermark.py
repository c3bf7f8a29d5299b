"""Reading a partition to its end: all of it, on every broker, and never forever."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from kafka import TopicPartition as AdminTopicPartition
from kafka.admin import KafkaAdminClient

from schemas.errors import RecoveryStalled
from streams.broker.embedded import EmbeddedBroker
from streams.broker.watermark import RECOVERY_OPTIONS, read_to_end
from tests.support.brokers import NewTopicMaker

COMPACT_AT_ONCE = {
    "cleanup_policy": "compact",
    "segment_ms": "200",
    "min_cleanable_dirty_ratio": "0.01",
    "delete_retention_ms": "0",
}


@asynccontextmanager
async def _consumer(bootstrap: str, topic: str, partitions: int = 1) -> AsyncIterator[AIOKafkaConsumer]:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, **RECOVERY_OPTIONS) as consumer:
        consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
        yield consumer


async def _send_batch(
    bootstrap: str, topic: str, values: Sequence[bytes], *, partition: int = 0, key: bytes | None = None
) -> None:
    """Send all values as one record batch, which is what Tansu's defect needs."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        batch = producer.create_batch()
        for value in values:
            batch.append(key=key, value=value, timestamp=None)
        batch.close()
        await (await producer.send_batch(batch, topic, partition=partition))


async def _read(consumer: AIOKafkaConsumer, topic: str, partition: int = 0, **options: float) -> list[bytes]:
    lists = [records async for records in read_to_end(consumer, TopicPartition(topic, partition), **options)]  # type: ignore[arg-type]
    return [record.value or b"" for records in lists for record in records]


async def test_the_tail_of_the_last_batch_is_read(broker: str, new_topic: NewTopicMaker) -> None:
    """Five records sent as one batch are five records read, whatever `end_offsets` says of them."""
    topic = new_topic(broker)
    await _send_batch(broker, topic, [b"1", b"2", b"3", b"4", b"5"])
    async with _consumer(broker, topic) as consumer:
        assert await _read(consumer, topic) == [b"1", b"2", b"3", b"4", b"5"]


@pytest.mark.embedded
async def test_tansu_still_answers_list_offsets_wrongly(embedded_broker: str, new_topic: NewTopicMaker) -> None:
    """After one batch of five Tansu says the end is 1. When this fails Tansu is mended, and `end_offsets` may be used.

    A second batch of two makes it 6 instead of 7: always the base offset of the last batch + 1.
    """
    topic = new_topic(embedded_broker)
    partition = TopicPartition(topic, 0)
    async with _consumer(embedded_broker, topic) as consumer:
        await _send_batch(embedded_broker, topic, [b"1", b"2", b"3", b"4", b"5"])
        assert await consumer.end_offsets([partition]) == {partition: 1}
        await _send_batch(embedded_broker, topic, [b"6", b"7"])
        assert await consumer.end_offsets([partition]) == {partition: 6}


async def test_an_empty_partition_ends_at_once(broker: str, new_topic: NewTopicMaker) -> None:
    """A partition without records is read to its end within a second."""
    topic = new_topic(broker)
    async with _consumer(broker, topic) as consumer:
        started = time.monotonic()
        assert await _read(consumer, topic) == []
        assert time.monotonic() - started < 1.0


async def test_partitions_are_read_side_by_side(broker: str, new_topic: NewTopicMaker) -> None:
    """Four partitions of one consumer, one of them empty, may be read at the same time and do not mix."""
    topic = new_topic(broker, partitions=4)
    expected = [[b"%d-%d" % (number, n) for n in range(300 * number)] for number in range(4)]
    for number in (1, 2, 3):
        await _send_batch(broker, topic, expected[number], partition=number)
    async with _consumer(broker, topic, partitions=4) as consumer:
        assert await asyncio.gather(*(_read(consumer, topic, number) for number in range(4))) == expected


async def test_read_again_with_the_same_consumer(broker: str, new_topic: NewTopicMaker) -> None:
    """The high watermark of an earlier pass does not end a later one: what came between is read too."""
    topic = new_topic(broker)
    async with _consumer(broker, topic) as consumer:
        assert await _read(consumer, topic) == []
        await _send_batch(broker, topic, [b"1", b"2"])
        assert await _read(consumer, topic) == [b"1", b"2"]
        await _send_batch(broker, topic, [b"3", b"4"])
        assert await _read(consumer, topic) == [b"1", b"2", b"3", b"4"]


async def test_from_a_place_on(broker: str, new_topic: NewTopicMaker) -> None:
    """From an offset in the middle of a batch to the end; from the end there is nothing."""
    topic = new_topic(broker)
    await _send_batch(broker, topic, [b"1", b"2", b"3"])
    await _send_batch(broker, topic, [b"4", b"5"])
    async with _consumer(broker, topic) as consumer:
        assert await _read(consumer, topic, first=1) == [b"2", b"3", b"4", b"5"]
        assert await _read(consumer, topic, first=4) == [b"5"]
        assert await _read(consumer, topic, first=5) == []


async def test_lists_are_no_longer_than_asked(broker: str, new_topic: NewTopicMaker) -> None:
    """`max_records` bounds each list, and the position afterwards is behind the last record yielded."""
    topic = new_topic(broker)
    partition = TopicPartition(topic, 0)
    await _send_batch(broker, topic, [b"x"] * 7)
    async with _consumer(broker, topic) as consumer:
        sizes = [len(records) async for records in read_to_end(consumer, partition, max_records=3)]
        assert sizes == [3, 3, 1]
        assert await consumer.position(partition) == 7


async def test_it_ends_while_others_write(broker: str, new_topic: NewTopicMaker) -> None:
    """The end is where the partition ended when reading began; a writer that never rests does not hold it up."""
    topic = new_topic(broker)
    await _send_batch(broker, topic, [b"before"] * 100)
    async with AIOKafkaProducer(bootstrap_servers=broker) as producer, _consumer(broker, topic) as consumer:

        async def write_on() -> None:
            while True:
                await producer.send_and_wait(topic, b"meanwhile", partition=0)

        writer = asyncio.create_task(write_on())
        try:
            async with asyncio.timeout(10):
                assert (await _read(consumer, topic))[:100] == [b"before"] * 100
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)


class TestStalls:
    """What cannot go on says so, in the time it was given."""

    @pytest.mark.embedded
    async def test_a_broker_that_died(self, new_topic: NewTopicMaker) -> None:
        """The broker dies before the end: RecoveryStalled names the partition, where it stands, and what to check."""
        with EmbeddedBroker() as mortal:
            topic = new_topic(mortal.bootstrap)
            await _send_batch(mortal.bootstrap, topic, [b"1", b"2"])
            async with _consumer(mortal.bootstrap, topic) as consumer:
                await _read(consumer, topic)
                mortal.kill()
                with pytest.raises(
                    RecoveryStalled, match=rf"partition 0 of topic {topic} .*check that the broker runs"
                ):
                    await _read(consumer, topic, no_progress_seconds=0.5)

    async def test_a_partition_that_was_paused(self, broker: str, new_topic: NewTopicMaker) -> None:
        """A partition that yields nothing though records wait stalls; it is not taken for empty."""
        topic = new_topic(broker)
        await _send_batch(broker, topic, [b"1", b"2"])
        async with _consumer(broker, topic) as consumer:
            consumer.pause(TopicPartition(topic, 0))
            with pytest.raises(RecoveryStalled, match=r"stands still at offset 0 .* for 0\.5 s"):
                await _read(consumer, topic, no_progress_seconds=0.5)

    async def test_slow_use_is_no_stall(self, broker: str, new_topic: NewTopicMaker) -> None:
        """Time that the caller spends on a list is not the broker's fault."""
        topic = new_topic(broker)
        await _send_batch(broker, topic, [b"x"] * 4)
        async with _consumer(broker, topic) as consumer:
            count = 0
            async for records in read_to_end(
                consumer, TopicPartition(topic, 0), no_progress_seconds=0.3, max_records=1
            ):
                count += len(records)
                await asyncio.sleep(0.4)
        assert count == 4

    async def test_a_partition_of_somebody_else(self, broker: str, new_topic: NewTopicMaker) -> None:
        """A partition that is not ours, or is taken away in mid-reading, is not read on."""
        topic = new_topic(broker, partitions=2)
        await _send_batch(broker, topic, [b"x"] * 4)
        async with _consumer(broker, topic, partitions=1) as consumer:
            with pytest.raises(RecoveryStalled, match=r"partition 1 .* not assigned"):
                await _read(consumer, topic, 1)
            reading = read_to_end(consumer, TopicPartition(topic, 0), max_records=1)
            await anext(reading)
            consumer.assign([TopicPartition(topic, 1)])
            with pytest.raises(RecoveryStalled, match=r"partition 0 .* not assigned"):
                await anext(reading)


@pytest.mark.kafka
class TestGaps:
    """Offsets without records, which only a real Kafka makes."""

    async def test_compaction(self, apache_kafka: str, new_topic: NewTopicMaker) -> None:
        """A compacted changelog, full of gaps, is read to its end: the last value of each key is there."""
        topic = new_topic(apache_kafka, **COMPACT_AT_ONCE)
        for n in range(6):
            await _send_batch(apache_kafka, topic, [b"a%d-%d" % (n, i) for i in range(50)], key=b"a")
            await _send_batch(apache_kafka, topic, [b"b%d-%d" % (n, i) for i in range(50)], key=b"b")
            await asyncio.sleep(0.25)  # a segment closes only when a record comes after segment.ms
        async with _consumer(apache_kafka, topic) as consumer:
            deadline = time.monotonic() + 60
            values = await _read(consumer, topic)
            while len(values) >= 600 and time.monotonic() < deadline:
                await asyncio.sleep(0.5)
                values = await _read(consumer, topic)
        assert len(values) < 600, "Kafka did not compact in a minute"
        assert b"a5-49" in values
        assert values[-1] == b"b5-49"

    async def test_all_deleted(self, apache_kafka: str, new_topic: NewTopicMaker) -> None:
        """A partition whose records are all deleted begins at its end: nothing to read, and no waiting."""
        topic = new_topic(apache_kafka)
        await _send_batch(apache_kafka, topic, [b"1", b"2", b"3"])
        admin = KafkaAdminClient(bootstrap_servers=apache_kafka)
        try:
            admin.delete_records({AdminTopicPartition(topic, 0): 3})
        finally:
            admin.close()
        async with _consumer(apache_kafka, topic) as consumer:
            assert await _read(consumer, topic, no_progress_seconds=5.0) == []

    async def test_a_transaction_marker_at_the_end(self, apache_kafka: str, new_topic: NewTopicMaker) -> None:
        """The marker that ends a transaction has an offset and is no record; the end behind it is still reached."""
        topic = new_topic(apache_kafka)
        async with (
            AIOKafkaProducer(bootstrap_servers=apache_kafka, transactional_id=topic) as producer,
            producer.transaction(),
        ):
            await producer.send(topic, b"1")
        partition = TopicPartition(topic, 0)
        async with _consumer(apache_kafka, topic) as consumer:
            while await consumer.end_offsets([partition]) != {partition: 2}:  # noqa: ASYNC110  # the marker follows the commit
                await asyncio.sleep(0.02)
            assert await _read(consumer, topic, no_progress_seconds=5.0) == [b"1"]
            assert await consumer.position(partition) == 2
