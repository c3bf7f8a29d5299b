"""Reading alerts, and all that is known of one: its transitions, and whom it was told."""

from dataclasses import dataclass

from pydantic import ValidationError

from console.letters import resolve
from console.topic_reader import TopicReader, open_topic
from schemas.alerts import Alert
from schemas.deliveries import DeliveryRecord
from schemas.envelope import owner_of
from schemas.transitions import TransitionRecord
from streams.log.order import Newest, Turn, order_of
from streams.log.sender import partition_of
from streams.settings import Settings
from streams.topics import Name


@dataclass(frozen=True, slots=True)
class Story:
    """An alert as it stands, how it came to that, and whom each step was told."""

    alert: Alert
    transitions: tuple[TransitionRecord, ...]
    deliveries: tuple[DeliveryRecord, ...]


async def read_alerts(settings: Settings) -> dict[str, Alert]:
    """The latest state of each episode, by id.

    Raises:
        BrokerError: the broker can't be reached, or has no such topic.

    """
    found: dict[str, Alert] = {}
    newest = Newest()
    async with open_topic(settings, Name.ALERTS) as reader:
        async for record in reader.to_end():
            turn = newest.take(record.key or b"", order_of(record.headers), record.offset)
            if record.value is not None and turn is not Turn.LATE:
                alert = Alert.model_validate_json(record.value)
                found[alert.episode] = alert
    return found


async def read_alert(settings: Settings, wanted: str) -> Alert:
    """The alert of an episode's id, or of its beginning.

    Raises:
        InputError: there is none, or more than one.

    """
    found = await read_alerts(settings)
    return found[resolve(wanted, found, "episode", "xuncha alerts list --all")]


async def read_story(settings: Settings, wanted: str) -> Story:
    """An alert with all that led to it; errors as of `read_alert`."""
    alert = await read_alert(settings, wanted)
    return Story(alert, await _transitions(settings, alert), await _deliveries(settings, alert))


async def _transitions(settings: Settings, alert: Alert) -> tuple[TransitionRecord, ...]:
    """Those of the episode, each once, in their order."""
    found: dict[str, TransitionRecord] = {}
    async with open_topic(settings, Name.TRANSITIONS) as reader:
        async for record in reader.to_end(_home(reader, alert)):
            if record.value is not None and alert.episode.encode() in record.value:
                transition = TransitionRecord.model_validate_json(record.value)
                found[transition.id] = transition
    mine = (one for one in found.values() if one.episode == alert.episode)
    return tuple(sorted(mine, key=lambda one: one.sequence))


async def _deliveries(settings: Settings, alert: Alert) -> tuple[DeliveryRecord, ...]:
    """The newest record of each of the episode's transitions."""
    found: dict[str, DeliveryRecord] = {}
    async with open_topic(settings, Name.DELIVERIES) as reader:
        async for record in reader.to_end(_home(reader, alert)):
            if record.value is not None and alert.episode.encode() in record.value:
                delivery = _delivery(record.value)
                if delivery is not None:
                    found[delivery.transition] = delivery
    return tuple(one for one in found.values() if one.episode == alert.episode)


def _delivery(value: bytes) -> DeliveryRecord | None:
    """A record of what was told; None where it is an alert that has still to be told."""
    try:
        return DeliveryRecord.model_validate_json(value)
    except ValidationError:
        Alert.model_validate_json(value)
        return None


def _home(reader: TopicReader, alert: Alert) -> int:
    """The partition in which everything of the alert's subject lies."""
    return partition_of(owner_of(alert.subject).encode(), reader.partitions)
