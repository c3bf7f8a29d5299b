"""No record is passed over in silence: what Faust leaves out is read again, what the broker has lost is said."""

import uuid
from collections.abc import Sequence
from contextlib import closing

import aiokafka
import pytest
from kafka import KafkaAdminClient
from kafka import TopicPartition as AdminTopicPartition
from kafka.admin import NewTopic

from schemas.errors import SourceGap
from streams.log.source import Message, Source
from streams.topics import Name, Topics

_NOWHERE = "127.0.0.1:1"


@pytest.fixture
def topics(new_prefix: str) -> Topics:
    """One partition a topic."""
    return Topics(new_prefix, partitions=1)


@pytest.fixture
def new_prefix() -> str:
    """A prefix that no other test uses."""
    return f"t-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def made(broker: str, topics: Topics) -> str:
    """A broker with the observations' topic."""
    with closing(KafkaAdminClient(bootstrap_servers=broker)) as admin:
        admin.create_topics([NewTopic(topics.of(Name.OBSERVATIONS), 1, 1)], wait_for_metadata=True)
    return broker


def _source(bootstrap: str, topics: Topics) -> Source:
    return Source(bootstrap, topics, Name.OBSERVATIONS, patience_seconds=10.0)


def _messages(*offsets: int) -> list[Message]:
    return [Message(0, offset, None, b"%d" % offset) for offset in offsets]


async def _after(source: Source, position: int, messages: Sequence[Message]) -> list[tuple[int, bytes | None]]:
    return [(one.offset, one.value) async for records in source.after(position, messages) for one in records]


async def _send(bootstrap: str, topic: str, *values: bytes) -> None:
    async with aiokafka.AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, partition=0)


class TestAtHand:
    """What needs no broker: none answers at this address."""

    async def test_what_follows_is_taken_as_it_is(self, topics: Topics) -> None:
        """Records without a gap are handed on."""
        assert await _after(_source(_NOWHERE, topics), 4, _messages(5, 6)) == [(5, b"5"), (6, b"6")]

    async def test_what_was_folded_is_left_out(self, topics: Topics) -> None:
        """After a crash Faust begins where it committed, which is before where the state stands."""
        assert await _after(_source(_NOWHERE, topics), 4, _messages(3, 4, 5)) == [(5, b"5")]
        assert await _after(_source(_NOWHERE, topics), 4, _messages(3, 4)) == []

    async def test_each_once(self, topics: Topics) -> None:
        """Records that came twice, from before a rebalance and after it, are taken once."""
        assert await _after(_source(_NOWHERE, topics), 4, _messages(5, 6, 5, 6, 7)) == [
            (5, b"5"), (6, b"6"), (7, b"7"),
        ]  # fmt: skip


class TestReadAgain:
    """Gaps that the broker can fill."""

    async def test_records_that_were_passed_over(self, made: str, topics: Topics) -> None:
        """Faust hands over 4 after 1: 2 and 3 are read from the broker, in order."""
        await _send(made, topics.of(Name.OBSERVATIONS), *(b"%d" % n for n in range(5)))
        found = await _after(_source(made, topics), 1, _messages(4))
        assert found == [(2, b"2"), (3, b"3"), (4, b"4")]

    async def test_a_gap_within_a_batch(self, made: str, topics: Topics) -> None:
        """The same where the gap lies between two records of one batch."""
        await _send(made, topics.of(Name.OBSERVATIONS), *(b"%d" % n for n in range(5)))
        found = await _after(_source(made, topics), 0, _messages(1, 2, 4))
        assert [offset for offset, _ in found] == [1, 2, 3, 4]

    async def test_state_that_was_lost(self, made: str, topics: Topics) -> None:
        """A group that has committed, and no state: the log is folded from its beginning."""
        await _send(made, topics.of(Name.OBSERVATIONS), *(b"%d" % n for n in range(5)))
        assert [offset for offset, _ in await _after(_source(made, topics), -1, _messages(4))] == [0, 1, 2, 3, 4]


@pytest.mark.kafka
class TestApacheKafka:
    """What only a real Kafka does."""

    @pytest.fixture
    def topic(self, apache_kafka: str, topics: Topics) -> str:
        """The observations' topic."""
        with closing(KafkaAdminClient(bootstrap_servers=apache_kafka)) as admin:
            admin.create_topics([NewTopic(topics.of(Name.OBSERVATIONS), 1, 1)], wait_for_metadata=True)
        return topics.of(Name.OBSERVATIONS)

    async def test_a_strangers_transactions(self, apache_kafka: str, topics: Topics, topic: str) -> None:
        """Their markers are no gap, and what one took back was never said."""
        async with aiokafka.AIOKafkaProducer(bootstrap_servers=apache_kafka, transactional_id=topic) as producer:
            async with producer.transaction():
                await producer.send(topic, b"said", partition=0)
            await producer.begin_transaction()
            await producer.send(topic, b"taken back", partition=0)
            await producer.flush()
            await producer.abort_transaction()
            async with producer.transaction():
                await producer.send(topic, b"said too", partition=0)
        found = await _after(_source(apache_kafka, topics), 0, [Message(0, 4, None, b"said too")])
        assert found == [(4, b"said too")]

    async def test_records_that_are_gone(self, apache_kafka: str, topics: Topics, topic: str) -> None:
        """Deleted before they were folded: the worker ends and says which, instead of going on without them."""
        await self._trimmed(apache_kafka, topic)
        with pytest.raises(SourceGap, match=r"offset 2 should come next, but the broker holds records from 3 on"):
            await _after(_source(apache_kafka, topics), 1, _messages(4))

    async def test_a_log_that_begins_late(self, apache_kafka: str, topics: Topics, topic: str) -> None:
        """Who has folded nothing yet begins where the log begins: an old topic is no reason to end."""
        await self._trimmed(apache_kafka, topic)
        assert [offset for offset, _ in await _after(_source(apache_kafka, topics), -1, _messages(3, 4))] == [3, 4]

    async def _trimmed(self, bootstrap: str, topic: str) -> None:
        await _send(bootstrap, topic, *(b"%d" % n for n in range(5)))
        with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
            admin.delete_records({AdminTopicPartition(topic, 0): 3})
