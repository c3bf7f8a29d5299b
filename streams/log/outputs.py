"""Which records come of a batch, and to which topics; one class a kind of source."""

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.instants import to_ms
from schemas.standings import SubjectStanding
from streams.core.effects import Transition
from streams.log.order import ordered
from streams.log.records import as_bytes, checkpoint_event, tick_event, transition_json, transition_key
from streams.log.sender import Outgoing
from streams.log.shard import Outcome
from streams.topics import Name, Topics


class Outputs:
    """What the agents that judge send on."""

    def __init__(self, topics: Topics, source: Name, downstream: Sequence[Name]) -> None:
        self._topics = topics
        self._source = source
        self._downstream = downstream

    def entries(self, outcome: Outcome) -> list[Outgoing]:
        """What the registry is told; sent before everything else."""
        return [one for one in _forwards_out(outcome) if one.topic is Name.REGISTRY]

    def transitions(self, outcome: Outcome) -> list[Outgoing]:
        """What units are told of."""
        return [transition_out(one) for one in outcome.effects.transitions]

    def rest(self, partition: int, position: int, outcome: Outcome) -> list[Outgoing]:
        """Other forwards and standings, then the barriers that say that all of them have gone out.

        Standings and barriers are of the place in the source up to which the partition has come.
        """
        forwards = [one for one in _forwards_out(outcome) if one.topic is not Name.REGISTRY]
        standings = [standing_out(one) for one in outcome.standings]
        order = ordered(position)
        last = (*standings, *self._barriers(partition, outcome))
        return [*forwards, *(one._replace(headers=order) for one in last)]

    def _barriers(self, partition: int, outcome: Outcome) -> Iterator[Outgoing]:
        """Tell every partition downstream how far this one has come."""
        origin = origin_of(self._source, partition)
        for name in self._downstream:
            for target in range(self._topics.count(name)):
                if outcome.passed is not None and name is Name.HOLDINGS:
                    yield Outgoing(name, b"clock", tick_event(outcome.passed, origin), target)
                for event in outcome.checkpoints:
                    yield Outgoing(name, b"clock", checkpoint_again(event, origin), target)


def origin_of(name: Name, partition: int) -> str:
    """How a partition calls itself to partitions downstream."""
    return f"{name.value}/{partition}"


def origins_of(topics: Topics, *names: Name) -> frozenset[str]:
    """All partitions of some topics."""
    return frozenset(origin_of(name, one) for name in names for one in range(topics.count(name)))


def checkpoint_again(event: Any, origin: str) -> bytes:
    """A checkpoint as sent on by a partition."""
    return checkpoint_event(event.data.period, event.data.starts, to_ms(event.data.at), origin)


def transition_out(transition: Transition) -> Outgoing:
    """A transition's record."""
    key = transition_key(transition).encode()
    return Outgoing(Name.TRANSITIONS, key, as_bytes(transition_json(transition)))


def standing_out(standing: SubjectStanding) -> Outgoing:
    """A standing's record, keyed by its unit."""
    return Outgoing(Name.STANDINGS, f"unit:{standing.unit}".encode(), standing.model_dump_json().encode())


def _forwards_out(outcome: Outcome) -> Iterator[Outgoing]:
    """What is sent on; of a subject's registry entries that counts which came last in the log."""
    for forward, place in zip(outcome.effects.forwards, outcome.places, strict=True):
        value = as_bytes(forward.event)
        yield Outgoing(Name(forward.topic), forward.key.encode(), value, headers=ordered(*place))
