"""What has changed between two registries, as events at the instant from which the change holds.

What is gone is closed, what passed to another unit is transferred, what is new or otherwise changed is registered
(again). Nothing before that instant is judged differently.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from observers.registry.events import Event, Statement, event, source_of, statements
from schemas.registry import Registry

#: Why something was closed, where all that is known is that the new registry lacks it.
_GONE = "不再登记 / no longer registered"
_TRANSFERABLE = frozenset({"site.registered", "account.registered"})


class _Change(NamedTuple):
    type: str
    subject: str
    data: dict[str, Any]


def registry_changes(old: Registry, new: Registry, at: datetime) -> list[Event]:
    """The events that lead from one registry to another at an instant; none if they say the same.

    Args:
        old: what was published.
        new: what holds from `at` on.
        at: an aware instant; for accounts opened later it is their opening.

    """
    source = source_of(new.area)
    before = {one.subject: one for one in statements(old)}
    after = {one.subject: one for one in statements(new)}
    gone = [_closing(one) for subject, one in before.items() if subject not in after]
    made = [event(one.type, one.subject, one.data, at, source) for one in gone if one is not None]
    for subject, now in after.items():
        made += _news(before.get(subject), now, at, source)
    return made


def _news(was: Statement | None, now: Statement, at: datetime, source: str) -> Iterator[Event]:
    if was is None:
        yield event(now.type, now.subject, now.data, max(at, now.time) if _opens(now) else at, source)
        return
    transferred = now.type in _TRANSFERABLE and was.data["unit"] != now.data["unit"]
    if transferred:
        one = _transfer(was, now)
        yield event(one.type, one.subject, one.data, at, source)
    if {**was.data, **({"unit": now.data["unit"]} if transferred else {})} != now.data:
        yield event(now.type, now.subject, now.data, at, source)


def _opens(statement: Statement) -> bool:
    return "opened" in statement.data


def _transfer(was: Statement, now: Statement) -> _Change:
    data = {"from_unit": was.data["unit"], "to_unit": now.data["unit"]}
    if now.type == "account.registered":
        data["platform"] = now.data["platform"]
    return _Change(now.type.replace("registered", "transferred"), now.subject, data)


def _closing(was: Statement) -> _Change | None:
    """A unit is not judged, so there is nothing to close of one that is gone."""
    kind = was.type.partition(".")[0]
    if kind == "unit":
        return None
    if kind == "account":
        data = {"unit": was.data["unit"], "platform": was.data["platform"], "reason": _GONE}
        return _Change("account.closed", was.subject, data)
    return _Change(f"{kind}.closed", was.subject, {"reason": _GONE, "filed": False})
