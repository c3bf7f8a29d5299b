"""Reading back what was written last: a partition from some place to the end that it has now."""

from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.broker.watermark import read_to_end, recovery_consumer
from streams.log.source import Message, message_of
from streams.topics import Name, Topics


class Tail:
    """One topic that is read back."""

    def __init__(self, bootstrap: str, topics: Topics, name: Name, patience_seconds: float) -> None:
        self._bootstrap, self._topic, self._patience = bootstrap, topics.of(name), patience_seconds

    async def last(self, partition: int, most: int) -> AsyncIterator[Sequence[Message]]:
        """The last records, at least so many if there are.

        Raises:
            RecoveryStalled: the broker stopped giving records before the end.

        """
        at = TopicPartition(self._topic, partition)
        async with recovery_consumer(self._bootstrap, at, self._patience) as consumer:
            begin = max((await consumer.end_offsets([at]))[at] - most, 0)
            async for records in _read(consumer, at, begin, self._patience):
                yield records

    async def since(self, partition: int, first: int) -> AsyncIterator[Sequence[Message]]:
        """The records from an offset on; errors as of `last`."""
        at = TopicPartition(self._topic, partition)
        async with recovery_consumer(self._bootstrap, at, self._patience) as consumer:
            async for records in _read(consumer, at, first, self._patience):
                yield records


async def _read(
    consumer: AIOKafkaConsumer, at: TopicPartition, first: int, patience: float
) -> AsyncIterator[Sequence[Message]]:
    async for records in read_to_end(consumer, at, first=first, no_progress_seconds=patience):
        yield [message_of(one) for one in records]
