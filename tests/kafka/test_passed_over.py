"""Faust passes records over after a rebalance; a transition that was passed over is told all the same."""

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, OffsetAndMetadata, TopicPartition

from agents.deliveries import read_position
from agents.rounds import Rounds
from streams.log.sender import Outgoing
from streams.log.source import Source, message_of
from streams.topics import Name
from tests.alerts.timeline import NAMES, pack, transition
from tests.support.installation import installation

pytestmark = pytest.mark.kafka


async def _acknowledge(settings: Any, offset: int) -> None:
    at = TopicPartition(settings.topics.of(Name.TRANSITIONS), 0)
    async with AIOKafkaConsumer(
        bootstrap_servers=settings.kafka, group_id=settings.group, enable_auto_commit=False
    ) as consumer:
        consumer.assign([at])
        await consumer.commit({at: OffsetAndMetadata(offset, "")})


@pytest.mark.parametrize("acknowledged", [0, 1])
async def test_the_first_after_a_rebalance(apache_kafka: str, tmp_path: Path, acknowledged: int) -> None:
    """Of three transitions the group has acknowledged the first, or none; Faust hands over the third alone.

    Whoever has taken the partition over writes down each that is not acknowledged, in order.
    """
    async with installation(apache_kafka, tmp_path) as city:
        ids = ["t-0", "t-1", "t-2"]
        said = [transition().model_copy(update={"id": one}).model_dump_json().encode() for one in ids]
        await city.sender.send(Outgoing(Name.TRANSITIONS, b"wechat:gh_health", one, 0) for one in said)
        if acknowledged:
            await _acknowledge(city.settings, acknowledged)
        assert await read_position(city.settings, 0) == acknowledged - 1
        third = message_of([record for record in await city.records(Name.TRANSITIONS) if record.partition == 0][2])
        sent = await _handled(city.settings, third)
    pending = [
        one.key for one in sent if one.topic is Name.DELIVERIES and one.value and b"pending:" in (one.key or b"")
    ]
    assert pending == [f"pending:{one}".encode() for one in ids[acknowledged:]]


async def _handled(settings: Any, message: Any) -> list[Outgoing]:
    """What a worker that has just taken the partition over sends when it is handed this."""
    sent: list[Outgoing] = []

    async def send(records: Iterable[Outgoing]) -> None:
        sent.extend(records)

    async def know(_transitions: Any) -> None:
        """All are known."""

    async def wait() -> None:
        """The registry is read."""

    source = Source(settings.kafka, settings.topics, Name.TRANSITIONS, 20.0)
    context: Any = SimpleNamespace(
        law=SimpleNamespace(pack=pack()), sender=SimpleNamespace(send=send), source=lambda _name: source,
        settings=settings,
    )  # fmt: skip
    reader: Any = SimpleNamespace(know=know, ready=SimpleNamespace(wait=wait))
    rounds = Rounds(context, NAMES, reader, lambda found: found.noticed_at)
    await rounds.handle([message])
    await rounds.close()
    return sent
