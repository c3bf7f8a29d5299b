"""Topics as they have to be: made by us, with their own number of partitions, changelogs compacted and nothing else.

Faust's recovery loses itself on changelogs that are deleted from (#176, #651), and a topic that the broker made by
itself has a partition count of its own, which parts state from its source (`PartitionsMismatch`).
"""

import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic

from schemas.errors import BrokerError
from streams.admin import ensure_topics
from streams.topics import Name, Topics

_CHANGELOGS = [name for name in Name if name.value.startswith("state-")]


@pytest.fixture
def topics() -> Topics:
    """An installation of the test's own with an unusual number of partitions."""
    return Topics(f"t-{uuid.uuid4().hex[:8]}", partitions=3)


@pytest.fixture
def admin(broker: str) -> Iterator[KafkaAdminClient]:
    """A client of the broker under test."""
    with closing(KafkaAdminClient(bootstrap_servers=broker)) as client:
        yield client


def _partitions(admin: KafkaAdminClient, topics: Topics) -> dict[str, int]:
    described: list[dict[str, Any]] = admin.describe_topics([topics.of(name) for name in Name])
    return {topic["name"]: len(topic["partitions"]) for topic in described}


def _config(admin: KafkaAdminClient, topic: str) -> dict[str, str]:
    described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {name: entry["value"] for name, entry in described["topic"][topic].items()}


def test_each_has_its_partitions(broker: str, topics: Topics, admin: KafkaAdminClient) -> None:
    """Source and changelog of a shard lie side by side: the same number of partitions."""
    assert len(ensure_topics(broker, topics)) == len(Name)
    found = _partitions(admin, topics)
    assert found == {topics.of(name): topics.count(name) for name in Name}
    assert {found[topics.of(name)] for name in (Name.OBSERVATIONS, Name.STATE_OBSERVATIONS, Name.DELIVERIES)} == {3}
    assert {found[topics.of(name)] for name in (Name.AREAS, Name.STATE_AREAS, Name.REGISTRY)} == {1}


def test_made_once(broker: str, topics: Topics) -> None:
    """A second worker finds them and changes nothing."""
    ensure_topics(broker, topics)
    assert ensure_topics(broker, topics) == []


def test_another_partition_count_is_refused(broker: str, topics: Topics, admin: KafkaAdminClient) -> None:
    """A topic that somebody made with one partition is named before any worker starts on it."""
    admin.create_topics([NewTopic(topics.of(Name.OBSERVATIONS), 1, 1)], wait_for_metadata=True)
    with pytest.raises(BrokerError, match=r"observations has 1 partitions instead of 3.*XUNCHA_PREFIX"):
        ensure_topics(broker, topics)


@pytest.mark.kafka
def test_changelogs_are_compacted_only(apache_kafka: str, topics: Topics) -> None:
    """Every changelog has cleanup.policy=compact and nothing else, and keeps young records for a torn batch."""
    ensure_topics(apache_kafka, topics)
    with closing(KafkaAdminClient(bootstrap_servers=apache_kafka)) as admin:
        for name in _CHANGELOGS:
            config = _config(admin, topics.of(name))
            assert config["cleanup.policy"] == "compact"
            assert int(config["min.compaction.lag.ms"]) >= 60 * 60 * 1000
        for name in (Name.OBSERVATIONS, Name.HOLDINGS, Name.STANDINGS, Name.AREAS, Name.TRANSITIONS):
            config = _config(admin, topics.of(name))
            assert (config["cleanup.policy"], config["retention.ms"]) == ("delete", "-1")


@pytest.mark.kafka
def test_observations_bear_the_brokers_time(apache_kafka: str, topics: Topics) -> None:
    """What is in the future is so by the broker's clock, not by that of the sender, which may be what is wrong."""
    ensure_topics(apache_kafka, topics)
    with closing(KafkaAdminClient(bootstrap_servers=apache_kafka)) as admin:
        assert _config(admin, topics.of(Name.OBSERVATIONS))["message.timestamp.type"] == "LogAppendTime"


@pytest.mark.kafka
def test_a_changelog_that_is_deleted_from_is_refused(apache_kafka: str, topics: Topics) -> None:
    """`compact,delete` would lose the state of whoever has been quiet for a week."""
    bad = NewTopic(topics.of(Name.STATE_AREAS), 1, 1, topic_configs={"cleanup.policy": "compact,delete"})
    with closing(KafkaAdminClient(bootstrap_servers=apache_kafka)) as admin:
        admin.create_topics([bad], wait_for_metadata=True)
    with pytest.raises(BrokerError, match=r"state-areas has cleanup.policy=compact,delete instead of compact"):
        ensure_topics(apache_kafka, topics)
