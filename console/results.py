"""A quarter's results as the four files, whoever folded them: the stream, a replay, a judgement of the past."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.names import RegistryNames
from reports.bulletin import write_bulletin
from reports.files import write_results
from reports.names import Names, names_of
from rules.pack import Pack
from schemas.aggregates import Aggregate, Scope
from schemas.registry import Registry
from schemas.standings import Finding, SubjectStanding
from schemas.transitions import TransitionRecord


@dataclass(frozen=True, slots=True)
class Quarter:
    """All that the four files are made of."""

    aggregates: Sequence[Aggregate]
    standings: Sequence[SubjectStanding]
    transitions: Sequence[TransitionRecord]

    @property
    def findings(self) -> list[Finding]:
        """The findings of all standings."""
        return [finding for standing in self.standings for finding in standing.findings]

    def areas(self) -> list[Aggregate]:
        """The areas' quarters."""
        return [one for one in self.aggregates if one.scope is Scope.AREA]


def write_quarter(out: Path, quarter: Quarter, pack: Pack, registry: Registry, notice: str = "") -> str:
    """Write aggregate.json, findings.jsonl, transitions.jsonl and bulletin.md; returns the bulletin.

    Raises:
        OperationError: the folder can't be written.

    """
    names = report_names(registry)
    bulletin = write_bulletin(quarter.aggregates, quarter.findings, quarter.standings, pack, names, notice=notice)
    write_results(out, quarter.aggregates, quarter.findings, quarter.transitions, bulletin, rank=names.rank)
    return bulletin


def report_names(registry: Registry) -> Names:
    """What a report calls units and subjects."""
    return names_of(registry, RegistryNames(registry))


def counted(standings: Iterable[SubjectStanding]) -> int:
    """How many subjects were checked."""
    return sum(1 for standing in standings if standing.counted)
