"""Sums and rates as a bulletin prints them, from the same records as its lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeVar

from pydantic import BaseModel

from schemas.aggregates import Aggregate, Count, Scope
from schemas.standings import OnTime

_WHOLE: Final = Decimal(100)
_STEP: Final = Decimal("0.01")
NOTHING: Final = "—"
"""Printed for a share of nothing, which is no rate."""

Counted = TypeVar("Counted", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a bulletin's first part counts."""

    sites: Count
    accounts: Count
    answers: OnTime
    corrections: OnTime


def percent(part: int, whole: int) -> str:
    """A share as bulletins print it: rounded half up to at most two decimals, "90%", "97.56%".

    Only all of it is "100%" and only none of it "0%": one failure among fifteen thousand must not be rounded away.
    """
    if whole == 0:
        return NOTHING
    share = (_WHOLE * part / whole).quantize(_STEP, ROUND_HALF_UP)
    if 0 < part < whole:
        share = min(max(share, _STEP), _WHOLE - _STEP)
    return f"{share.normalize():f}%"


def totals(aggregates: Iterable[Aggregate]) -> Totals:
    """The sum over the units, so that the totals and the table of units can't differ; over the areas without units."""
    by_scope: dict[Scope, list[Aggregate]] = {scope: [] for scope in Scope}
    for aggregate in aggregates:
        by_scope[aggregate.scope].append(aggregate)
    parts = by_scope[Scope.UNIT] or by_scope[Scope.AREA]
    return Totals(
        sites=_sum(Count, [part.sites for part in parts]),
        accounts=_sum(Count, [part.accounts for part in parts]),
        answers=_sum(OnTime, [part.answers for part in parts]),
        corrections=_sum(OnTime, [part.corrections for part in parts]),
    )


def _sum(kind: type[Counted], parts: list[Counted]) -> Counted:
    """Field by field; all fields of these models are counts."""
    return kind.model_validate({name: sum(getattr(part, name) for part in parts) for name in kind.model_fields})
