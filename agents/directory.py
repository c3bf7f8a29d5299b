"""The directory of a worker: what units and subjects are called and where units are told, read from the registry topic.

For showing and telling only. What a judgement rests on comes with the observations, in their order.
"""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import orjson
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from alerts.names import RegistryNames
from schemas.envelope import owner_of
from schemas.registry import Endpoint
from schemas.transitions import TransitionRecord
from schemas.words import AccountType, Platform
from streams.broker.watermark import read_to_end, recovery_consumer
from streams.log.order import Newest, Turn, order_of
from streams.settings import Settings
from streams.topics import Name

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.01


class Directory(RegistryNames):
    """Names that grow with the registry topic."""

    def __init__(self) -> None:
        self._units: dict[str, Any] = {}
        self._accounts: dict[str, Any] = {}
        self._names: dict[str, str] = {}

    def learn(self, event: dict[str, Any]) -> None:
        """Take one registry entry, the latest of its subject."""
        subject, data = event["subject"], event["data"]
        if event["type"] == "unit.registered":
            endpoints = tuple(Endpoint.model_validate(one) for one in data.get("endpoints", ()))
            self._units[subject.removeprefix("unit:")] = SimpleNamespace(name=data["name"], endpoints=endpoints)
            return
        self._names[subject] = data["name"]
        if event["type"] == "account.registered":
            self._accounts[subject] = SimpleNamespace(
                name=data["name"], platform=Platform(data["platform"]),
                account_type=AccountType(data.get("account_type", AccountType.PLAIN)),
            )  # fmt: skip

    def knows(self, transition: TransitionRecord) -> bool:
        """Whether the unit and the owner of the subject have been read."""
        owner = owner_of(transition.subject)
        return transition.unit in self._units and (owner in self._names or "@" in owner)


class DirectoryReader:
    """Reads the registry topic from its beginning and goes on with what comes."""

    def __init__(self, settings: Settings, directory: Directory) -> None:
        self._settings = settings
        self._directory = directory
        self._consumer: AIOKafkaConsumer | None = None
        self._newest = Newest()
        self._at = TopicPartition(settings.topics.of(Name.REGISTRY), 0)
        self.ready = asyncio.Event()

    async def know(self, transitions: Iterable[TransitionRecord]) -> None:
        """Wait until the units of transitions can be told, if the registry names them.

        A unit's entry is in the topic before anything is said of the unit (`streams.log.keeper`), but it may not have
        been read yet. Whoever is still unknown when all that is there has been read is not registered.
        """
        await self.ready.wait()
        if self._consumer is not None and not all(self._directory.knows(one) for one in transitions):
            await _all_read(self._consumer, self._at)

    async def run(self) -> None:
        """Read until cancelled; `ready` is set once everything that was there has been read."""
        patience = self._settings.recovery_seconds
        async with recovery_consumer(self._settings.kafka, self._at, patience) as consumer:
            async for records in read_to_end(consumer, self._at, no_progress_seconds=patience):
                self._learn(records)
            self._consumer = consumer
            self.ready.set()
            while True:
                batches = await consumer.getmany(timeout_ms=500)
                for records in batches.values():
                    self._learn(records)

    def _learn(self, records: Any) -> None:
        """Take entries; nobody is told at an address that somebody has replaced."""
        for record in records:
            turn = self._newest.take(record.key or b"", order_of(record.headers), record.offset)
            if record.value and turn is not Turn.LATE:
                self._directory.learn(orjson.loads(record.value))


async def _all_read(consumer: AIOKafkaConsumer, at: TopicPartition) -> None:
    """Wait until all is read that is there now: the second fetch from here on was sent after we asked."""
    for _ in range(2):
        before = consumer.last_poll_timestamp(at)
        while consumer.last_poll_timestamp(at) == before:  # noqa: ASYNC110  # a fetch that brings nothing wakes nobody
            await asyncio.sleep(_LOOK_SECONDS)
    while await consumer.position(at) < (consumer.highwater(at) or 0):  # noqa: ASYNC110  # as above
        await asyncio.sleep(_LOOK_SECONDS)
