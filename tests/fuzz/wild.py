"""Events by the JSON Schemas of all observations: mostly sound, now and then wild, by a seed alone.

What an event says (`data`) is drawn from a pool that was made of its schema beforehand, and put together as bytes with
a subject and moments of its own: so that what is measured is the worker, and not this generator.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import orjson

from console.reference.kinds import example, models, type_of
from schemas.instants import SHANGHAI

SITES = [f"42070000{number:02}" for number in range(1, 9)]
_OWN = {
    "column": [f"{site}/column/c{number}" for site in SITES for number in range(4)],
    "message": [f"{site}/message/m{number}" for site in SITES for number in range(4)],
    "correction": [f"{site}/correction/k{number}" for site in SITES[:4] for number in range(2)],
    "account": [f"{platform}:a{number}" for platform in ("wechat", "weibo", "app") for number in range(6)],
    "observer": ["observer:o"],
    "unit": ["unit:u1", "unit:u2"],
}
_ANY = [
    *SITES,
    *_OWN["column"][:4],
    *_OWN["account"][:4],
    "u1@wechat",
    "observer:o",
    "unit:u1",
    "a",
    "",
    "x/y/z",
    "４２" * 5,
]
_ORIGIN = datetime(2024, 1, 1, tzinfo=SHANGHAI)
_FAR = [
    "1990-01-01T00:00:00Z",
    "2199-12-31T23:59:59.999999Z",
    "2200-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "2024-02-30",
]
_TEXTS = [
    "",
    " ",
    "\x00",
    "é" * 300,
    "政" * 5000,
    "\u202e",
    "🀄",
    "W-V1a",
    "W-V3",
    "M-V2a",
    "X-M1",
    "u1",
    "p1",
    "i1",
    "e1",
]
_WILD: list[Any] = [None, True, -1, 0, 2**31, 2**62, 2**53, 0.5, -0.0, 1e308, [], {}, [[]], "1", *_FAR, *_TEXTS]
_SPANS = ["2 days", "1 month", "9999 months", "10 working days", "0 seconds", "9999 working days"]
_LATE = [-1, -1, -1, 3, -24, -24, -24, -400]
_HOURS = [(_ORIGIN + timedelta(hours=hours)).isoformat() for hours in range(9_000)]

_SCHEMAS = {type_of(model): model.model_json_schema() for model in models()}
_REGISTERED = [kind for kind in sorted(_SCHEMAS) if kind.endswith(".registered")]
#: What makes a worker judge a whole site anew comes seldom, as in life; a registry comes first.
_SELDOM = [kind for kind in sorted(_SCHEMAS) if kind.endswith((".registered", ".transferred", ".closed"))]
_OFTEN = [kind for kind in sorted(_SCHEMAS) if kind not in _SELDOM]
_SAY = {kind: orjson.dumps(example(kind)["data"]) for kind in _SCHEMAS}

#: Stands in a pool for a moment near to that of the event.
_MOMENT = "@moment@"
_MOMENT_BYTES = _MOMENT.encode()
_VARIANTS = 24
_REMEMBERED = 500


class Record(NamedTuple):
    """A record's key and value, and how many events it holds."""

    key: bytes | None
    value: bytes
    events: int


