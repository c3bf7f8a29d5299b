"""Fixtures: brokers to test on.

    embedded_broker   bootstrap of the embedded broker (Tansu), one for the session
    apache_kafka      bootstrap of a real Kafka, one for the session: XUNCHA_KAFKA if set, else our own node
    docker_kafka      bootstrap of a Kafka in a container, where Docker runs
    kafka_node        a Kafka node of the test's own, to kill and restart
    broker            each of these three in turn, marked `embedded`, `kafka` and `docker`
    new_topic         creates a topic of a fresh name on a broker

What a machine cannot run is skipped, with the reason.
"""

import gc
import os
import uuid
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from streams.broker.embedded import EmbeddedBroker
from tests.support.kafka_node import KafkaNode, missing_tools

EXISTING = "XUNCHA_KAFKA"
DOCKER_IMAGE = "confluentinc/cp-kafka:7.6.0"

NewTopicMaker = Callable[..., str]


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[str]:
    """Bootstrap address of one embedded broker for the whole session; it forgets all at the end."""
    with EmbeddedBroker() as broker:
        yield broker.bootstrap


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap address of a real Kafka for the whole session."""
    existing = os.environ.get(EXISTING)
    if existing:
        yield existing
        return
    node = _node_or_skip(tmp_path_factory)
    try:
        node.start()
        yield node.bootstrap
    finally:
        node.stop()


@pytest.fixture
def kafka_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaNode]:
    """Start a Kafka node that belongs to this test alone: kill it, restart it."""
    node = _node_or_skip(tmp_path_factory)
    try:
        node.start()
        yield node
    finally:
        node.stop()


@pytest.fixture(scope="session")
def docker_kafka() -> Iterator[str]:
    """Bootstrap address of a Kafka in a container."""
    testcontainers = pytest.importorskip("testcontainers.community.kafka", reason="testcontainers is not installed")
    _docker_or_skip()
    with testcontainers.KafkaContainer(DOCKER_IMAGE).with_kraft() as container:
        yield container.get_bootstrap_server()


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("embedded_broker", marks=pytest.mark.embedded, id="embedded"),
        pytest.param("apache_kafka", marks=pytest.mark.kafka, id="kafka"),
        pytest.param("docker_kafka", marks=pytest.mark.docker, id="docker"),
    ],
)
def broker(request: pytest.FixtureRequest) -> str:
    """Bootstrap address of each broker that the project supports, one after the other."""
    bootstrap: str = request.getfixturevalue(request.param)
    return bootstrap


@pytest.fixture(scope="session")
def new_topic() -> NewTopicMaker:
    """Return `create(bootstrap, partitions=1, **config) -> name`: a topic that no other test uses."""

    def create(bootstrap: str, partitions: int = 1, **config: str) -> str:
        name = f"test-{uuid.uuid4().hex[:12]}"
        dotted = {key.replace("_", "."): value for key, value in config.items()}
        client = KafkaAdminClient(bootstrap_servers=bootstrap)
        try:
            client.create_topics([NewTopic(name, partitions, 1, topic_configs=dotted)], wait_for_metadata=True)
        finally:
            client.close()
        return name

    return create


def _node_or_skip(tmp_path_factory: pytest.TempPathFactory) -> KafkaNode:
    missing = missing_tools()
    if missing:
        pytest.skip(f"Apache Kafka needs {', '.join(missing)} on this machine, or {EXISTING}=host:port")
    return KafkaNode(tmp_path_factory.mktemp("kafka"))


def _docker_or_skip() -> None:
    docker = pytest.importorskip("docker", reason="the Docker client is not installed")
    with warnings.catch_warnings():
        # The client leaves its socket open when nobody answers; collected here, the warning blames no test.
        warnings.simplefilter("ignore", ResourceWarning)
        reason = _no_engine(docker)
        gc.collect()
    if reason:
        pytest.skip(f"no Docker engine answers: {reason}")


def _no_engine(docker: ModuleType) -> str | None:
    """Return why no engine can be reached, None if one answers."""
    try:
        docker.from_env().close()  # making a client asks the engine for its version
    except docker.errors.DockerException as error:
        return str(error)
    return None
