"""The owners of a fold's subjects, awake or asleep, and when which of them is judged next.

Of each owner there is either an estate, or the records with which it sleeps (`streams.core.sleep`). Whoever only looks
takes a `peek`; whoever changes anything wakes the owner by asking for its `estate`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from streams.core.answer import NEVER
from streams.core.census import Census
from streams.core.concern import all_rules
from streams.core.deadlines import Deadlines
from streams.core.effects import Effects
from streams.core.law import Law, Standing
from streams.core.sleep import Sleepers
from streams.core.subject import Estate, Subject
from streams.core.waking import instants, read_estate

_encode = msgspec.msgpack.Encoder().encode


class Owners:
    """All owners of a partition; `clock` is the instant up to which everything is settled.

    Those of `young` were touched since others were last laid to rest.
    """

    def __init__(self, law: Law) -> None:
        self.law = law
        self.clock = 0
        self.estates: dict[str, Estate] = {}
        self.young: dict[str, Estate] = {}
        self._stirred = 0
        self._rested = 0
        self.sleepers = Sleepers()
        self.deadlines = Deadlines()
        self.census = Census()

    def estate(self, owner: str) -> Estate:
        """The estate of an owner, made on first sight; who sleeps is woken."""
        estate = self.estates.get(owner)
        if estate is None:
            estate = self._rouse(owner) if owner in self.sleepers else Estate(owner)
            self.estates[owner] = estate
        return estate

    def touched(self, owner: str) -> Estate:
        """The estate of an owner of whom something is observed: it stays awake for a while."""
        estate = self.young[owner] = self.estate(owner)
        self._stirred += 1 + len(estate.subjects)
        return estate

    def peek(self, owner: str) -> Estate | None:
        """The estate of an owner to look at, made for the moment if it sleeps; None if nothing is known of it."""
        if owner in self.sleepers:
            return read_estate(self.law, owner, self.sleepers.records(owner))
        return self.estates.get(owner)

    def load(self, subject_id: str, record: bytes) -> None:
        """Take over a subject's state record, to sleep with it; call `resume` when all are loaded."""
        self.sleepers.put(subject_id, record)

    def resume(self, clock: int, census: Iterable[list[Any]] | None, effects: Effects) -> None:
        """After loading: go on at the clock. Without the census of this very law no record's `wake` may be trusted."""
        self.clock = self._rested = clock
        if census is not None:
            self.census.load(census)
            return
        for owner in sorted(self.sleepers.owners()):
            self._judge_anew(owner, effects)

    def subjects(self) -> Iterator[tuple[Estate, Subject]]:
        """Every subject with its owner, in the order of their ids; who sleeps sleeps on."""
        for owner in self.owners():
            estate = self.peek(owner)
            for subject_id in sorted(estate.subjects) if estate is not None else ():
                if estate is not None:
                    yield estate, estate.subjects[subject_id]

    def owners(self) -> list[str]:
        """Every owner, awake or not, in the order of their ids."""
        return sorted([*self.estates, *self.sleepers.owners()])

    # -- sleep -------------------------------------------------------------------------------------------------

    def _rouse(self, owner: str) -> Estate:
        """Wake an owner, each rule armed for when its answer may change: not before its subject's `wake`.

        What can't be read sleeps on.
        """
        estate = read_estate(self.law, owner, self.sleepers.records(owner))
        found = instants(estate, self.clock)
        self.sleepers.forget(owner)
        for subject, standing, at in found:
            self.deadlines.arm(max(at, subject.wake), owner, subject.id, standing.id)
        return estate

    def wake_due(self, upto: int) -> dict[str, Estate]:
        """Wake everybody whose time comes up to an instant; the subjects whose `wake` will have passed by then."""
        stirred: dict[str, Estate] = {}
        while (owner := self.sleepers.due(upto)) is not None:
            estate = self.estate(owner)
            self._stirred += len(estate.subjects)
            stirred.update((one.id, estate) for one in estate.subjects.values() if one.wake <= upto)
        return stirred

    def rest(self, most: int, apart: int) -> None:
        """When all is written: let all sleep that were not touched since the last time that this was done.

        Not before more than `most` subjects were stirred, and so long (ms of the clock) after the last time: who is
        touched again and again is never laid to rest in between, however many they are.
        """
        if self._stirred <= most or self.clock < self._rested + apart:
            return
        for owner in [one for one in self.estates if one not in self.young]:
            for subject in self.estates.pop(owner).subjects.values():
                self.sleepers.put(subject.id, _encode(subject.packed()))
        self.deadlines.keep(self.estates)
        self.young, self._stirred, self._rested = {}, 0, self.clock

    def _judge_anew(self, owner: str, effects: Effects) -> None:
        """Wake an owner whose records were written under another law: they count anew, and are written anew."""
        estate = read_estate(self.law, owner, self.sleepers.records(owner))
        self.sleepers.forget(owner)
        self.estates[owner] = estate
        for subject in estate.subjects.values():
            subject.wake = NEVER
            for rule, mark in subject.marks.items():
                mark.counted = None
                self.census.note(rule, mark)
        for subject, standing, at in instants(estate, self.clock):
            self.arm(at, estate, subject, standing, effects)

    def arm(self, at: int, estate: Estate, subject: Subject, standing: Standing, effects: Effects) -> None:
        """Judge a rule at an instant; a subject's record must not say that it may sleep longer."""
        self.deadlines.arm(at, estate.owner, subject.id, standing.id)
        if at < subject.wake:
            subject.wake = at
            effects.change(estate.owner, subject.id)

    def set_wake(self, estate: Estate, subject: Subject, effects: Effects) -> None:
        """After an armed instant has passed: the next one of the subject, so that records keep none of the past."""
        least = self.deadlines.least(subject.id, all_rules(subject))
        if least != subject.wake:
            subject.wake = least
            effects.change(estate.owner, subject.id)
