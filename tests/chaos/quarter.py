"""What a run plays: a part of the demonstration's quarter, drawn by the seed, and what the replay makes of it."""

from dataclasses import dataclass
from functools import cache
from random import Random

from console.up.play import play
from observers.demo import demo_checkpoint, demo_events, demo_registry
from schemas.control import CheckpointData
from schemas.envelope import owner_of
from schemas.registry import Registry
from streams.log.sender import Outgoing, Sender
from tests.support.compare import Quarter, expected, replayed
from tests.support.installation import Event, Installation

#: Of forty-one sites, each with two thousand events, and of eighty accounts with a hundred.
SITES = 4
ACCOUNTS = 60
#: One of so many probes of a site is kept: they are most of the events, and seldom change anything.
PROBES = 12


@dataclass(frozen=True)
class Input:
    """A run's events, and what has to come of them."""

    events: list[Event]
    checkpoint: CheckpointData
    registry: Registry
    wanted: Quarter


def drawn(seed: int) -> Input:
    """The input of a seed: all units and observers, some of those who are watched, and few of the probes."""
    chance, registry, checkpoint = Random(f"quarter {seed}"), demo_registry(), demo_checkpoint()
    sites = {site.code for site in registry.sites}
    others = {account.id for account in registry.accounts}
    kept = {*chance.sample(sorted(sites), SITES), *chance.sample(sorted(others), ACCOUNTS)}
    out = (sites | others) - kept
    events = [event for event in _all() if owner_of(event["subject"]) not in out and _kept(event)]
    return Input(events, checkpoint, registry, expected(replayed(events, checkpoint)))


async def records_of(city: Installation, given: Input) -> list[Outgoing]:
    """The records that play an input, told at the city's receiver."""
    collected = _Collected(city)
    async for _ in play(collected, city.told_here(given.events), given.checkpoint):
        pass
    return collected.records


def _kept(event: Event) -> bool:
    """Whether it is one of the few; who decides is the event's id, which looks like chance."""
    return event["type"] != "site.probed" or int(event["id"], 16) % PROBES == 0


@cache
def _all() -> list[Event]:
    return list(demo_events())


class _Collected(Sender):
    """Keeps what it is to send."""

    def __init__(self, city: Installation) -> None:
        super().__init__("", city.settings.topics)
        self.records: list[Outgoing] = []

    async def send(self, records: "list[Outgoing]") -> None:  # type: ignore[override]  # the player sends lists
        """Keep them."""
        self.records += records
