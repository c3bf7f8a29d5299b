"""What has changed between two registries, as events at the instant from which the change holds.

What is gone is closed, what passed to another unit is transferred, what is new or otherwise changed is registered
(again). Nothing before that instant is judged differently.
"""

from collections.abc import Iterator
from datetime import datetime

from observers.registry.events import Event, Statement, event, source_of, statements
from schemas.registry import Registry

#: Why something was closed, where all that is known is that the new registry lacks it.
_GONE = "不再登记 / no longer registered"
_TRANSFERABLE = frozenset({"site.registered", "account.registered"})


def registry_changes(old: Registry, new: Registry, at: datetime) -> list[Event]:
    """The events that lead from one registry to another at an instant; none if they say the same.

    Args:
        old: what was published.
        new: what holds from `at` on.
        at: an aware instant; an account that opens later is announced then, and judged from its opening on.

    """
    before = {one.subject: one for one in statements(old)}
    after = {one.subject: one for one in statements(new)}
    gone = [_closing(one) for subject, one in before.items() if subject not in after]
    said = [one._replace(time=at) for one in gone if one is not None]
    for subject, now in after.items():
        said += _news(before.get(subject), now, at)
    return [event(one, source_of(new), at) for one in said]


def _news(was: Statement | None, now: Statement, at: datetime) -> Iterator[Statement]:
    if was is None:
        yield now._replace(time=max(at, now.time) if "opened" in now.data else at)
        return
    transferred = now.type in _TRANSFERABLE and was.data["unit"] != now.data["unit"]
    if transferred:
        yield _transfer(was, now)._replace(time=at)
    if {**was.data, **({"unit": now.data["unit"]} if transferred else {})} != now.data:
        yield now._replace(time=at)


def _transfer(was: Statement, now: Statement) -> Statement:
    data = {"from_unit": was.data["unit"], "to_unit": now.data["unit"]}
    if now.type == "account.registered":
        data["platform"] = now.data["platform"]
    return now._replace(type=now.type.replace("registered", "transferred"), data=data)


def _closing(was: Statement) -> Statement | None:
    """A unit is not judged, so there is nothing to close of one that is gone."""
    kind = was.type.partition(".")[0]
    if kind == "unit":
        return None
    if kind == "account":
        data = {"unit": was.data["unit"], "platform": was.data["platform"], "reason": _GONE}
        return was._replace(type="account.closed", data=data)
    return was._replace(type=f"{kind}.closed", data={"reason": _GONE, "filed": False})
