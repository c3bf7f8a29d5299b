"""The topics: the one place in code that names them, with their keys, partitions and configuration.

Every topic is created by the project before a worker starts; a broker's auto-creation would pick a partition count of
its own. The partition count can't be changed later without re-keying all state.
"""

from dataclasses import dataclass
from enum import StrEnum

#: Room for a record that is far too large, so that it can be refused with its bytes instead of blocking its sender.
LARGEST_RECORD = 12 * 1024 * 1024


class Name(StrEnum):
    """Topics by what is in them; the key stands behind each."""

    OBSERVATIONS = "observations"  # owner: site code, account id, observer
    HOLDINGS = "holdings"  # unit@platform
    STANDINGS = "standings"  # unit:ID
    AREAS = "areas"  # area
    TRANSITIONS = "transitions"  # owner; append-only
    ALERTS = "alerts"  # episode; compacted
    AGGREGATES = "aggregates"  # period/scope/id; compacted
    REGISTRY = "registry"  # subject; compacted, one partition
    DELIVERIES = "deliveries"  # transition id, in the transition's partition; compacted
    DEADLETTERS = "deadletters"
    STATE_OBSERVATIONS = "state-observations"
    STATE_HOLDINGS = "state-holdings"
    STATE_STANDINGS = "state-standings"
    STATE_AREAS = "state-areas"


_COMPACTED = frozenset(
    {
        Name.ALERTS, Name.AGGREGATES, Name.REGISTRY, Name.DELIVERIES, Name.STATE_OBSERVATIONS, Name.STATE_HOLDINGS,
        Name.STATE_STANDINGS, Name.STATE_AREAS,
    }
)  # fmt: skip
#: Records so young (milliseconds) are not compacted away. Where a worker died in the middle of writing a batch of
#: state, recovery needs what stood there before (`streams.log.states`); what is hidden behind an older record can be
#: said again only while it is there (`streams.log.upholder`).
_YOUNG_MS = 60 * 60 * 1000
_SINGLE = frozenset({Name.AREAS, Name.REGISTRY, Name.STATE_AREAS, Name.DEADLETTERS})


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it has to be created."""

    name: str
    partitions: int
    config: dict[str, str]


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one installation: a prefix and a partition count."""

    prefix: str = "xuncha"
    partitions: int = 4
    replication: int = 1

    def of(self, name: Name) -> str:
        """The full name of a topic."""
        return f"{self.prefix}.{name.value}"

    def count(self, name: Name) -> int:
        """How many partitions a topic has."""
        return 1 if name in _SINGLE else self.partitions

    def specs(self) -> list[TopicSpec]:
        """All topics with their configuration: changelogs are compacted only, never deleted from."""
        return [TopicSpec(self.of(name), self.count(name), _config(name)) for name in Name]


def _config(name: Name) -> dict[str, str]:
    policy = "compact" if name in _COMPACTED else "delete"
    config = {"cleanup.policy": policy, "max.message.bytes": str(LARGEST_RECORD)}
    if policy == "delete":
        config["retention.ms"] = "-1"
    else:
        config["min.compaction.lag.ms"] = str(_YOUNG_MS)
    # What is in the future is so when it comes, by the broker's clock, for whoever reads. And a worker whose clock is
    # wrong writes no records that the broker refuses as of the future, or takes for old enough to be compacted.
    config["message.timestamp.type"] = "LogAppendTime"
    return config
