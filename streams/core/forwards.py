"""What an observation sends on to topics with another key.

Accounts go to their unit and platform, units to their standings, every registry entry to the registry.

Each but the last kind is a function of the one event alone, so that it can be sent again at any time and comes out
the same. An account has one unit at a time. So one that is registered for another unit, though nothing says that it was
transferred, or transferred from a unit that never had it, is released by every unit that had it before: `releases_of`
is a function of the account's entries as a set, without regard to the order in which they came. Each entry that comes
in, late ones too, sends what is then known; all of it together is what would be sent of the whole set, and what comes
twice has the same id and is one fact.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from schemas.instants import to_text
from streams.core.effects import Forward
from streams.core.profile import CLOSED, TRANSFERRED
from streams.core.trail import Fact

HOLDINGS = "holdings"
STANDINGS = "standings"
REGISTRY = "registry"


#: Types that say something to others than the owner of their subject.
_SENT_ON = frozenset(
    {
        "site.registered", "column.registered", "account.registered", "unit.registered", "account.closed",
        "account.transferred",
    }
)  # fmt: skip


#: An account's entries that say who has it.
ENTRIES = frozenset({"account.registered", "account.transferred"})


def concerns_owner_alone(event: Any) -> bool:
    """Whether an observation stays and nothing is sent on, as with nearly all."""
    subject: str = event.subject
    return event.type not in _SENT_ON and "@" not in subject and not subject.startswith("unit:")


def stays(event: Any) -> bool:
    """Whether an observation is folded where it came in; units and holdings only pass through."""
    return "@" not in event.subject and not event.subject.startswith("unit:")


def forwards_of(event: Any) -> Iterator[Forward]:
    """The small events that an observation sends on."""
    if "@" in event.subject and event.type not in {"account.held", "account.released"}:
        yield Forward(HOLDINGS, event.subject, event.model_dump(mode="json", exclude_none=True))
    if event.type.endswith(".registered"):
        yield Forward(REGISTRY, event.subject, event.model_dump(mode="json", exclude_none=True))
    if event.type == "account.registered":
        yield _held(event, event.data.unit, event.data.platform, "account.held", opens=event.data.opened)
    elif event.type == "account.closed":
        yield _held(event, event.data.unit, event.data.platform, "account.released")
    elif event.type == "account.transferred":
        if event.data.from_unit != event.data.to_unit:  # a slip of the registry's must not take it from who has it
            yield _held(event, event.data.from_unit, event.data.platform, "account.released")
        yield _held(event, event.data.to_unit, event.data.platform, "account.held")
    elif event.type == "unit.registered":
        yield Forward(STANDINGS, event.subject, event.model_dump(mode="json", exclude_none=True))


def releases_of(event: Any, entries: Iterable[Fact]) -> Iterator[Forward]:
    """By an account's entries (`event` came in last): each says who has it, and releases it for the units before."""
    if event.type not in ENTRIES:
        return
    before: dict[tuple[str, str], None] = {}
    for time, ident, word, data in entries:
        own = data.get("to_unit" if word == TRANSFERRED else "unit"), data.get("platform")
        if word != CLOSED:
            for unit, platform in before:
                if unit != own[0]:
                    yield _released(event, f"{ident}:account.released:{unit}", unit, platform, time)
            before[own] = None


def _released(event: Any, ident: str, unit: str, platform: str, time: int) -> Forward:
    return _sent(event, "account.released", ident, unit, platform, to_text(time), to_text(event.seen))


def _held(event: Any, unit: str, platform: str, word: str, opens: datetime | None = None) -> Forward:
    more = {"opens": _text(opens)} if opens is not None and opens > event.time else {}  # announced, not open yet
    seen = _text(event.observedtime or event.time)
    return _sent(event, word, f"{event.id}:{word}:{unit}", unit, platform, _text(event.time), seen, **more)


def _sent(event: Any, word: str, ident: str, unit: str, platform: str, time: str, seen: str, **more: str) -> Forward:
    """What a unit's holding is told of the event's account."""
    holding = f"{unit}@{platform}"
    envelope = {"specversion": "1.0", "id": ident, "source": event.source, "type": word, "subject": holding}
    data = {"unit": unit, "platform": platform, "account": event.subject, **more}
    return Forward(HOLDINGS, holding, {**envelope, "time": time, "observedtime": seen, "data": data})


def _text(moment: Any) -> str:
    return str(moment.isoformat())
