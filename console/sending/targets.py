"""Where events are handed in: the HTTP intake of a running instance, or the observations' topic itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Protocol, Self

import aiohttp
import orjson

from console.environment import intake_url, names_intake, names_kafka, read_settings
from console.topic_reader import broker_errors, partition_count
from observers.parcels import Rejected, Taken, parcels
from schemas.deadletters import Refusal
from schemas.errors import InputError, OperationError
from streams.admin import ensure_topics
from streams.log.sender import Outgoing, Sender
from streams.settings import Settings
from streams.topics import Name

KAFKA: Final = "kafka"

_PATIENCE_SECONDS: Final = 60.0
#: How long to wait before each further attempt when the intake can't keep events just now.
_PAUSES: Final = (0.5, 1.0, 2.0)
_SINGLE: Final = "application/cloudevents+json"
_BATCH: Final = "application/cloudevents-batch+json"


class Target(Protocol):
    """Takes events in their order; use it as an async context manager."""

    name: str

    async def send(self, events: Sequence[Taken]) -> list[Rejected]:
        """Hand events in; when this returns they are kept, but for those that it returns."""

    async def __aenter__(self) -> Self:
        """Connect."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""


def choose(to: str | None, kafka: str | None) -> Target:
    """Where events go: as the command line says, else XUNCHA_INTAKE, else XUNCHA_KAFKA, else the intake's usual place.

    The intake comes before Kafka: what passes the intake of an embedded instance is in its journal at once.

    Raises:
        InputError: `to` is neither a URL nor `kafka`, or both are given.

    """
    if to not in {None, KAFKA} and kafka is not None:
        raise InputError(f"events can't go to {to} and to Kafka at {kafka} both: leave one out")
    if to == KAFKA or kafka is not None:
        return KafkaTarget(read_settings(kafka))
    if to is not None:
        return IntakeTarget(_url(to))
    if names_kafka() and not names_intake():
        return KafkaTarget(read_settings())
    return IntakeTarget(_url(intake_url()))


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise InputError(f"{text!r} is no place to send to: write the intake's URL (http://127.0.0.1:8642) or kafka")
    return text.rstrip("/").removesuffix("/events")


class IntakeTarget:
    """The HTTP intake."""

    def __init__(self, url: str) -> None:
        self.name = url
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open a session; nothing is sent yet."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE_SECONDS))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def send(self, events: Sequence[Taken]) -> list[Rejected]:
        """Post one batch, again a few times while the intake can't keep it.

        Raises:
            OperationError: nobody answers, or nobody can keep the events.

        """
        single = len(events) == 1  # also what is no JSON, when it is sent unchecked
        body = events[0].value if single else b"[" + b",".join(event.value for event in events) + b"]"
        kind = _SINGLE if single else _BATCH
        status, said = await self._post(body, kind)
        for pause in _PAUSES:
            if status != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            await asyncio.sleep(pause)
            status, said = await self._post(body, kind)
        if status not in {HTTPStatus.ACCEPTED, HTTPStatus.BAD_REQUEST} or "refused" not in said:
            raise OperationError(f"the intake at {self.name} answered {status}: {said.get('error', 'no reason given')}")
        return [_rejected(one, events) for one in said["refused"]]

    async def _post(self, body: bytes, kind: str) -> tuple[int, dict[str, Any]]:
        if self._session is None:
            raise RuntimeError("the target is not opened")
        try:
            async with self._session.post(f"{self.name}/events", data=body, headers={"Content-Type": kind}) as answer:
                return answer.status, _said(await answer.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OperationError(
                f"nobody takes events at {self.name} ({str(error) or 'no answer in time'}): start `xuncha up`, "
                "name another place with --to, or send to Kafka with --kafka HOST:PORT"
            ) from error


def _said(body: bytes) -> dict[str, Any]:
    try:
        plain = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return plain if isinstance(plain, dict) else {}


def _rejected(said: dict[str, Any], events: Sequence[Taken]) -> Rejected:
    """A refusal of the intake, with the place that the event had with us."""
    event = events[said["index"]]
    return Rejected(event.place, Refusal(said["reason"]), said["error"], event.value)


class KafkaTarget:
    """The observations' topic."""

    def __init__(self, settings: Settings) -> None:
        self.name = f"{settings.topics.of(Name.OBSERVATIONS)} at {settings.kafka}"
        self._settings = settings
        self._sender: Sender | None = None

    async def __aenter__(self) -> Self:
        """Create the topics if they are missing, and connect.

        Raises:
            BrokerError: the broker can't be reached.

        """
        settings = self._settings
        count = await partition_count(settings, Name.OBSERVATIONS)  # as it is, whatever XUNCHA_PARTITIONS says
        if not count:
            await asyncio.to_thread(ensure_topics, settings.kafka, settings.topics)
            count = settings.topics.count(Name.OBSERVATIONS)
        self._sender = Sender(settings.kafka, replace(settings.topics, partitions=count))
        with broker_errors(settings.kafka):
            await self._sender.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        if self._sender is not None:
            await self._sender.stop()

    async def send(self, events: Sequence[Taken]) -> list[Rejected]:
        """Send records of one owner each, and wait until the broker has them; the broker refuses none."""
        if self._sender is None:
            raise RuntimeError("the target is not opened")
        records = parcels((event.owner, event.value) for event in events)
        with broker_errors(self._settings.kafka):
            await self._sender.send(Outgoing(Name.OBSERVATIONS, one.key or None, one.value) for one in records)
        return []