class Pool:
    """For each type some contents that its schema allows, or nearly."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self._said = {kind: [_SAY[kind], *(self._content(kind) for _ in range(_VARIANTS))] for kind in sorted(_SCHEMAS)}

    def content(self, kind: str, moment: bytes) -> bytes:
        """What an event of a type says at about a moment."""
        content = self.chance.choice(self._said[kind])
        return content.replace(_MOMENT_BYTES, moment) if _MOMENT_BYTES in content else content

    def _content(self, kind: str) -> bytes:
        schema = _SCHEMAS[kind]
        return orjson.dumps(self._value(schema["properties"]["data"], schema))

    def anything(self) -> Any:
        """What belongs nowhere."""
        return self.chance.choice(_WILD)

    def _value(self, schema: dict[str, Any], root: dict[str, Any]) -> Any:
        """Something that a schema allows, or now and then not."""
        chance = self.chance
        if chance.random() < 0.01:
            return self.anything()
        if "$ref" in schema:
            return self._value(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
        if "anyOf" in schema:
            return self._value(chance.choice(schema["anyOf"]), root)
        if "enum" in schema or "const" in schema:
            return chance.choice(schema.get("enum") or [schema["const"]])
        return self._plain(schema, root)

    def _plain(self, schema: dict[str, Any], root: dict[str, Any]) -> Any:
        chance, kind = self.chance, schema.get("type")
        if kind == "object":
            return self._members(schema, root)
        if kind == "array":
            items = schema.get("items")
            return [self._value(items, root) for _ in range(chance.randint(0, 3))] if items else []
        if kind == "string":
            return self._text(schema)
        numbers = {"integer": chance.randint(0, 9), "number": chance.random() * 20, "boolean": chance.random() < 0.5}
        return numbers.get(str(kind))

    def _members(self, schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        wanted = {name for name in schema.get("properties", {}) if name in required or self.chance.random() < 0.5}
        return {name: self._value(schema["properties"][name], root) for name in sorted(wanted)}

    def _text(self, schema: dict[str, Any]) -> str:
        if schema.get("format") == "date-time":
            return self.chance.choice(_FAR) if self.chance.random() < 0.02 else _MOMENT
        return self.chance.choice(_SPANS if "pattern" in schema else _TEXTS)


class Wild:
    """An endless stream of records about a few subjects."""

    def __init__(self, seed: int, pool: Pool | None = None) -> None:
        self._chance = Random(seed)
        self._pool = pool or Pool(seed)
        self._number = 0
        self._past: list[bytes] = []

    def records(self, count: int) -> Iterator[Record]:
        """So many events, one or some a record; the key is mostly the owner's."""
        chance = self._chance
        while count > 0:
            size = 1 if chance.random() < 0.8 else min(chance.randint(2, 9), count)
            value = self._event() if size == 1 else b"[" + b",".join(self._event() for _ in range(size)) + b"]"
            yield Record(None if chance.random() < 0.95 else b"4207000001", value, size)
            count -= size

    def _event(self) -> bytes:
        """A new event, or one of before."""
        chance = self._chance
        if self._past and chance.random() < 0.1:
            return chance.choice(self._past)
        value = self._made()
        if len(self._past) < _REMEMBERED:
            self._past.append(value)
        else:
            self._past[chance.randrange(_REMEMBERED)] = value
        return value

    def _made(self) -> bytes:
        chance = self._chance
        self._number += 1
        kind = self._kind()
        moment = self._moment().encode()
        seen = moment if chance.random() < 0.5 else self._moment().encode()
        value = b'{"specversion":"1.0","id":"e%d","source":"wild","type":"%s","subject":%s,' % (
            self._number, kind.encode(), orjson.dumps(self._subject(kind)),
        )  # fmt: skip
        content = self._pool.content(kind, moment)
        value += b'"time":"%s","observedtime":"%s","data":%s}' % (moment, seen, content)
        return value if chance.random() > 0.02 else self._spoilt(value)

    def _spoilt(self, value: bytes) -> bytes:
        """With a member that is something else, or one more."""
        raw = orjson.loads(value)
        raw[self._chance.choice([*sorted(raw), "dataschema", "traceparent", ""])] = self._pool.anything()
        return orjson.dumps(raw)

    def _kind(self) -> str:
        chance = self._chance
        if self._number < 40:
            return chance.choice(_REGISTERED)
        return chance.choice(_SELDOM if chance.random() < 0.02 else _OFTEN)

    def _subject(self, kind: str) -> str:
        if self._chance.random() < 0.03:
            return self._chance.choice(_ANY)
        return self._chance.choice(_OWN.get(kind.partition(".")[0], SITES))

    def _moment(self) -> str:
        """About when the stream has come to; coarse, so that many coincide."""
        chance = self._chance
        if chance.random() < 0.002:
            return chance.choice(_FAR)
        hours = self._number // 20 + (chance.choice(_LATE) if chance.random() < 0.05 else 0)
        return _HOURS[hours % len(_HOURS)]
