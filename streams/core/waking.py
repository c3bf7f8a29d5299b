"""Waking an owner: from the bytes of its subjects' records to an estate, its rules, and when each has to be judged."""

from collections.abc import Iterable

import msgspec

from streams.core.concern import all_rules, find_rules, first_instant
from streams.core.judging import next_after
from streams.core.law import Law, Standing
from streams.core.subject import Estate, Subject

_decode = msgspec.msgpack.Decoder().decode

Instant = tuple[Subject, Standing, int]


def read_estate(law: Law, owner: str, records: Iterable[tuple[str, bytes]]) -> Estate:
    """An owner's estate from its subjects' records, each subject with its rules."""
    estate = Estate(owner)
    for subject_id, record in records:
        estate.subjects[subject_id] = Subject.load(subject_id, _decode(record))
    for subject_id in sorted(estate.subjects):
        subject = estate.subjects[subject_id]
        subject.rules = find_rules(law, estate, subject)
    return estate


def instants(estate: Estate, clock: int) -> list[Instant]:
    """For each rule of each subject the instant after the clock at which its answer may change next."""
    return [
        (subject, standing, _instant(estate, subject, standing, clock))
        for _, subject in sorted(estate.subjects.items())
        for standing in all_rules(subject)
    ]


def _instant(estate: Estate, subject: Subject, standing: Standing, clock: int) -> int:
    """Where judging goes on, or begins."""
    if standing.id in subject.marks:
        return next_after(estate, subject, standing, clock)
    return first_instant(estate, subject)
