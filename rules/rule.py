"""One indicator as dated data: what it asks, since when, on what legal basis and how sure we are of each number.

Dates are civil dates in Shanghai; a value holds from the start of its day.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from rules.words import Beyond, Confidence, Effect, Group, Kind, Memory, Severity, Standing, Text, Window
from schemas.errors import PackError
from schemas.words import SubjectKind


@dataclass(frozen=True, slots=True)
class Validity:
    """The days on which something is in force: `start` to `end`, both included; no `end` is until further notice."""

    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether `day` is one of them."""
        return self.start <= day and (self.end is None or day <= self.end)

    def changes(self) -> tuple[date, ...]:
        """The first day in force, and the first no longer in force if there is one."""
        return (self.start,) if self.end is None else (self.start, self.end + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Dated:
    """A value from `start` on, with where it comes from.

    `value` is a `Span`, `int`, `Fraction`, `bool`, `str`, a tuple, a read-only mapping of tuples, or None (not known,
    or none, as the parameter's title says). `pack` is the pack that says so; `question` an open question of that pack.
    """

    start: date
    value: Any
    standing: Standing
    pack: str
    sources: tuple[str, ...] = ()
    why: Text | None = None
    question: str | None = None
    confidence: Confidence | None = None

    @property
    def official(self) -> bool:
        """Whether the value was seen in a stored text of the law."""
        return self.standing is Standing.VERIFIED


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value and how it changed; `history` is sorted by start, never empty."""

    name: str
    title: Text
    history: tuple[Dated, ...]

    def at(self, day: date) -> Dated | None:
        """What holds on `day`, or None before the first value."""
        place = bisect_right(self.history, day, key=lambda dated: dated.start)
        return self.history[place - 1] if place else None


Parameters: TypeAlias = Mapping[str, Parameter]
Segments: TypeAlias = tuple[tuple[date, Mapping[str, Any]], ...]


def values_of(parameters: Parameters, day: date) -> dict[str, Any]:
    """The value of each parameter that has one on `day`."""
    held = ((name, parameter.at(day)) for name, parameter in parameters.items())
    return {name: dated.value for name, dated in held if dated is not None}


def segments_of(parameters: Parameters, validity: Validity) -> Segments:
    """All values on each day on which one of them changes, so that asking for a day costs one search."""
    starts = {validity.start} | {dated.start for each in parameters.values() for dated in each.history}
    return tuple((day, MappingProxyType(values_of(parameters, day))) for day in sorted(starts))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rule:
    """One indicator (检查指标) of a pack.

    `window` None: no window decides it from the stream yet; `note` says how it would be decided. `verified` and
    `unverified_parts` speak of the indicator as a whole; each number has a standing of its own (`official`).
    `clause` is as exact as the sources allow and numbers nothing that they don't number.
    """

    id: str
    pack: str
    group: Group
    title: Text
    kind: Kind
    effect: Effect
    subject: SubjectKind | Beyond
    clause: Text
    sources: tuple[str, ...]
    verified: bool
    unverified_parts: tuple[Text, ...]
    validity: Validity
    window: Window | None
    memory: Memory | None
    applies: Mapping[str, Any]
    severity: Severity
    parameters: Parameters
    points: Parameters
    segments: Segments
    parent: str | None = None
    any_of: tuple[str, ...] = ()
    scope: Text | None = None
    note: Text | None = None

    def in_force(self, day: date) -> bool:
        """Whether the rule holds on `day`."""
        return self.validity.holds(day)

    def values_at(self, day: date) -> Mapping[str, Any]:
        """Read-only values by parameter name on `day`; spans are `Span`, ratios `Fraction`, lists tuples."""
        self._expect_in_force(day)
        place = bisect_right(self.segments, day, key=lambda segment: segment[0])
        return self.segments[place - 1][1]

    def points_at(self, day: date) -> Mapping[str, Any]:
        """Points by name on `day`; None where no stored text gives the number."""
        self._expect_in_force(day)
        return MappingProxyType(values_of(self.points, day))

    def dated(self, name: str, day: date) -> Dated | None:
        """A parameter's or a point's value on `day` with its sources, or None when it has none."""
        parameter = self.parameters.get(name) or self.points.get(name)
        return parameter.at(day) if parameter else None

    def official(self, name: str, day: date) -> bool:
        """Whether what holds on `day` was seen in the law; if not, a view marks it 「未核实」."""
        dated = self.dated(name, day)
        return dated is not None and dated.official

    def boundaries(self) -> tuple[date, ...]:
        """The days on which the rule's validity or one of its values changes, sorted."""
        tables = (*self.parameters.values(), *self.points.values())
        return _sorted_days(self.validity.changes(), (dated.start for each in tables for dated in each.history))

    def _expect_in_force(self, day: date) -> None:
        if not self.in_force(day):
            raise PackError(f"{self.id} is not in force on {day}; ask in_force(day) first")


def official(rule: Rule, name: str, day: date) -> bool:
    """Whether the rule's value on `day` was seen in the law (see `Rule.official`)."""
    return rule.official(name, day)


def _sorted_days(*groups: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted({day for group in groups for day in group}))
