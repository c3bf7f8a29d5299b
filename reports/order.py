"""The one order of findings and transitions in everything that is written, so that two runs compare byte for byte."""

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from reports.names import Rank
from rules.words import Kind
from schemas.standings import Finding
from schemas.transitions import TransitionRecord

RankOf: TypeAlias = Callable[[str], Rank]

_KINDS: Final = {kind.value: place for place, kind in enumerate(Kind)}
_DIGITS: Final = re.compile(r"(\d+)")


def by_id(unit: str) -> Rank:
    """The place of a unit where no registry says it."""
    return (0, 0, 0, unit)


def natural(rule: str) -> tuple[int | str, ...]:
    """A key that puts W-V4 before W-V10."""
    return tuple(int(part) if part.isdigit() else part for part in _DIGITS.split(rule))


def sort_findings(findings: Iterable[Finding], rank: RankOf = by_id) -> list[Finding]:
    """By kind (vetoes first), indicator, unit, subject; then by rule, start and episode."""
    return sorted(findings, key=lambda one: (*_place(one), rank(one.unit), *_identity(one)))


def sort_transitions(transitions: Iterable[TransitionRecord]) -> list[TransitionRecord]:
    """By the instant at which it became true, then subject, rule, sequence."""
    return sorted(transitions, key=lambda one: (one.at, one.subject, natural(one.rule), one.sequence, one.id))


def _place(finding: Finding) -> tuple[int, str, tuple[int | str, ...]]:
    return _KINDS.get(finding.kind, len(_KINDS)), finding.kind, natural(finding.indicator)


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.subject, natural(finding.rule), finding.since, finding.episode
