"""Reading a rule's parameters into the frozen terms that a window works with."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

from rules.calendar import WorkCalendar
from rules.span import Due, Span, add, sub
from schemas.errors import PackError

AFTER = "after"


T = TypeVar("T")


def read_terms(kind: type[T], values: Mapping[str, Any], calendar: WorkCalendar, rule_id: str) -> T:
    """Fill the fields of a terms dataclass from a rule's values, by name; `calendar` fills itself.

    Raises:
        PackError: a field without a default has no value in force.

    """
    found: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name == "calendar":
            found["calendar"] = calendar
        elif field.name in values:
            found[field.name] = _frozen(values[field.name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise PackError(f"{rule_id}: the parameter {field.name!r} is missing; add it to the indicator's file")
    return kind(**found)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Reckoning:
    """How a deadline is counted: the open questions on edges, days and months."""

    calendar: WorkCalendar
    edge: str = "at"
    count: str = "elapsed"
    month_end: str = "clip"

    def due(self, start: int, span: Span) -> Due:
        """The instant from which a span that began at `start` is broken.

        With edge `at` the rule breaks when the span is full, with `after` one millisecond later.
        """
        due = add(start, span, self.calendar, count=self.count, month_end=self.month_end)
        return Due(due.instant_ms + 1, due.provisional) if self.edge == AFTER else due

    def warn(self, due: int, lead: Span) -> int:
        """The instant from which a deadline counts as near."""
        return sub(due, lead, self.calendar)
