"""A trail: the facts of one kind that a subject remembers, as a set in the order of their times.

A fact is a tuple (time in ms, event id, …payload). Adding is set union followed by a pruning that depends on the set
alone and on the clock, so facts commute and a fact added twice changes nothing: laws 1 and 2 hold by construction.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from streams.core.answer import NEVER

Fact = tuple[Any, ...]
Pruning = Callable[[list[Fact]], list[Fact]]

_encode = msgspec.msgpack.Encoder().encode

#: A trail is pruned only when it has grown past this, so that the common case is one append.
SLACK = 12


class Trail:
    """Facts sorted by (time, id).

    In `read` whoever reads the facts may keep what came of them for a stretch: (from, to exclusive, result). A new fact
    clears it. In `_written` are the facts as they were written last, one after the other: most facts come last, and a
    record is written anew for each. Whoever changes facts other than by adding the newest clears it.
    """

    __slots__ = ("_written", "facts", "read")

    def __init__(self, facts: list[Fact] | None = None) -> None:
        self.facts: list[Fact] = facts if facts is not None else []
        self.read: tuple[int, int, Any] | None = None
        self._written: bytes | None = None

    def add(self, fact: Fact) -> bool:
        """Remember a fact; False if it was there already."""
        facts, self.read = self.facts, None
        if not facts or (facts[-1][0], facts[-1][1]) < (fact[0], fact[1]):
            facts.append(fact)
            if self._written is not None:
                self._written += _encode(fact)
            return True
        place = bisect_left(facts, (fact[0], fact[1]))
        if place < len(facts) and facts[place][:2] == fact[:2]:
            return False
        self._written = None
        insort(facts, fact, lo=place, key=lambda known: (known[0], known[1]))
        return True

    def at(self, time: int, word: str) -> bool:
        """Whether a fact of exactly this time says `word` (its fourth part)."""
        place = bisect_left(self.facts, time, key=_time)
        return any(fact[3] == word for fact in self.facts[place : bisect_right(self.facts, time, key=_time)])

    def drop(self, time: int, prefix: str) -> bool:
        """Forget the facts of exactly this time whose id begins with `prefix`; whether there were any."""
        if not self.facts or self.facts[-1][0] < time:
            return False
        place, end = bisect_left(self.facts, time, key=_time), bisect_right(self.facts, time, key=_time)
        kept = [fact for fact in self.facts[place:end] if not str(fact[1]).startswith(prefix)]
        if len(kept) == end - place:
            return False
        self.facts[place:end], self.read, self._written = kept, None, None
        return True

    def until(self, at: int) -> list[Fact]:
        """The facts at or before an instant, oldest first."""
        facts = self.facts
        if facts and facts[-1][0] <= at:
            return facts
        return facts[: bisect_right(facts, at, key=_time)]

    def back_from(self, at: int) -> Iterator[Fact]:
        """The facts at or before an instant, newest first."""
        facts = self.facts
        for place in range(bisect_right(facts, at, key=_time) - 1, -1, -1):
            yield facts[place]

    def latest_time(self, at: int) -> int:
        """The time of the last fact at or before an instant; that before all instants where there is none."""
        place = bisect_right(self.facts, at, key=_time)
        return int(self.facts[place - 1][0]) if place else -NEVER

    def next_time(self, at: int) -> int | None:
        """The time of the first fact after an instant."""
        facts = self.facts
        if not facts or facts[-1][0] <= at:
            return None
        return int(facts[bisect_right(facts, at, key=_time)][0])

    def packed(self) -> msgspec.Raw:
        """The facts as MessagePack."""
        if self._written is None:
            self._written = b"".join([_encode(fact) for fact in self.facts])
        return msgspec.Raw(_head(len(self.facts)) + self._written)

    def prune(self, clock: int, keep: Pruning) -> int:
        """Forget settled facts (at or before the clock) that no later judgement can need.

        Returns the instant from which judging still gives what it would have given with all facts; 0 if all are kept.
        """
        place = bisect_right(self.facts, clock, key=_time)
        if place <= SLACK:
            return 0
        settled, coming = self.facts[:place], self.facts[place:]
        kept = keep(settled)
        self.facts, self.read, self._written = kept + coming, None, None
        known = {fact[:2] for fact in kept}
        dropped = max((int(fact[0]) for fact in settled if fact[:2] not in known), default=-1)
        if dropped < 0:
            return 0
        return next((int(fact[0]) for fact in kept if fact[0] > dropped and not _removes(fact)), clock)


def _head(count: int) -> bytes:
    """What stands before the members of an array in MessagePack."""
    if count <= 0x0F:  # noqa: PLR2004  # as many as the short form holds
        return bytes((0x90 | count,))
    return b"\xdc" + count.to_bytes(2, "big") if count <= 0xFFFF else b"\xdd" + count.to_bytes(4, "big")  # noqa: PLR2004


def _time(fact: Fact) -> int:
    return int(fact[0])


def _removes(fact: Fact) -> bool:
    """Whether a fact says that an item is gone; what stood then may be older than all that is remembered."""
    return fact[3:4] == ("-",)


def keep_all(facts: list[Fact]) -> list[Fact]:
    """For facts that are few: profiles, rulings, exemptions."""
    return facts


def keep_newest(count: int) -> Pruning:
    """Keep the newest `count` facts."""
    return lambda facts: facts[-count:]


def keep_changes(facts: list[Fact]) -> list[Fact]:
    """Of each item (the third member): the sightings that say something new of it, and the newest."""
    newest: dict[Any, Fact] = {}
    kept: set[tuple[Any, ...]] = set()
    for fact in facts:
        before = newest.get(fact[2])
        if before is None or before[3:] != fact[3:]:
            kept.add(fact[:2])
        newest[fact[2]] = fact
    kept |= {fact[:2] for fact in newest.values()}
    return [fact for fact in facts if fact[:2] in kept]


def keep_newest_of_each(position: int, most: int) -> Pruning:
    """Keep the newest fact of each value at `position`, and of these the newest `most`."""

    def keep(facts: list[Fact]) -> list[Fact]:
        newest = {fact[position]: fact for fact in facts}
        return sorted(newest.values(), key=lambda fact: (fact[0], fact[1]))[-most:]

    return keep
