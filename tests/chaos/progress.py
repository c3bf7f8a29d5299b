"""How far a run has come, and the player that keeps so far ahead of it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.broker.watermark import RECOVERY_OPTIONS
from streams.log.sender import Outgoing, Sender
from streams.log.states import CLOCK
from streams.settings import Settings
from streams.topics import Name
from tests.chaos.waiting import until

#: What is sent at once, and how much may lie before the workers: they are to be in the middle of it all the time.
AT_ONCE = 80
LEAD = 1_200
#: Between two sendings (seconds): two thousand records a second at most.
PACE_SECONDS = 0.04
#: Whoever waits for the player has a patience of his own.
_FOREVER_SECONDS = 3_600.0

_decode = msgspec.msgpack.Decoder().decode


class Progress:
    """Follows the clocks in the state of the observations."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._positions: dict[int, int] = defaultdict(lambda: -1)

    @property
    def folded(self) -> int:
        """How many observations are folded, their state written."""
        return sum(one + 1 for one in self._positions.values())

    @property
    def share(self) -> float:
        """The same as a share of all that will be sent."""
        return self.folded / self._total

    async def reached(self, share: float, seconds: float) -> None:
        """Wait until so much is folded.

        Raises:
            TimeoutError: it was not, in so long.

        """

        async def there() -> bool:
            return self.share >= share

        await until(there, seconds)

    async def passed(self, count: int) -> None:
        """Wait until so many are folded, however long it takes."""

        async def there() -> bool:
            return self.folded >= count

        await until(there, _FOREVER_SECONDS)

    def take(self, record: Any) -> None:
        """Take a record of the state."""
        if record.key == CLOCK.encode():
            place = record.partition
            self._positions[place] = max(self._positions[place], _decode(record.value)[0])


@asynccontextmanager
async def followed(settings: Settings, total: int) -> AsyncIterator[Progress]:
    """A run's progress while it lasts."""
    topics = settings.topics
    progress = Progress(total)
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, **RECOVERY_OPTIONS)
    await consumer.start()
    state = topics.of(Name.STATE_OBSERVATIONS)
    consumer.assign([TopicPartition(state, one) for one in range(topics.count(Name.STATE_OBSERVATIONS))])
    task = asyncio.create_task(_follow(consumer, progress))
    try:
        yield progress
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await consumer.stop()


async def _follow(consumer: AIOKafkaConsumer, progress: Progress) -> None:
    while True:
        for records in (await consumer.getmany(timeout_ms=50)).values():
            for record in records:
                progress.take(record)


async def play(
    sender: Sender, records: Sequence[Outgoing], progress: Progress, before: int, note: Callable[[int], None]
) -> None:
    """Send records, a little ahead of what is folded, and note each time how many of them are sent.

    What a broker did not take for sure is sent again, which is what any observer has to do. `before`: how many records
    had been sent when these begin.
    """
    for start in range(0, len(records), AT_ONCE):
        await progress.passed(before + start - LEAD)
        while not await _sent(sender, records[start : start + AT_ONCE]):
            pass
        note(min(start + AT_ONCE, len(records)))
        await asyncio.sleep(PACE_SECONDS)


async def _sent(sender: Sender, records: Sequence[Outgoing]) -> bool:
    try:
        await sender.send(records)
    except (KafkaError, ConnectionError):
        await asyncio.sleep(0.5)
        return False
    return True
