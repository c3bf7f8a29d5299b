"""The state store: one record a subject in a compacted changelog beside the source topic, partition by partition.

A batch's changed records go out together and are awaited before the batch is acknowledged. Each record carries the
place in the source up to which it is whole (`position`): at recovery the highest position of a key wins, so a zombie's
late write is harmless, and a redelivered observation is recognised. Source: notes on Faust's tables in
docs/decisions/0004-own-state-store.md.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.broker.watermark import RECOVERY_OPTIONS, read_to_end
from streams.log.sender import Outgoing
from streams.topics import Name, Topics

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Store:
    """Reads and prepares the state records of one topic."""

    def __init__(self, bootstrap: str, topics: Topics, name: Name, patience_seconds: float) -> None:
        self.name = name
        self._bootstrap = bootstrap
        self._topics = topics
        self._patience = patience_seconds

    async def load(self, partition: int) -> dict[str, Any]:
        """The state of a partition: key to record, deleted keys left out.

        Raises:
            RecoveryStalled: the broker stopped giving records before the end.

        """
        at = TopicPartition(self._topics.of(self.name), partition)
        consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, **RECOVERY_OPTIONS)
        await consumer.start()
        consumer.assign([at])
        newest: dict[bytes, tuple[int, Any]] = {}
        try:
            async for records in read_to_end(consumer, at, no_progress_seconds=self._patience):
                for record in records:
                    _take(newest, record.key, record.value)
        finally:
            await consumer.stop()
        return {key.decode(): state for key, (_, state) in newest.items() if state is not None}

    def records(self, partition: int, position: int, states: Iterable[tuple[str, Any]]) -> list[Outgoing]:
        """The records that write these states; a state of None forgets its key."""
        return [
            Outgoing(self.name, key.encode(), _encode((position, state)), partition=partition) for key, state in states
        ]


def _take(newest: dict[bytes, tuple[int, Any]], key: bytes | None, value: bytes | None) -> None:
    if key is None or value is None:
        return
    position, state = _decode(value)
    if key not in newest or newest[key][0] <= position:
        newest[key] = (position, state)
