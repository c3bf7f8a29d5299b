"""One partition's way to the broker: whoever sends while a batch is under way shares the next one.

A broker takes one batch of a partition at a time. So a thousand small sends at once would wait for a thousand answers,
and the last of them longer than a producer's patience; together they are a batch or two.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from aiokafka import AIOKafkaProducer

Headers = Sequence[tuple[str, bytes]]

#: Kafka's number of a timestamp that the broker has put on a record, when it came.
APPENDED = 1


class Sendable(Protocol):
    """What a lane needs of a record."""

    @property
    def key(self) -> bytes | None:
        """Its key."""

    @property
    def value(self) -> bytes | None:
        """Its value."""

    @property
    def headers(self) -> Headers:
        """Its headers."""


class _Waiting(NamedTuple):
    records: Sequence[Sendable]
    sent: "asyncio.Future[None]"


class Lane:
    """Sends the records of one partition in the order in which they were given."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partition: int) -> None:
        self._producer, self._topic, self._partition = producer, topic, partition
        self._waiting: list[_Waiting] = []
        self._work: asyncio.Task[None] | None = None
        self.appended: int | None = None  # when the broker wrote the last batch, by its clock (ms UTC), if it says so

    async def send(self, records: Sequence[Sendable]) -> None:
        """Send records and wait until the broker has them.

        Raises:
            KafkaError: the broker did not take them; whether it has some of them is not known.

        """
        sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(records, sent))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._send_what_waits())
        await sent

    async def _send_what_waits(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            error: BaseException | None = None
            try:
                await self._send_all([record for one in together for record in one.records])
            except BaseException as problem:  # noqa: BLE001  # it goes to those who wait, a cancellation as well
                error = problem
            for one in together:
                _settle(one.sent, error)

    async def _send_all(self, records: Sequence[Sendable]) -> None:
        """As few batches as hold them, and all their answers; who finds the last batch finds those before it."""
        answers: list[asyncio.Future[Any]] = []
        batch = self._producer.create_batch()
        for record in records:
            if _added(batch, record):
                continue
            if batch.record_count():
                answers.append(await self._producer.send_batch(batch, self._topic, partition=self._partition))
            batch = self._producer.create_batch()
            if not _added(batch, record):
                answers.append(await self._send_alone(record))
        await asyncio.gather(*answers)
        if batch.record_count():
            answer = await (await self._producer.send_batch(batch, self._topic, partition=self._partition))
            self.appended = answer.timestamp if answer.timestamp_type == APPENDED else None

    async def _send_alone(self, record: Sendable) -> "asyncio.Future[Any]":
        """A record that is larger than a batch."""
        answer: asyncio.Future[Any] = await self._producer.send(
            self._topic, value=record.value, key=record.key, partition=self._partition, headers=list(record.headers)
        )
        return answer


def _added(batch: Any, record: Sendable) -> bool:
    headers = list(record.headers) if record.headers else []
    return batch.append(key=record.key, value=record.value, timestamp=None, headers=headers) is not None


def _settle(sent: "asyncio.Future[None]", error: BaseException | None) -> None:
    if sent.done():  # whoever waited was cancelled
        return
    if error is None:
        sent.set_result(None)
    else:
        sent.set_exception(error if isinstance(error, Exception) else ConnectionError("sending was cancelled"))
