"""deploy/kafka/run.sh gives a real Kafka: what it acknowledged survives a kill -9."""

import aiokafka
import pytest

from tests.support.brokers import NewTopicMaker
from tests.support.kafka_node import KafkaNode

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


async def _send(bootstrap: str, topic: str, values: list[bytes]) -> None:
    async with aiokafka.AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def _read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    async with aiokafka.AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        return [(await consumer.getone()).value for _ in range(count)]


async def test_what_was_acknowledged_survives_a_kill(kafka_node: KafkaNode, new_topic: NewTopicMaker) -> None:
    """Killed and started again on the same data, the node has every record that it acknowledged."""
    topic = new_topic(kafka_node.bootstrap)
    await _send(kafka_node.bootstrap, topic, [b"1", b"2", b"3"])

    kafka_node.kill()
    kafka_node.start()

    await _send(kafka_node.bootstrap, topic, [b"4"])
    assert await _read(kafka_node.bootstrap, topic, 4) == [b"1", b"2", b"3", b"4"]


async def test_a_clean_restart_keeps_address_and_data(kafka_node: KafkaNode, new_topic: NewTopicMaker) -> None:
    """Stopped as by Ctrl-C and started again, the node is where it was, with what it had."""
    topic = new_topic(kafka_node.bootstrap)
    await _send(kafka_node.bootstrap, topic, [b"kept"])
    before = kafka_node.bootstrap

    kafka_node.restart()

    assert before == kafka_node.bootstrap
    assert await _read(kafka_node.bootstrap, topic, 1) == [b"kept"]


async def test_transactions_work(apache_kafka: str, new_topic: NewTopicMaker) -> None:
    """One node is enough for transactions: an aborted record is not seen by who reads committed ones."""
    topic = new_topic(apache_kafka)
    async with aiokafka.AIOKafkaProducer(bootstrap_servers=apache_kafka, transactional_id=topic) as producer:
        async with producer.transaction():
            await producer.send(topic, b"committed")
        await producer.begin_transaction()
        await producer.send(topic, b"aborted")
        await producer.abort_transaction()
        async with producer.transaction():
            await producer.send(topic, b"committed too")
    async with aiokafka.AIOKafkaConsumer(
        topic, bootstrap_servers=apache_kafka, auto_offset_reset="earliest", isolation_level="read_committed"
    ) as consumer:
        assert [(await consumer.getone()).value for _ in range(2)] == [b"committed", b"committed too"]
