"""Owners that sleep: their subjects stay the very bytes of their state records until something touches the owner.

Most subjects are quiet, and after a recovery nobody asks for them for days. A record ends with `wake`, before which no
rule's answer changes by time alone; by the least of them an owner is called when its time comes. Sleeping longer than
that would be late, waking earlier does no harm: owners are called by the hour, so that no entry of a heap is needed.
"""

from collections.abc import Iterable

import msgspec

from schemas.envelope import owner_of
from schemas.instants import HOUR
from streams.core.answer import NEVER


class _Record(msgspec.Struct, array_like=True):
    """A subject's state record of which `wake` alone is read; one of an older form, without it, wakes at once."""

    kind: msgspec.Raw
    horizons: msgspec.Raw
    trails: msgspec.Raw
    ring: msgspec.Raw
    look: msgspec.Raw
    marks: msgspec.Raw
    wake: int = 0


_read = msgspec.msgpack.Decoder(_Record).decode


def wake_of(record: bytes) -> int:
    """The instant (ms UTC) before which time alone changes nothing of a subject; from its state record as bytes."""
    return _read(record).wake


class Sleepers:
    """The records of all subjects whose owner sleeps.

    An owner that is its only subject, as every account is, has its record alone; only others have a dict of them.
    """

    def __init__(self) -> None:
        self._records: dict[str, bytes | dict[str, bytes]] = {}
        self._called: dict[int, list[str]] = {}  # by hour: who is to be woken in it; some are awake by then
        self._waking: dict[int, int] = {}  # by hour: how many subjects that sleep have their `wake` in it
        self._first = NEVER

    def __contains__(self, owner: str) -> bool:
        return owner in self._records

    def owners(self) -> Iterable[str]:
        """Everybody who sleeps."""
        return self._records.keys()

    def put(self, subject_id: str, record: bytes) -> None:
        """Let a subject sleep whose owner is not awake."""
        owner, wake = owner_of(subject_id), wake_of(record)
        others = self._records.get(owner)
        if others is None and subject_id == owner:
            self._records[owner] = record
        elif isinstance(others, dict):
            others[subject_id] = record
        else:
            self._records[owner] = {subject_id: record} if others is None else {owner: others, subject_id: record}
        if wake < NEVER:
            self._call(owner, wake // HOUR)

    def _call(self, owner: str, hour: int) -> None:
        self._waking[hour] = self._waking.get(hour, 0) + 1
        called = self._called.get(hour)
        if called is None:
            self._called[hour] = [owner]
            self._first = min(self._first, hour * HOUR)
        else:
            called.append(owner)

    def records(self, owner: str) -> list[tuple[str, bytes]]:
        """The subjects of an owner that sleeps with their records; empty for others."""
        found = self._records.get(owner)
        if found is None:
            return []
        return list(found.items()) if isinstance(found, dict) else [(owner, found)]

    def forget(self, owner: str) -> None:
        """The owner is awake."""
        for _, record in self.records(owner):
            wake = wake_of(record)
            if wake < NEVER:
                self._waking[wake // HOUR] -= 1
        del self._records[owner]

    def due(self, upto: int) -> str | None:
        """Somebody who has to be awake when it is `upto`; the same one again until it was forgotten here."""
        while self._first <= upto:
            called = self._called[self._first // HOUR]
            while called:
                if called[-1] in self._records:
                    return called[-1]
                called.pop()
            del self._called[self._first // HOUR]
            self._waking.pop(self._first // HOUR)
            self._first = min(self._called) * HOUR if self._called else NEVER
        return None

    def waking(self, upto: int = NEVER) -> int:
        """How many subjects that sleep have their `wake` in an hour that begins at `upto` or earlier."""
        return sum(count for hour, count in self._waking.items() if hour * HOUR <= upto)
