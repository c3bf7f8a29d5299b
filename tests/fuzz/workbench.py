"""One partition's worker over a log in memory, which says of each record what became of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson
from pydantic_core import from_json

from streams.log.deadletter import HEADER
from streams.log.keeper import Keeper
from streams.log.sender import Outgoing
from streams.log.shard import Shard
from streams.log.source import Message
from streams.topics import Name, Topics
from tests.fuzz.wild import Record
from tests.support.laws import law
from tests.support.log import MemoryLog, MemorySender, Worker


@dataclass
class Account:
    """How many events were sent, and what became of them; `kept` letters are notes about accepted events."""

    sent: int = 0
    accepted: int = 0
    letters: int = 0
    kept: int = 0

    @property
    def balanced(self) -> bool:
        """Whether each event was either accepted or set aside, and none both."""
        return self.sent == self.accepted + self.letters


class Workbench:
    """Takes records; its account must balance, and its state must load, at any time."""

    def __init__(self) -> None:
        self.account = Account()
        self._begin()

    def _begin(self) -> None:
        self._log = _Log(Topics(partitions=1), Random(1))
        keeper = Worker(self._log, law()).agents[Name.OBSERVATIONS]
        assert isinstance(keeper, Keeper)
        keeper._sender = _Sender(self._log)
        self._keeper, self._offset, self._folded = keeper, 0, 0

    def take(self, records: Sequence[tuple[bytes | None, bytes]]) -> None:
        """Fold some records as one batch, and count; how many events they hold has to be found out."""
        self._fold(records, sum(self._events_in(value) for _, value in records))

    def take_counted(self, records: Sequence[Record]) -> None:
        """The same, where it is known."""
        self._fold([record[:2] for record in records], sum(record.events for record in records))

    def _fold(self, records: Sequence[tuple[bytes | None, bytes]], events: int) -> None:
        self.account.sent += events
        first = self._offset
        self._offset += len(records)
        batch = [Message(0, first + number, *record) for number, record in enumerate(records)]
        asyncio.run(self._keeper.handle(batch))
        self._count()

    def renew(self) -> None:
        """A worker without a past, so that memory is not what is measured."""
        self._begin()

    def shard(self) -> Shard:
        """What the worker holds."""
        return asyncio.run(self._keeper.shard(0))

    def expect_loadable(self) -> None:
        """What was written can be loaded, and says the same."""
        again = Worker(self._log, law()).agents[Name.OBSERVATIONS]
        assert isinstance(again, Keeper)
        loaded, known = asyncio.run(again.shard(0)), self.shard()
        assert loaded.fold.clock == known.fold.clock
        assert _dumped(loaded) == _dumped(known)

    def _events_in(self, value: bytes) -> int:
        """How many events a record holds, time not counted; one, where nobody can tell."""
        reading = self._keeper._gate.read(None, value, None)
        if any(one.index is None for one in reading.refused):
            return 1
        if reading.control is not None:
            return 0
        found = from_json(value)
        return len(found) if isinstance(found, list) else 1

    def _count(self) -> None:
        account, records = self.account, self._log.letters
        about = [orjson.loads(one) for one in records]
        records.clear()
        account.kept += sum(one["kept"] for one in about)
        account.letters += sum(not one["kept"] for one in about)
        account.accepted += self._keeper.meters.folded - self._folded
        self._folded = self._keeper.meters.folded


class _Log(MemoryLog):
    """Keeps what dead letters say of themselves and the state, and lets everything else go."""

    def __init__(self, topics: Topics, chance: Random) -> None:
        super().__init__(topics, chance)
        self.letters: list[bytes] = []


class _Sender(MemorySender):
    async def send(self, records: Any) -> None:
        """Write the state; of dead letters keep what they say."""
        log = self._log
        assert isinstance(log, _Log)
        for record in records:
            if record.topic is Name.DEADLETTERS:
                log.letters.append(_about(record))
            elif record.topic is Name.STATE_OBSERVATIONS:
                log.write(record.topic, self.partition(record), record.key, record.value)


def _about(record: Outgoing) -> bytes:
    return next(value for name, value in record.headers if name == HEADER)


def _dumped(shard: Shard) -> dict[str, bytes]:
    """Each subject's state as it is written."""
    found = {}
    for _, subject in shard.fold.subjects():
        if subject.trails or subject.ring or subject.last_look or subject.marks:
            found[subject.id] = repr(subject.dump()).encode()
    return found
