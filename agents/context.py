"""What the agents of a worker share: settings, law, sender, and how a worker ends when it must not go on."""

import os
from collections.abc import Callable
from typing import NoReturn

import structlog

from agents.keep import Fatal
from agents.pulse import Pulse
from rules.calendar import load_calendar
from rules.loader import load_pack
from schemas.instants import SECOND
from streams.app import heartbeat_seconds
from streams.core.law import Law
from streams.ending import ENDING
from streams.log.intake import Gate
from streams.log.keeper import Keeper
from streams.log.outputs import Outputs
from streams.log.sender import Sender
from streams.log.shard import Shard
from streams.log.source import Source
from streams.log.store import Store
from streams.log.tail import Tail
from streams.settings import Settings
from streams.topics import Name, Topics

log = structlog.get_logger(__name__)

#: The exit status of a worker that had to end (EX_SOFTWARE of sysexits.h).
FATAL_STATUS = 70

_STATE = {
    Name.OBSERVATIONS: Name.STATE_OBSERVATIONS,
    Name.HOLDINGS: Name.STATE_HOLDINGS,
    Name.STANDINGS: Name.STATE_STANDINGS,
    Name.AREAS: Name.STATE_AREAS,
    Name.TRANSITIONS: Name.DELIVERIES,
}


class Context:
    """One worker's shared parts."""

    def __init__(self, settings: Settings, now: Callable[[], int], fatal: Fatal | None = None) -> None:
        self.settings = settings
        self.now = now
        self.fatal: Fatal = fatal or end_worker
        self.law = Law(load_pack(settings.pack, search=settings.packs), load_calendar())
        self.pulse = Pulse(settings.session_seconds - heartbeat_seconds(settings), self.fatal)
        self.sender = Sender(settings.kafka, settings.topics, self.pulse.check)
        self.lateness = int(settings.lateness_seconds * SECOND)

    @property
    def topics(self) -> Topics:
        """The topics of this installation."""
        return self.settings.topics

    def store(self, source: Name) -> Store:
        """The state store of a source."""
        return Store(self.settings.kafka, self.topics, _STATE[source], self.settings.recovery_seconds)

    def source(self, name: Name) -> Source:
        """A topic that is folded."""
        return Source(self.settings.kafka, self.topics, name, self.settings.recovery_seconds)

    def tail(self, name: Name) -> Tail:
        """A topic that is read back."""
        return Tail(self.settings.kafka, self.topics, name, self.settings.recovery_seconds)

    def keeper(self, source: Name, outputs: Outputs, make_shard: Callable[[int], Shard]) -> Keeper:
        """A keeper of a source's shards; only the observations are held against the wall clock."""
        own = source is not Name.OBSERVATIONS
        gate = Gate(self.settings.largest_record, int(self.settings.future_seconds * SECOND), own=own)
        live = self.settings.live and source is Name.OBSERVATIONS
        now = self.now if live else None
        return Keeper(self.source(source), self.sender, self.store(source), gate, outputs, make_shard, now)


def end_worker(error: BaseException) -> NoReturn:
    """End the process at once, without acknowledging anything: the batch comes again to whoever takes over."""
    log.critical("worker ends", error=str(error), kind=type(error).__name__, exc_info=error)
    os._exit(ENDING.status(FATAL_STATUS))
