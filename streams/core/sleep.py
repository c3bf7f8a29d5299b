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
from streams.core.page import FULL, Page, Records, size_of

#: So few owners that lie on no page are not worth one.
TOGETHER = 16


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

    Each is kept as it was put until `press` lays those of several owners on a page; nobody else knows of pages. Nobody
    is to be woken before `first`.
    """

    def __init__(self) -> None:
        self._records: dict[str, Records | Page] = {}
        self._loose: list[str] = []  # who lies on no page; some are awake by now
        self._open: tuple[Page | None, dict[str, Records]] = (None, {})  # the page that was read last
        self._called: dict[int, list[str]] = {}  # by hour: who is to be woken in it; some are awake by then
        self._waking: dict[int, int] = {}  # by hour: how many subjects that sleep have their `wake` in it
        self.first = NEVER

    def __contains__(self, owner: str) -> bool:
        return owner in self._records

    def owners(self) -> Iterable[str]:
        """Everybody who sleeps."""
        return self._records.keys()

    def put(self, subject_id: str, record: bytes) -> None:
        """Let a subject sleep whose owner is not awake."""
        owner, wake = owner_of(subject_id), wake_of(record)
        others = self._records.get(owner)
        if others is None:
            self._records[owner] = record if subject_id == owner else {subject_id: record}
            self._loose.append(owner)
        else:
            self._add(owner, others, subject_id, record)
        if wake < NEVER:
            self._call(owner, wake // HOUR)

    def _add(self, owner: str, others: Records | Page, subject_id: str, record: bytes) -> None:
        if isinstance(others, Page):
            self._loosen(others)
            others = self._read(others)[owner]
        if isinstance(others, dict):
            others[subject_id] = record
        else:
            self._records[owner] = {owner: others, subject_id: record}

    def _call(self, owner: str, hour: int) -> None:
        self._waking[hour] = self._waking.get(hour, 0) + 1
        called = self._called.get(hour)
        if called is None:
            self._called[hour] = [owner]
            self.first = min(self.first, hour * HOUR)
        else:
            called.append(owner)

    def records(self, owner: str) -> list[tuple[str, bytes]]:
        """The subjects of an owner that sleeps with their records; empty for others."""
        found = self._records.get(owner)
        if found is None:
            return []
        plain = self._read(found)[owner] if isinstance(found, Page) else found
        return list(plain.items()) if isinstance(plain, dict) else [(owner, plain)]

    def forget(self, owner: str) -> None:
        """The owner is awake."""
        for _, record in self.records(owner):
            wake = wake_of(record)
            if wake < NEVER:
                self._waking[wake // HOUR] -= 1
        page = self._records.pop(owner)
        if isinstance(page, Page):
            page.living -= 1
            if page.living * 2 <= len(self._read(page)):
                self._loosen(page)

    # -- pages -------------------------------------------------------------------------------------------------

    def press(self, most: int, together: int = TOGETHER) -> None:
        """Lay records on pages, about so many bytes of them, as long as at least `together` owners lie on none."""
        while most > 0 and len(self._loose) >= together:
            most -= self._press_page()

    def _press_page(self) -> int:
        """Fill a page; how many bytes it took."""
        owners: dict[str, Records] = {}
        size = 0
        while size < FULL and self._loose:
            owner = self._loose.pop()
            records = self._records.get(owner)
            if records is not None and not isinstance(records, Page):
                owners[owner] = records
                size += size_of(records)
        page = Page(owners)
        self._records.update(dict.fromkeys(owners, page))
        return size

    def _read(self, page: Page) -> dict[str, Records]:
        """What is on a page; neighbours often wake one after the other."""
        if self._open[0] is not page:
            self._open = (page, page.read())
        return self._open[1]

    def _loosen(self, page: Page) -> None:
        """Take those from a page who are left on it."""
        for owner, records in self._read(page).items():
            if self._records.get(owner) is page:
                self._records[owner] = records
                self._loose.append(owner)

    # -- time --------------------------------------------------------------------------------------------------

    def due(self, upto: int) -> str | None:
        """Somebody who has to be awake when it is `upto`; the same one again until it was forgotten here."""
        while self.first <= upto:
            called = self._called[self.first // HOUR]
            while called:
                if called[-1] in self._records:
                    return called[-1]
                called.pop()
            del self._called[self.first // HOUR]
            self._waking.pop(self.first // HOUR)
            self.first = min(self._called) * HOUR if self._called else NEVER
        return None

    def waking(self, upto: int = NEVER) -> int:
        """How many subjects that sleep have their `wake` in an hour that begins at `upto` or earlier."""
        return sum(count for hour, count in self._waking.items() if hour * HOUR <= upto)
