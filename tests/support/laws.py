"""The law for stories: the product's own packs, and cities that change single parameters of the national one."""

import json
import tempfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rules.calendar import load_calendar
from rules.loader import load_pack
from streams.core.law import Law

_SINCE = date(2019, 4, 2)  # a day after the national pack, whose own values then stay in its history
_CITY = {
    "id": "city",
    "title": {"zh": "某市", "en": "a city"},
    "inherits": "cn-2019",
    "basis": "某市规定",
    "valid": {"from": _SINCE},
}


@cache
def law(pack: str = "cn-2019") -> Law:
    """A pack of the product, made ready once for all stories."""
    return Law(load_pack(pack), load_calendar())


def local_law(**rules: Mapping[str, Any]) -> Law:
    """The law of a city that changes single parameters: `local_law(M_V2a={"edge": "after"})`.

    A parameter holds from 2019-04-02 on, or from each date of a mapping such as `{"2024-02-01": "10 days"}`.
    """
    named = {name.replace("_", "-"): parameters for name, parameters in rules.items()}
    return _local(json.dumps(named, sort_keys=True))


@cache
def _local(rules: str) -> Law:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "city"
        _write(root / "pack.yaml", _CITY)
        for name, parameters in json.loads(rules).items():
            content = {"id": name, "overrides": "cn-2019", "valid": {"from": _SINCE}, "parameters": _tables(parameters)}
            _write(root / law().pack.rules[name].group.value / f"{name}.yaml", content)
        return Law(load_pack("city", search=[Path(folder)]), load_calendar())


def _tables(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"values": {day: _value(one) for day, one in _dated(value)}} for name, value in parameters.items()}


def _dated(value: object) -> list[tuple[date, Any]]:
    if isinstance(value, dict) and all(key[:2] == "20" for key in value):
        return [(date.fromisoformat(day), one) for day, one in value.items()]
    return [(_SINCE, value)]


def _value(value: object) -> dict[str, Any]:
    return {"value": value, "default": True, "why": "某市规定"}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
