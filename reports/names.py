"""What a report calls units and subjects, and in which order it names the units."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from schemas.registry import Registry
from schemas.texts import Lang

Rank: TypeAlias = tuple[int, int, int, str]
"""A unit's place in a report: that of its group, its administrative order there (行政序列), that of its entry, its id.

Groups and entries stand as the registry lists them.
"""


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
    """Names, and the units' groups and places."""

    naming: Naming
    groups: Mapping[str, str]
    ranks: Mapping[str, Rank]

    def unit(self, unit: str) -> str:
        """What the unit of an id is called."""
        return self.naming.unit_name(unit)

    def subject(self, subject: str) -> Called:
        """What the subject of an id is called."""
        return self.naming.subject(subject)

    def group(self, unit: str) -> str:
        """The table that a unit stands in; empty where it is not registered."""
        return self.groups.get(unit, "")

    def rank(self, unit: str) -> Rank:
        """A unit's place; units that nobody registered stand first, where they are noticed."""
        return self.ranks.get(unit, (-1, 0, 0, unit))


def names_of(registry: Registry, naming: Naming) -> Names:
    """The names of a registry, as somebody who knows it tells them."""
    groups = {unit.id: unit.group for unit in registry.units}
    places = {group: place for place, group in enumerate(dict.fromkeys(groups.values()))}
    ranks = {unit.id: (places[unit.group], unit.order, place, unit.id) for place, unit in enumerate(registry.units)}
    return Names(naming, groups, ranks)
