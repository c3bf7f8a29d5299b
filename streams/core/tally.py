"""From standings to the quarter: counts of a unit, of its group and of its area.

Pure and without order: of the standings of one (period, unit, owner) the latest counts, whenever it comes in, and
putting one twice changes nothing. *Latest* is by (closed, at): a standing taken at the checkpoint beats every one taken
before, and among equals the one put later wins. That is the order of the owner's partition, and lets evidence that
comes in after the checkpoint correct what was said at the checkpoint.

A unit agent keeps one unit's standings and says `aggregate_unit`; an area agent keeps the units' aggregates and says
`combine`; replay and `judge` put everything into one `Tally`. All three come to the same numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel

from schemas.aggregates import Aggregate, Count, Scope
from schemas.errors import InputError
from schemas.standings import OnTime, SubjectStanding, Verdict
from schemas.words import SubjectKind

#: A unit's registry entry: `name`, `area`, `group` and whatever else the registry says.
Profile: TypeAlias = Mapping[str, Any]

Counted = TypeVar("Counted", bound=BaseModel)


class Tally:
    """The latest standing of every owner in every period, by the unit that answers for it."""

    def __init__(self, pack: str = "") -> None:
        """Args: pack: PACK@VERSION under which the standings were judged, as it stands on the aggregates."""
        self.pack = pack
        self._units: dict[str, tuple[int, dict[str, Any]]] = {}
        self._standings: dict[tuple[str, str], dict[str, SubjectStanding]] = {}  # (period, unit) -> owner -> latest

    def register_unit(self, unit_id: str, profile: Profile, since: int = 0) -> None:
        """Know a unit by its registry entry in force since an instant (ms UTC), unless a later entry is known."""
        known = self._units.get(unit_id)
        if known is None or known[0] <= since:
            self._units[unit_id] = (since, dict(profile))

    def put(self, standing: SubjectStanding) -> None:
        """Take a standing, unless a later one of its owner is known."""
        owners = self._standings.setdefault((standing.period, standing.unit), {})
        known = owners.get(standing.owner)
        if known is None or _age(known) <= _age(standing):
            owners[standing.owner] = standing

    def unit_aggregate(self, period: str, unit_id: str) -> Aggregate | None:
        """One unit's quarter; None where nothing of it has been judged."""
        owners = self._standings.get((period, unit_id))
        return self._aggregate(owners.values(), period, unit_id) if owners else None

    def aggregates(self, period: str) -> list[Aggregate]:
        """The units that have standings in a period, then their groups, then their areas; each sorted by id."""
        judged = sorted((unit, owners) for (when, unit), owners in self._standings.items() if when == period)
        units = [self._aggregate(owners.values(), period, unit) for unit, owners in judged]
        groups = _gathered(Scope.GROUP, units, self._group_of)
        areas = _gathered(Scope.AREA, units, lambda unit: (unit.area, unit.area))
        return units + groups + areas

    def forget(self, period: str) -> None:
        """Drop a period that nothing will change any more."""
        self._standings = {key: owners for key, owners in self._standings.items() if key[0] != period}

    def dump(self) -> list[Any]:
        """Plain lists for a state record: pack, units, standings."""
        units = [[unit, since, profile] for unit, (since, profile) in sorted(self._units.items())]
        kept = [owners[owner] for _, owners in sorted(self._standings.items()) for owner in sorted(owners)]
        return [self.pack, units, [standing.model_dump(mode="json") for standing in kept]]

    @classmethod
    def load(cls, record: list[Any]) -> "Tally":
        """A tally from its state record."""
        pack, units, standings = record
        tally = cls(pack)
        for unit, since, profile in units:
            tally.register_unit(unit, profile, since)
        for standing in standings:
            tally.put(SubjectStanding.model_validate(standing))
        return tally

    def _profile(self, unit_id: str) -> Profile:
        return self._units[unit_id][1] if unit_id in self._units else {}

    def _aggregate(self, standings: Iterable[SubjectStanding], period: str, unit_id: str) -> Aggregate:
        return aggregate_unit(standings, self._profile(unit_id), period, pack=self.pack)

    def _group_of(self, unit: Aggregate) -> tuple[str, str]:
        group = str(self._profile(unit.id).get("group", ""))
        return (group_id(unit.area, group), group) if group else ("", "")


