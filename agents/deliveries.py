"""The records of the deliveries topic: what was told, and what is written down as still to be told.

Of two records of a key that is the newer which knows of more that is settled, whoever wrote it: what a receiver has
taken stays taken, and what was crossed out stays crossed out.
"""

from collections.abc import Iterable

from aiokafka import TopicPartition

from schemas.alerts import Alert
from schemas.deliveries import Delivery, DeliveryRecord, Outcome
from streams.broker.watermark import read_to_end, recovery_consumer
from streams.log.order import Newest, Turn, order_of, ordered
from streams.log.sender import Outgoing
from streams.settings import Settings
from streams.topics import Name

#: The key of an alert that has still to be told is this and the transition's id; a tombstone crosses it out.
PENDING = "pending:"

#: After these the alert stays open and is tried again later.
OPEN = frozenset({Outcome.EXHAUSTED, Outcome.SKIPPED, Outcome.POSTPONED, Outcome.NO_SECRET})


def pending_out(alert: Alert, partition: int) -> Outgoing:
    """That an alert has still to be told."""
    key = f"{PENDING}{alert.transition}".encode()
    return Outgoing(Name.DELIVERIES, key, alert.model_dump_json().encode(), partition, ordered(0))


def crossed_out(transition: str, partition: int) -> Outgoing:
    """That it has no longer to be told."""
    return Outgoing(Name.DELIVERIES, f"{PENDING}{transition}".encode(), None, partition, ordered(1))


def told_out(record: DeliveryRecord, partition: int) -> Outgoing:
    """What was done for it so far."""
    settled = sum(one.outcome not in OPEN for one in record.deliveries)
    order = ordered(settled if is_open(record.deliveries) else settled + 1)
    return Outgoing(Name.DELIVERIES, record.transition.encode(), record.model_dump_json().encode(), partition, order)


def is_open(deliveries: Iterable[Delivery]) -> bool:
    """Whether something is still to be tried again."""
    return any(one.outcome in OPEN for one in deliveries)


async def read_position(settings: Settings, partition: int) -> int:
    """The last transition of a partition that the group has acknowledged; -1 if there is none.

    Who takes a partition over goes on behind it, whatever Faust hands over first: it has been seen to pass records over
    after a rebalance, and a transition that nobody handles is an alert that nobody is told.

    Raises:
        RecoveryStalled: no broker answers.

    """
    at = TopicPartition(settings.topics.of(Name.TRANSITIONS), partition)
    options = {"group_id": settings.group, "enable_auto_commit": False}
    async with recovery_consumer(settings.kafka, at, settings.recovery_seconds, **options) as consumer:
        committed: int | None = await consumer.committed(at)
    return -1 if committed is None else committed - 1


async def read_deliveries(settings: Settings, partition: int) -> tuple[list[DeliveryRecord], list[Alert]]:
    """(told, still to be told) of a partition.

    Raises:
        RecoveryStalled: the broker stopped giving records before the end.

    """
    at = TopicPartition(settings.topics.of(Name.DELIVERIES), partition)
    newest, last = Newest(), dict[str, bytes | None]()
    async with recovery_consumer(settings.kafka, at, settings.recovery_seconds) as consumer:
        async for records in read_to_end(consumer, at, no_progress_seconds=settings.recovery_seconds):
            for record in records:
                if newest.take(record.key or b"", order_of(record.headers), record.offset) is not Turn.LATE:
                    last[(record.key or b"").decode()] = record.value
    there = {key: value for key, value in last.items() if value}
    told = [DeliveryRecord.model_validate_json(value) for key, value in there.items() if not key.startswith(PENDING)]
    pending = [Alert.model_validate_json(value) for key, value in there.items() if key.startswith(PENDING)]
    return told, pending
