"""The core's results as records: transitions, standings and control events as JSON bytes."""

from datetime import datetime
from typing import Any

import orjson

from schemas.envelope import owner_of
from schemas.instants import to_text
from schemas.transitions import TransitionRecord
from streams.core.answer import NEVER
from streams.core.effects import Transition

#: Marks a record that a worker sent on to the partition that it belongs to; the original stays where it was.
SENT_ON = "xuncha-sent-on"

_INSTANTS = ("start", "since", "at")


def transition_json(transition: Transition) -> dict[str, Any]:
    """A transition as written to the log, in the shape of `TransitionRecord`."""
    record = transition._asdict()
    for name in _INSTANTS:
        record[name] = to_text(record[name])
    record["due_at"] = None if transition.due_at >= NEVER else to_text(transition.due_at)
    record["noticed_at"] = to_text(record.pop("noticed"))
    record["evidence"] = list(transition.evidence)
    promised = record.pop("promised_at")
    if promised is not None:  # left out of all others, so that who reads by last year's schema reads them still
        record["promised_at"] = to_text(promised)
    return record


def transition_record(transition: Transition) -> TransitionRecord:
    """A transition as a model."""
    return TransitionRecord.model_validate(transition_json(transition))


def transition_key(transition: Transition) -> str:
    """The key of a transition's record: the owner, so that an owner's transitions stay in order."""
    return owner_of(transition.subject)


def as_bytes(value: Any) -> bytes:
    """Compact JSON; enums as their values."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def tick_event(at: int, origin: str = "", source: str = "clock") -> bytes:
    """A tick: everything up to `at` (ms UTC) has been seen by the sender."""
    data = {"at": to_text(at), "origin": origin}
    return as_bytes(_control("xuncha.tick", f"tick:{origin}:{at}", source, at, data))


def checkpoint_event(period: str, starts: datetime, at: int, origin: str = "", source: str = "office") -> bytes:
    """A checkpoint: judge everything at `at` and say how it stands."""
    data = {"period": period, "starts": starts.isoformat(), "at": to_text(at), "origin": origin}
    return as_bytes(_control("xuncha.checkpoint", f"checkpoint:{period}:{origin}:{at}", source, at, data))


def _control(kind: str, event_id: str, source: str, at: int, data: dict[str, Any]) -> dict[str, Any]:
    head = {"specversion": "1.0", "id": event_id, "source": source, "type": kind, "subject": "clock"}
    return {**head, "time": to_text(at), "data": data}
