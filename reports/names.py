"""What a report calls units and subjects, and in which order it names the units."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from schemas.registry import Registry, Unit
from schemas.texts import Lang

Rank: TypeAlias = tuple[str, int, str]
"""A unit's place in a report: its group, its administrative order there (行政序列), its id."""


class Called(Protocol):
    """A subject's name."""

    @property
    def name(self) -> str:
        """The name alone: 健康某市."""

    def described(self, lang: Lang) -> str:
        """How a sentence names it: 微信服务号“健康某市”."""


class Naming(Protocol):
    """Who knows names; what is not registered is called by its id."""

    def unit_name(self, unit: str) -> str:
        """What the unit of an id is called."""

    def subject(self, subject: str) -> Called:
        """What the subject of an id is called."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names, and the units' places."""

    naming: Naming
    units: Mapping[str, Unit]

    def unit(self, unit: str) -> str:
        """What the unit of an id is called."""
        return self.naming.unit_name(unit)

    def subject(self, subject: str) -> Called:
        """What the subject of an id is called."""
        return self.naming.subject(subject)

    def group(self, unit: str) -> str:
        """The table that a unit stands in; empty where it is not registered."""
        return self.units[unit].group if unit in self.units else ""

    def rank(self, unit: str) -> Rank:
        """A unit's place; units that nobody registered stand first, where they are noticed."""
        known = self.units.get(unit)
        return (known.group, known.order, unit) if known else ("", 0, unit)


def names_of(registry: Registry, naming: Naming) -> Names:
    """The names of a registry, as somebody who knows it tells them."""
    return Names(naming, {unit.id: unit for unit in registry.units})
