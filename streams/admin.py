"""Creating the topics with kafka-python's admin client, before any worker starts."""

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from schemas.errors import BrokerError
from streams.topics import Topics


def ensure_topics(bootstrap: str, topics: Topics) -> list[str]:
    """Create the topics that are missing; returns their names.

    Raises:
        BrokerError: the broker can't be reached, or it refuses a topic.

    """
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=20_000)
    except KafkaError as error:
        raise BrokerError(f"no Kafka broker answers at {bootstrap}: start it, or set XUNCHA_KAFKA") from error
    try:
        return _create_missing(admin, topics)
    except KafkaError as error:
        raise BrokerError(f"the broker at {bootstrap} refused to create topics: {error}") from error
    finally:
        admin.close()


def _create_missing(admin: KafkaAdminClient, topics: Topics) -> list[str]:
    there = set(admin.list_topics())
    missing = [spec for spec in topics.specs() if spec.name not in there]
    for spec in missing:
        new = NewTopic(spec.name, spec.partitions, topics.replication, topic_configs=spec.config)
        try:
            admin.create_topics([new])
        except TopicAlreadyExistsError:  # another worker was quicker
            continue
    return [spec.name for spec in missing]
