"""What an observation sends on to topics with another key.

Accounts go to their unit and platform, units to their standings, every registry entry to the registry.

Each is a function of the one event alone, so that it can be sent again at any time and comes out the same.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from streams.core.effects import Forward

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


def concerns_owner_alone(event: Any) -> bool:
    """Whether an observation stays and nothing is sent on, as with nearly all."""
    return event.type not in _SENT_ON and stays(event)


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
        yield _held(event, event.data.from_unit, event.data.platform, "account.released")
        yield _held(event, event.data.to_unit, event.data.platform, "account.held")
    elif event.type == "unit.registered":
        yield Forward(STANDINGS, event.subject, event.model_dump(mode="json", exclude_none=True))


def _held(event: Any, unit: str, platform: str, word: str, opens: datetime | None = None) -> Forward:
    holding = f"{unit}@{platform}"
    data = {"unit": unit, "platform": platform, "account": event.subject}
    if opens is not None and opens > event.time:
        data["opens"] = _text(opens)  # announced, not open yet
    envelope = {"specversion": "1.0", "id": f"{event.id}:{word}:{unit}", "source": event.source, "type": word}
    times = {"time": _text(event.time), "observedtime": _text(event.observedtime or event.time)}
    return Forward(HOLDINGS, holding, {**envelope, **times, "subject": holding, "data": data})


def _text(moment: Any) -> str:
    return str(moment.isoformat())
