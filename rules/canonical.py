"""One plain form of resolved law, the same on every machine, to hash it and to show it as JSON."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rules.span import Span

DERIVED = frozenset({"segments"})
"""Fields that only repeat others in a handier form."""


def canonical(value: object) -> object:
    """`value` in JSON's types: dates in ISO form, fractions as "1/20", spans as "14 days", dataclasses as objects."""
    match value:
        case StrEnum():
            return value.value
        case date() | Fraction() | Span():
            return str(value)
        case Mapping():
            return {str(key): canonical(each) for key, each in value.items()}
        case tuple() | list():
            return [canonical(each) for each in value]
        case _ if is_dataclass(value):
            return {
                each.name: canonical(getattr(value, each.name)) for each in fields(value) if each.name not in DERIVED
            }
        case _:
            return value
