"""Records of every topic as people and programs read them: the whole as JSON, or one line that says what it is."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import msgspec
import orjson

from console.letters import letter_of
from console.topic_reader import Record
from schemas.instants import SHANGHAI
from schemas.texts import Lang, text
from schemas.words import Change, Reason
from streams.topics import Name

#: JSON of whatever shape.
Value: TypeAlias = Any

_STATE: Final = frozenset(name for name in Name if name.value.startswith("state-"))
_LONGEST: Final = 160


def decode(name: Name, record: Record) -> dict[str, Any]:
    """A record whole; `timestamp` is the broker's, RFC 3339 UTC; `value` null is a deletion."""
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": datetime.fromtimestamp(record.timestamp / 1000, UTC).isoformat(timespec="milliseconds"),
        "key": None if record.key is None else record.key.decode(errors="replace"),
        "value": value_of(name, record),
    }


def value_of(name: Name, record: Record) -> Value:
    """A record's value: JSON as it stands, state as [position, state], a dead letter with what is said of it."""
    if name is Name.DEADLETTERS and (letter := letter_of(record)) is not None:
        return letter.shown()
    if record.value is None:
        return None
    try:
        return msgspec.msgpack.decode(record.value) if name in _STATE else orjson.loads(record.value)
    except (msgspec.DecodeError, orjson.JSONDecodeError):
        return record.value.decode(errors="replace")


def line_of(name: Name, record: Record, lang: Lang) -> str:
    """One line for a person: when the broker had it (Beijing time), where it lies, its key, what it is."""
    when = datetime.fromtimestamp(record.timestamp / 1000, SHANGHAI)
    key = "-" if record.key is None else record.key.decode(errors="replace")
    said = _SAID.get(name, _plain)(value_of(name, record), lang)
    return f"{when:%Y-%m-%d %H:%M:%S}  {record.partition}@{record.offset}  {key}  {said}"


def _observations(value: Value, _lang: Lang) -> str:
    events = value if isinstance(value, list) else [value]
    if not all(isinstance(event, dict) for event in events):
        return _short(value)
    kinds = list(dict.fromkeys(str(event.get("type")) for event in events))
    times = [str(event.get("time")) for event in events]
    span = times[0] if len(times) == 1 else f"{times[0]} … {times[-1]} ({len(events)} events)"
    return f"{', '.join(kinds)}  {span}"


def _transition(value: Value, lang: Lang) -> str:
    change, reason = text(Change(value["change"]), lang), text(Reason(value["reason"]), lang)
    due = f"  due {value['due_at']}" if value["due_at"] else ""
    return f"{change}  {value['rule']}  {value['subject']}  {reason}  at {value['at']}{due}"


def _alert(value: Value, lang: Lang) -> str:
    return str(value["title"][lang.value])


def _letter(value: Value, _lang: Lang) -> str:
    return f"{value['reason']}  {value['topic']}/{value['partition']}@{value['offset']}  {value['error']}"


def _aggregate(value: Value, _lang: Lang) -> str:
    parts = (f"{kind} {value[kind]['failed']} failed of {value[kind]['checked']}" for kind in ("sites", "accounts"))
    return f"{value['name']}  {', '.join(parts)}  {'closed' if value['closed'] else 'running'}"


def _plain(value: Value, _lang: Lang) -> str:
    return "deleted" if value is None else _short(value)


def _short(value: Value) -> str:
    whole = value if isinstance(value, str) else orjson.dumps(value).decode()
    return whole if len(whole) <= _LONGEST else whole[:_LONGEST] + " …"


def _guarded(say: Callable[[Value, Lang], str]) -> Callable[[Value, Lang], str]:
    """Say it in the topic's own way, or as it stands where it is not what the topic should hold."""

    def guarded(value: Value, lang: Lang) -> str:
        try:
            return say(value, lang)
        except (KeyError, TypeError, ValueError, AttributeError):
            return _plain(value, lang)

    return guarded


_SAID: Final[Mapping[Name, Callable[[Value, Lang], str]]] = {
    Name.OBSERVATIONS: _observations,
    Name.HOLDINGS: _observations,
    Name.REGISTRY: _guarded(_observations),
    Name.TRANSITIONS: _guarded(_transition),
    Name.ALERTS: _guarded(_alert),
    Name.AGGREGATES: _guarded(_aggregate),
    Name.DEADLETTERS: _guarded(_letter),
}
