"""The state store: one record a subject in a compacted changelog beside the source topic, partition by partition.

A batch's changed records go out together, the clock's last, and are awaited before the batch is acknowledged. Each
carries the place in the source up to which it is whole (`position`); `streams.log.states` tells what counts of them at
recovery. Why not Faust's tables: docs/decisions/0004-own-state-store.md.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from aiokafka import TopicPartition

from streams.broker.watermark import read_to_end, recovery_consumer
from streams.log.sender import Outgoing
from streams.log.states import Recovery
from streams.topics import Name, Topics

_encode = msgspec.msgpack.Encoder().encode


class Store:
    """Reads and prepares the state records of one topic."""

    def __init__(self, bootstrap: str, topics: Topics, name: Name, patience_seconds: float) -> None:
        self.name = name
        self._bootstrap = bootstrap
        self._topics = topics
        self._patience = patience_seconds

    async def load(self, partition: int) -> dict[str, bytes]:
        """The state of a partition: key to record as it was written, deleted keys left out.

        Raises:
            RecoveryStalled: the broker stopped giving records before the end.

        """
        at = TopicPartition(self._topics.of(self.name), partition)
        recovery = Recovery()
        async with recovery_consumer(self._bootstrap, at, self._patience) as consumer:
            async for records in read_to_end(consumer, at, no_progress_seconds=self._patience):
                for record in records:
                    recovery.take(record.key, record.value)
        return recovery.states()

    def records(self, partition: int, position: int, states: Iterable[tuple[str, Any]]) -> list[Outgoing]:
        """The records that write these states, the clock's last; a state of None forgets its key."""
        return [
            Outgoing(self.name, key.encode(), _encode((position, state)), partition=partition) for key, state in states
        ]
