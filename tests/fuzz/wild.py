"""Events by the JSON Schemas of all observations: mostly sound, now and then wild, by a seed alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

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

_SCHEMAS = {type_of(model): model.model_json_schema() for model in models()}
_KINDS = sorted(_SCHEMAS)
_REGISTERED = [kind for kind in _KINDS if kind.endswith(".registered")]


class Wild:
    """An endless stream of records."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._number = 0
        self._past: list[bytes] = []

    def records(self, count: int) -> Iterator[tuple[bytes | None, bytes]]:
        """So many events, one or some a record; the key is mostly the owner's."""
        chance = self._chance
        while count > 0:
            size = 1 if chance.random() < 0.8 else chance.randint(1, 9)
            value = self._event() if size == 1 else b"[" + b",".join(self._event() for _ in range(size)) + b"]"
            yield None if chance.random() < 0.95 else b"4207000001", value
            count -= size

    def _event(self) -> bytes:
        """A new event, or one of before."""
        chance = self._chance
        if self._past and chance.random() < 0.1:
            return chance.choice(self._past)
        value = orjson.dumps(self._made(), default=str)
        if len(self._past) < 500:
            self._past.append(value)
        else:
            self._past[chance.randrange(500)] = value
        return value

    def _made(self) -> dict[str, Any]:
        chance = self._chance
        self._number += 1
        kind = chance.choice(_REGISTERED if self._number < 60 or chance.random() < 0.02 else _KINDS)
        raw = {**example(kind), "id": f"e{self._number}", "subject": self._subject(kind)}
        raw["time"] = self._moment(self._number)
        raw["observedtime"] = self._moment(self._number)
        schema = _SCHEMAS[kind]
        data = schema["properties"]["data"]
        if chance.random() < 0.5:
            raw["data"] = self._value(data, schema)
        if chance.random() < 0.05:
            raw[chance.choice(sorted(raw))] = self._any()
        return raw

    def _subject(self, kind: str) -> str:
        if self._chance.random() < 0.03:
            return self._chance.choice(_ANY)
        return self._chance.choice(_OWN.get(kind.partition(".")[0], SITES))

    def _moment(self, number: int) -> str:
        """About when the stream has come to; coarse, so that many coincide."""
        if self._chance.random() < 0.002:
            return self._chance.choice(_FAR)
        hours = number // 20 + self._chance.choice([0, 0, 0, 0, -1, -24, -400, 3])
        return (_ORIGIN + timedelta(hours=hours % 40_000)).isoformat()

    def _any(self) -> Any:
        return self._chance.choice(_WILD)

    def _value(self, schema: dict[str, Any], root: dict[str, Any]) -> Any:
        """Something that a schema allows, or now and then not."""
        chance = self._chance
        if chance.random() < 0.01:
            return self._any()
        if "$ref" in schema:
            return self._value(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
        if "anyOf" in schema:
            return self._value(chance.choice(schema["anyOf"]), root)
        if "enum" in schema or "const" in schema:
            return chance.choice(schema.get("enum") or [schema["const"]])
        return self._plain(schema, root)

    def _plain(self, schema: dict[str, Any], root: dict[str, Any]) -> Any:
        chance, kind = self._chance, schema.get("type")
        if kind == "object":
            return self._members(schema, root)
        if kind == "array":
            return (
                [self._value(schema["items"], root) for _ in range(chance.randint(0, 3))] if "items" in schema else []
            )
        if kind == "string":
            return self._moment(self._number) if schema.get("format") == "date-time" else self._text(schema)
        numbers = {"integer": chance.randint(0, 9), "number": chance.random() * 20, "boolean": chance.random() < 0.5}
        return numbers.get(str(kind))

    def _members(self, schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        wanted = {name for name in schema.get("properties", {}) if name in required or self._chance.random() < 0.5}
        return {name: self._value(schema["properties"][name], root) for name in sorted(wanted)}

    def _text(self, schema: dict[str, Any]) -> str:
        if "pattern" in schema:
            return self._chance.choice(
                ["2 days", "1 month", "9999 months", "10 working days", "0 seconds", "9999 working days"]
            )
        return self._chance.choice(_TEXTS)
