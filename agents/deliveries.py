"""The records of the deliveries topic: what was told, and what is written down as still to be told.

Of two records of a key that is the newer which was made after more rounds, whoever wrote it. Of the same round, where
two workers have told the same alert, it is the one that knows of more endpoints, then of more that is settled: what a
receiver has taken stays taken, and that one worker knew of nobody to tell crosses out nothing that another has open.
"""

from collections.abc import Iterable
from typing import NamedTuple

from aiokafka import TopicPartition

from schemas.alerts import Alert
from schemas.deliveries import Delivery, DeliveryRecord, Outcome
from streams.broker.watermark import read_to_end, recovery_consumer
from streams.log.order import Newest, Order, Turn, order_of, ordered
from streams.log.sender import Outgoing
from streams.settings import Settings
from streams.topics import Name

#: The key of an alert that has still to be told is this and the transition's id; a tombstone crosses it out.
PENDING = "pending:"

#: After these the alert stays open and is tried again later.
OPEN = frozenset({Outcome.EXHAUSTED, Outcome.SKIPPED, Outcome.POSTPONED, Outcome.NO_SECRET})


#: The order of what has still to be told, before anybody has tried.
UNTRIED: Order = (0,)


def pending_out(alert: Alert, partition: int, order: Order = UNTRIED) -> Outgoing:
    """That an alert has still to be told."""
    key = f"{PENDING}{alert.transition}".encode()
    return Outgoing(Name.DELIVERIES, key, alert.model_dump_json().encode(), partition, ordered(*order))


def crossed_out(transition: str, partition: int, order: Order) -> Outgoing:
    """That it has no longer to be told."""
    return Outgoing(Name.DELIVERIES, f"{PENDING}{transition}".encode(), None, partition, ordered(*order))


def told_out(record: DeliveryRecord, partition: int, order: Order) -> Outgoing:
    """What was done for it so far."""
    value = record.model_dump_json().encode()
    return Outgoing(Name.DELIVERIES, record.transition.encode(), value, partition, ordered(*order))


def outcome_out(record: DeliveryRecord, alert: Alert, tries: int, partition: int) -> list[Outgoing]:
    """What came of the rounds so far, and whether the alert has still to be told: both of one order."""
    order = order_after(tries, record.deliveries)
    told = told_out(record, partition, order)
    if is_open(record.deliveries):
        return [told, pending_out(alert, partition, order)]
    return [told, crossed_out(alert.transition, partition, order)]


def order_after(tries: int, deliveries: Iterable[Delivery]) -> Order:
    """The order of what came of so many rounds."""
    known = {one.endpoint: one.outcome not in OPEN for one in deliveries}
    return (tries, len(known), sum(known.values()), int(all(known.values())))


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


class Found(NamedTuple):
    """What a partition says: what was told, what has still to be told, and of this how many rounds there were."""

    told: list[DeliveryRecord]
    pending: list[Alert]
    tries: dict[str, int]


async def read_deliveries(settings: Settings, partition: int) -> Found:
    """What was told of a partition, and what has still to be told.

    Raises:
        RecoveryStalled: the broker stopped giving records before the end.

    """
    at = TopicPartition(settings.topics.of(Name.DELIVERIES), partition)
    newest, last, tries = Newest(), dict[str, bytes | None](), dict[str, int]()
    async with recovery_consumer(settings.kafka, at, settings.recovery_seconds) as consumer:
        async for records in read_to_end(consumer, at, no_progress_seconds=settings.recovery_seconds):
            for record in records:
                key, order = (record.key or b"").decode(), order_of(record.headers)
                if newest.take(record.key or b"", order, record.offset) is not Turn.LATE:
                    last[key] = record.value
                transition = key.removeprefix(PENDING)
                tries[transition] = max(tries.get(transition, 0), order[0] if order else 0)
    there = {key: value for key, value in last.items() if value}
    told = [DeliveryRecord.model_validate_json(value) for key, value in there.items() if not key.startswith(PENDING)]
    pending = [Alert.model_validate_json(value) for key, value in there.items() if key.startswith(PENDING)]
    return Found(told, pending, {one.transition: tries[one.transition] for one in pending})
