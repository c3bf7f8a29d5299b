"""Reading a partition of the deliveries topic: what was told, and what is written down as still to be told."""

from aiokafka import TopicPartition

from schemas.alerts import Alert
from schemas.deliveries import DeliveryRecord
from streams.broker.watermark import read_to_end, recovery_consumer
from streams.settings import Settings
from streams.topics import Name

#: The key of an alert that has still to be told is this and the transition's id; a tombstone crosses it out.
PENDING = "pending:"


async def read_deliveries(settings: Settings, partition: int) -> tuple[list[DeliveryRecord], list[Alert]]:
    """(told, still to be told) of a partition.

    Raises:
        RecoveryStalled: the broker stopped giving records before the end.

    """
    at = TopicPartition(settings.topics.of(Name.DELIVERIES), partition)
    newest: dict[str, bytes | None] = {}
    async with recovery_consumer(settings.kafka, at, settings.recovery_seconds) as consumer:
        async for records in read_to_end(consumer, at, no_progress_seconds=settings.recovery_seconds):
            newest.update({(record.key or b"").decode(): record.value for record in records})
    there = {key: value for key, value in newest.items() if value}
    told = [DeliveryRecord.model_validate_json(value) for key, value in there.items() if not key.startswith(PENDING)]
    pending = [Alert.model_validate_json(value) for key, value in there.items() if key.startswith(PENDING)]
    return told, pending
