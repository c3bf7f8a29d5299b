"""On every broker: what an older record hides is said again, and a stranger finds the newest of each key last."""

import uuid
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from structlog.testing import capture_logs

from streams.log.order import Order, ordered
from streams.log.sender import Outgoing, Sender
from streams.log.source import Message, Source
from streams.log.tail import Tail
from streams.log.upholder import SAID_AGAIN, Upholder
from streams.topics import Name, Topics

NAME = Name.AGGREGATES
_PATIENCE_SECONDS = 10.0


class Topic:
    """The aggregates of one installation, in one partition."""

    def __init__(self, bootstrap: str, topics: Topics, sender: Sender) -> None:
        self.sender = sender
        self.tail = Tail(bootstrap, topics, NAME, _PATIENCE_SECONDS)
        self._source = Source(bootstrap, topics, NAME, _PATIENCE_SECONDS)

    def upholder(self, pause_seconds: float = 0.0) -> Upholder:
        """One who knows nothing yet."""
        return Upholder(self._source, self.tail, self.sender, pause_seconds)

    async def say(self, key: bytes, order: Order, value: bytes | None) -> None:
        """Write one record."""
        await self.sender.send([Outgoing(NAME, key, value, 0, ordered(*order))])

    async def records(self, first: int = 0) -> list[Message]:
        """All records from an offset on."""
        return [one async for records in self.tail.since(0, first) for one in records]

    async def last(self) -> dict[bytes | None, bytes | None]:
        """The last record of each key, as a reader who knows nothing but Kafka finds it."""
        return {one.key: one.value for one in await self.records()}


@pytest.fixture
async def topic(broker: str) -> AsyncIterator[Topic]:
    """A topic of the test's own."""
    topics = Topics(f"t-{uuid.uuid4().hex[:8]}", partitions=1)
    with closing(KafkaAdminClient(bootstrap_servers=broker)) as admin:
        admin.create_topics([NewTopic(topics.of(NAME), 1, 1)], wait_for_metadata=True)
    sender = Sender(broker, topics)
    yield Topic(broker, topics, sender)
    await sender.stop()


async def test_late_words_are_followed_by_the_newest(topic: Topic) -> None:
    """A closed quarter is overwritten by an open one that comes late: it is said again, with its order."""
    upholder = topic.upholder()
    await topic.say(b"u", (12,), b"closed")
    await topic.say(b"other", (9,), b"other")
    await upholder.handle(await topic.records())
    await topic.say(b"u", (9,), b"open")
    await upholder.handle((await topic.records())[2:])
    assert await topic.last() == {b"u": b"closed", b"other": b"other"}
    assert [(one.key, one.value, tuple(one.headers)) for one in await topic.records(3)] == [
        (b"u", b"closed", ordered(12))
    ]


async def test_it_is_said_once(topic: Topic) -> None:
    """What was said again comes by as well, and brings nothing about."""
    upholder = topic.upholder()
    await topic.say(b"u", (12,), b"closed")
    await topic.say(b"u", (9,), b"open")
    await upholder.handle(await topic.records())
    await upholder.handle(await topic.records())
    assert len(await topic.records()) == 3
    assert upholder.said_again == 1


async def test_what_was_crossed_out_stays_so(topic: Topic) -> None:
    """A tombstone is upheld like any other record."""
    upholder = topic.upholder()
    await topic.say(b"pending:t", (0,), b"alert")
    await topic.say(b"pending:t", (1,), None)
    await topic.say(b"pending:t", (0,), b"alert")
    await upholder.handle(await topic.records())
    assert await topic.last() == {b"pending:t": None}


async def test_whoever_takes_over_sets_right_what_he_finds(topic: Topic) -> None:
    """Late words came while nobody looked, and nothing comes after them: reading the partition back is enough."""
    await topic.say(b"u", (12,), b"closed")
    await topic.say(b"u", (9,), b"open")
    await topic.upholder().watched(0)
    assert await topic.last() == {b"u": b"closed"}


async def test_two_uphold_the_same(topic: Topic) -> None:
    """One that was replaced and does not know it says the same: twice is harmless, and ends."""
    one, other = topic.upholder(), topic.upholder()
    await topic.say(b"u", (12,), b"closed")
    await topic.say(b"u", (9,), b"open")
    seen = await topic.records()
    await one.handle(seen)
    await other.handle(seen)
    for upholder in (one, other):
        await upholder.handle(await topic.records())
    assert await topic.last() == {b"u": b"closed"}
    assert len(await topic.records()) == 3


async def test_a_worker_that_takes_over_is_left_to_go_on(topic: Topic) -> None:
    """It repeats what its predecessor wrote beyond its state, and comes to what is newer: nothing is to be said."""
    upholder = topic.upholder()
    await topic.say(b"u", (20,), b"before")
    await topic.say(b"u", (15,), b"again")
    seen = await topic.records()
    await topic.say(b"u", (30,), b"after")
    await upholder.handle(seen)
    assert await topic.last() == {b"u": b"after"}
    assert upholder.said_again == 0


async def test_what_is_no_longer_held_is_said_aloud(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where compaction was quicker than we, nobody can say it again; the log has an error, and the worker goes on."""
    upholder = topic.upholder()
    await topic.say(b"u", (12,), b"closed")
    await topic.say(b"u", (9,), b"open")
    seen = await topic.records()

    async def compacted(_partition: int, _first: int) -> AsyncIterator[list[Message]]:
        yield seen[1:]

    monkeypatch.setattr(topic.tail, "since", compacted)
    with capture_logs() as logs:
        await upholder.handle(seen)
    assert [one["log_level"] for one in logs] == ["error"]
    assert SAID_AGAIN not in {one["event"] for one in logs}
