"""How an owner stands at an instant: verdict, findings, on-time counts.

The bulletin's facts, taken from the same marks that the alerts were made of.

A column's breach is charged to the unit that keeps the column, so one site may give standings to several units; only
the one of its own unit is `counted`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from rules.words import Effect, Window
from schemas.instants import to_datetime
from schemas.standings import Finding, OnTime, SubjectStanding, Verdict
from schemas.words import State, SubjectKind
from streams.core.answer import NEVER, Answer
from streams.core.concern import all_rules
from streams.core.fold import Fold
from streams.core.ids import digest, episode_id
from streams.core.judging import attributes_at, judge, unit_at
from streams.core.law import Standing
from streams.core.marks import Mark
from streams.core.profile import CLOSED
from streams.core.subject import Estate, Subject
from streams.core.view import View
from streams.core.windows import response

_STANDING_KINDS = frozenset({SubjectKind.SITE, SubjectKind.ACCOUNT, SubjectKind.HOLDING})
_COUNTED_KINDS = frozenset({SubjectKind.SITE, SubjectKind.ACCOUNT})


class Period(NamedTuple):
    """A period of a bulletin: its name and where it starts (ms UTC); `closed` at its checkpoint."""

    name: str
    starts: int
    closed: bool = False


def standings_at(fold: Fold, at: int, period: Period) -> Iterator[SubjectStanding]:
    """How every owner of a partition stands at an instant that the fold has settled."""
    for owner in fold.owners():
        estate = fold.peek(owner)
        if estate is not None:
            yield from owner_standings(fold, estate, at, period)


def owner_standings(fold: Fold, estate: Estate, at: int, period: Period) -> list[SubjectStanding]:
    """How one owner stands, for each unit that ever had to do with it.

    What no longer holds of a unit is taken back that way. Empty for observers and strangers.
    """
    head = estate.subjects.get(estate.owner)
    if head is None or head.kind not in _STANDING_KINDS or head.rules is None:
        return []
    profile: Mapping[str, Any] = (attributes_at(estate, head, at) or {}) if head.kind in _COUNTED_KINDS else {}
    judged = head.kind is SubjectKind.HOLDING or bool(profile and not profile.get(CLOSED))
    answers = list(_answers(estate, at)) if judged else []
    findings = [_finding(fold, estate, *one, at) for one in answers if one[2].state is State.BREACHED]
    undecided = tuple(one.id for _, one, answer in answers if _is_veto(one) and answer.state is State.UNKNOWN)
    home = unit_at(estate, head, at)
    return [
        SubjectStanding(
            period=period.name, at=to_datetime(at), closed=period.closed, unit=unit, owner=estate.owner,
            kind=head.kind, counted=judged and unit == home and head.kind in _COUNTED_KINDS,
            name=str(profile.get("name", "")), platform=profile.get("platform"),
            account_type=profile.get("account_type"), verdict=_verdict(findings, undecided),
            undecided=undecided if unit == home else (),
            findings=tuple(one for one in findings if one.unit == unit),
            answers=_on_time(fold, estate, SubjectKind.MESSAGE, unit, at, period),
            corrections=_on_time(fold, estate, SubjectKind.CORRECTION, unit, at, period),
        )
        for unit in sorted({home, *_units(estate)})
    ]  # fmt: skip


def _units(estate: Estate) -> Iterator[str]:
    """Every unit that ever answered for the owner, one of its columns or one of its messages."""
    for subject in estate.subjects.values():
        for fact in (*subject.trail("profile").facts, *subject.trail("case").facts):
            unit = fact[3].get("to_unit") or fact[3].get("unit")
            if unit:
                yield str(unit)


def _answers(estate: Estate, at: int) -> Iterator[tuple[Subject, Standing, Answer]]:
    for subject_id in sorted(estate.subjects):
        subject = estate.subjects[subject_id]
        for standing in all_rules(subject):
            yield subject, standing, judge(estate, subject, standing, at)


def _finding(fold: Fold, estate: Estate, subject: Subject, standing: Standing, answer: Answer, at: int) -> Finding:
    start, since = _times(subject.marks.get(standing.id), at)
    episode = episode_id(fold.law.pack.id, standing.id, subject.id, start)
    rule = standing.rule
    return Finding(
        id=digest("finding", episode, at), episode=episode, rule=rule.id, indicator=rule.parent or rule.id,
        kind=rule.kind.value, veto=_is_veto(standing), pack=fold.law.label, subject=subject.id, owner=estate.owner,
        unit=unit_at(estate, subject, at), state=answer.state, reason=answer.reason, since=to_datetime(since),
        due_at=None if answer.due_at == NEVER else to_datetime(answer.due_at), evidence=answer.evidence,
    )  # fmt: skip


def _times(mark: Mark | None, at: int) -> tuple[int, int]:
    """(start of the episode, since when it is broken)."""
    if mark is None or mark.run is None:
        return at, at
    return mark.run.start, mark.run.breached_at if mark.run.breached_at is not None else mark.run.start


def _is_veto(standing: Standing) -> bool:
    return standing.rule.effect is Effect.VETO


def _verdict(findings: Iterable[Finding], undecided: tuple[str, ...]) -> Verdict:
    if any(finding.veto for finding in findings):
        return Verdict.FAILED
    return Verdict.UNKNOWN if undecided else Verdict.PASSED


def _on_time(fold: Fold, estate: Estate, kind: SubjectKind, unit: str, at: int, period: Period) -> OnTime:
    """Of the cases whose limit fell into the period up to `at`: done in time, done late, still open."""
    standing = _on_time_rule(fold, kind, at)
    counts = {"due": 0, "on_time": 0, "late": 0, "open": 0}
    for child in estate.children(kind) if standing else ():
        if standing is not None and unit_at(estate, child, at) == unit:
            _count(View(estate, child, standing.trail), standing.terms_at(at), at, period, counts)
    return OnTime(**counts)


def _on_time_rule(fold: Fold, kind: SubjectKind, at: int) -> Standing | None:
    """The rule by which answers count as in time: of those for all cases, the one with the shortest limit."""
    limits = [
        (terms.due(at, terms.limit).instant_ms, standing.id, standing)
        for standing in fold.law.by_kind[kind]
        if standing.rule.window is Window.RESPONSE and (terms := standing.terms_at(at)) and not terms.simple_only
    ]
    return min(limits)[2] if limits else None


def _count(view: View, terms: response.Terms, at: int, period: Period, counts: dict[str, int]) -> None:
    case = response.read_case(view, terms)
    if case is None or not period.starts <= case.due <= at:
        return
    counts["due"] += 1
    closed = case.closed[0] if case.closed is not None else NEVER
    counts["on_time" if closed < case.due else "late" if closed <= at else "open"] += 1
