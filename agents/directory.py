"""The directory of a worker: what units and subjects are called and where units are told, read from the registry topic.

For showing and telling only. What a judgement rests on comes with the observations, in their order.
"""

import asyncio
from types import SimpleNamespace
from typing import Any

import orjson
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from alerts.names import RegistryNames
from schemas.registry import Endpoint
from schemas.words import AccountType, Platform
from streams.broker.watermark import RECOVERY_OPTIONS, read_to_end
from streams.settings import Settings
from streams.topics import Name

log = structlog.get_logger(__name__)


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


class DirectoryReader:
    """Reads the registry topic from its beginning and goes on with what comes."""

    def __init__(self, settings: Settings, directory: Directory) -> None:
        self._settings = settings
        self._directory = directory
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled; `ready` is set once everything that was there has been read."""
        at = TopicPartition(self._settings.topics.of(Name.REGISTRY), 0)
        consumer = AIOKafkaConsumer(bootstrap_servers=self._settings.kafka, **RECOVERY_OPTIONS)
        await consumer.start()
        try:
            consumer.assign([at])
            async for records in read_to_end(consumer, at, no_progress_seconds=self._settings.recovery_seconds):
                self._learn(records)
            self.ready.set()
            while True:
                batches = await consumer.getmany(timeout_ms=500)
                for records in batches.values():
                    self._learn(records)
        finally:
            await consumer.stop()

    def _learn(self, records: Any) -> None:
        for record in records:
            if record.value:
                self._directory.learn(orjson.loads(record.value))