def aggregate_unit(standings: Iterable[SubjectStanding], profile: Profile, period: str, *, pack: str = "") -> Aggregate:
    """One unit's quarter from its standings, one of each owner.

    `closed` once all of them were taken at the checkpoint; `at` is the latest of their instants. A unit that nobody
    registered (an empty profile) goes by its id and belongs to no area.

    Raises:
        InputError: there is no standing of that period.

    """
    own = [standing for standing in standings if standing.period == period]
    if not own:
        raise InputError(f"nothing stands in {period!r}; aggregate a unit once a standing of it has come in")
    found = Counter(finding.indicator for standing in own for finding in standing.findings)
    unit = own[0].unit
    return Aggregate(
        period=period, at=max(standing.at for standing in own), closed=all(standing.closed for standing in own),
        scope=Scope.UNIT, id=unit, name=str(profile.get("name") or unit), area=str(profile.get("area", "")), pack=pack,
        sites=_count(own, SubjectKind.SITE), accounts=_count(own, SubjectKind.ACCOUNT), findings=_sorted(found),
        answers=_sum(OnTime, [standing.answers for standing in own]),
        corrections=_sum(OnTime, [standing.corrections for standing in own]),
    )  # fmt: skip


def combine(scope: Scope, scope_id: str, name: str, aggregates: Iterable[Aggregate]) -> Aggregate:
    """The sum of aggregates of one period, one of each unit, as one group or area.

    `closed` once all of them are; `at` is the latest of their instants; `pack` names every pack among them.

    Raises:
        InputError: there is nothing to combine.

    """
    parts = list(aggregates)
    if not parts:
        raise InputError(f"nothing to combine for {scope_id!r}; combine once an aggregate of it has come in")
    found: Counter[str] = Counter()
    for part in parts:
        found.update(part.findings)
    return Aggregate(
        period=parts[0].period, at=max(part.at for part in parts), closed=all(part.closed for part in parts),
        scope=scope, id=scope_id, name=name, area=parts[0].area, pack=",".join(sorted({part.pack for part in parts})),
        sites=_sum(Count, [part.sites for part in parts]), accounts=_sum(Count, [part.accounts for part in parts]),
        findings=_sorted(found), answers=_sum(OnTime, [part.answers for part in parts]),
        corrections=_sum(OnTime, [part.corrections for part in parts]),
    )  # fmt: skip


def group_id(area: str, group: str) -> str:
    """The id of a group's aggregate."""
    return f"{area}/{group}"


def _age(standing: SubjectStanding) -> tuple[bool, datetime]:
    return standing.closed, standing.at


def _gathered(scope: Scope, units: Iterable[Aggregate], key: Callable[[Aggregate], tuple[str, str]]) -> list[Aggregate]:
    """Units by the (id, name) of what they belong to; an empty id belongs to nothing."""
    members: dict[tuple[str, str], list[Aggregate]] = {}
    for unit in units:
        members.setdefault(key(unit), []).append(unit)
    return [combine(scope, each, name, of) for (each, name), of in sorted(members.items()) if each]


def _count(standings: Iterable[SubjectStanding], kind: SubjectKind) -> Count:
    """Only what is `counted`: a unit that keeps one column of another's site has not been checked with that site."""
    verdicts = [standing.verdict for standing in standings if standing.counted and standing.kind is kind]
    failed, unknown = verdicts.count(Verdict.FAILED), verdicts.count(Verdict.UNKNOWN)
    return Count(checked=len(verdicts), failed=failed, unknown=unknown)


def _sum(kind: type[Counted], parts: list[Counted]) -> Counted:
    """Field by field; all fields of these models are counts."""
    return kind.model_validate({name: sum(getattr(part, name) for part in parts) for name in kind.model_fields})


def _sorted(found: Mapping[str, int]) -> dict[str, int]:
    return {indicator: found[indicator] for indicator in sorted(found)}
