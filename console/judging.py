"""Folding a log at hand: the replay of a quarter, the judgement of a past checkpoint, the explanation of one answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rules.calendar import load_calendar
from rules.loader import load_pack
from rules.rule import Rule
from schemas.envelope import owner_of
from schemas.errors import InputError
from schemas.instants import read_at, to_datetime
from streams.core.answer import NEVER, Answer
from streams.core.judging import judge, unit_at
from streams.core.law import Law
from streams.core.quarters import quarter_of
from streams.core.standing import Period
from streams.core.subject import Subject
from streams.replay import Replay, Results
from streams.sources import seen_at

#: A progress bar is told after so many observations.
TOLD_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is asked for: the instant (ms UTC) and the period that it closes."""

    at: int
    period: Period

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """From `--at`: an instant, or a date that stands for its end."""
        at = read_at(text)
        return cls(at, quarter_of(at)._replace(closed=True))


def make_law(pack: str, packs: tuple[Path, ...]) -> Law:
    """A pack and the calendar, made ready for judging."""
    return Law(load_pack(pack, search=packs), load_calendar())


def replay(law: Law, log: Iterable[Any], checkpoint: Checkpoint, told: Any = None) -> Results:
    """Fold what was seen up to the checkpoint: what the stream said then."""
    run = Replay(law)
    events = (event for event in log if seen_at(event) <= checkpoint.at)
    _fold(run.observe_all(events), told)
    return run.results(checkpoint.period, checkpoint.at)


def judge_past(law: Law, log: Iterable[Any], checkpoint: Checkpoint, told: Any = None) -> Results:
    """Judge the checkpoint by everything that is known now: evidence that came in later counts."""
    run = Replay(law)
    _fold(run.observe_all(log, limit=checkpoint.at), told)
    return run.results(checkpoint.period, checkpoint.at)


def _fold(counts: Iterator[int], told: Any) -> None:
    for count in counts:
        if told is not None and count % TOLD_EVERY == 0:
            told(count)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One answer with all that it rests on."""

    rule: Rule
    subject: str
    unit: str
    at: datetime
    answer: Answer
    due_at: datetime | None
    since: datetime | None
    parameters: dict[str, Any]
    evidence: list[Any]


def explain(law: Law, log: Iterable[Any], rule_id: str, subject_id: str, at: int) -> Explanation:
    """Say how one subject stands under one rule at an instant, by all that is known now, and why.

    Raises:
        InputError: the rule is not decided from the stream, or nothing is known of the subject.

    """
    standing = law.by_id.get(rule_id)
    if standing is None:
        raise InputError(f"{rule_id} is not decided from the stream: see `xuncha rules list`")
    run = Replay(law)
    events = {event.id: event for event in log if _concerns(event, subject_id)}
    for event in events.values():
        run.observe(event, limit=at)
    run.settle(at)
    fold = run.holdings.fold if "@" in subject_id else run.sites.fold
    estate = fold.peek(owner_of(subject_id))
    subject = estate.subjects.get(subject_id) if estate else None
    if estate is None or subject is None:
        raise InputError(f"nothing is known of {subject_id!r}: check its id, and which log you are reading")
    answer = judge(estate, subject, standing, at)
    terms = standing.rule.values_at(to_datetime(at).date()) if standing.terms_at(at) is not None else {}
    return Explanation(
        standing.rule, subject_id, unit_at(estate, subject, at), to_datetime(at), answer,
        None if answer.due_at >= NEVER else to_datetime(answer.due_at), _since(subject, rule_id), dict(terms),
        [events[one] for one in answer.evidence if one in events],
    )  # fmt: skip


def _concerns(event: Any, subject_id: str) -> bool:
    """Whether an event can matter for a subject: of its owner, or of an account that a holding may gather."""
    if "@" in subject_id:
        return bool(event.type.startswith("account.") or event.owner == subject_id)
    return bool(event.owner == owner_of(subject_id))


def _since(subject: Subject, rule_id: str) -> datetime | None:
    mark = subject.marks.get(rule_id)
    return to_datetime(mark.since) if mark is not None else None
