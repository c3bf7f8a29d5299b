"""Creating the topics with kafka-python's admin client, and holding those that are there to what they have to be."""

from collections.abc import Iterator

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from schemas.errors import BrokerError
from streams.topics import Topics, TopicSpec


def ensure_topics(bootstrap: str, topics: Topics) -> list[str]:
    """Create the topics that are missing; returns their names.

    Raises:
        BrokerError: the broker can't be reached, refuses a topic, or holds one that is not as it has to be.

    """
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            request_timeout_ms=20_000,
            reconnect_backoff_max_ms=1_000,  # not 30 s: the broker may have just started again
        )
    except KafkaError as error:
        raise BrokerError(f"no Kafka broker answers at {bootstrap}: start it, or set XUNCHA_KAFKA") from error
    try:
        return _ensure(admin, topics)
    except KafkaError as error:
        raise BrokerError(f"the broker at {bootstrap} refused to create topics: {error}") from error
    finally:
        admin.close()


def _ensure(admin: KafkaAdminClient, topics: Topics) -> list[str]:
    there = set(admin.list_topics())
    faults = list(_faults(admin, [spec for spec in topics.specs() if spec.name in there]))
    if faults:
        raise BrokerError(
            f"{'; '.join(faults)}: a broker that creates topics by itself, or another XUNCHA_PARTITIONS, makes such "
            "topics; delete them while nothing is in them, or take a new XUNCHA_PREFIX"
        )
    missing = [spec for spec in topics.specs() if spec.name not in there]
    for spec in missing:
        new = NewTopic(spec.name, spec.partitions, topics.replication, topic_configs=spec.config)
        try:
            admin.create_topics([new], wait_for_metadata=True)
        except TopicAlreadyExistsError:  # another worker was quicker
            continue
    return [spec.name for spec in missing]


def _faults(admin: KafkaAdminClient, specs: list[TopicSpec]) -> Iterator[str]:
    """What of existing topics would part state from its source, or delete it."""
    if not specs:
        return
    found = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics([spec.name for spec in specs])}
    asked = [ConfigResource(ConfigResourceType.TOPIC, spec.name) for spec in specs]
    configs = admin.describe_configs(asked)["topic"]
    for spec in specs:
        if found.get(spec.name) != spec.partitions:
            yield f"topic {spec.name} has {found.get(spec.name)} partitions instead of {spec.partitions}"
        # Tansu tells nothing of configuration; it keeps everything as long as it runs.
        policy = configs.get(spec.name, {}).get("cleanup.policy", {}).get("value", spec.config["cleanup.policy"])
        if policy != spec.config["cleanup.policy"]:
            yield f"topic {spec.name} has cleanup.policy={policy} instead of {spec.config['cleanup.policy']}"
