"""JSON Schemas (2020-12) of everything that others read or write, from the models."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from schemas.aggregates import Aggregate
from schemas.alerts import Alert
from schemas.control import Control
from schemas.deadletters import DeadLetter
from schemas.deliveries import DeliveryRecord
from schemas.observations import Observation
from schemas.registry import Registry
from schemas.standings import SubjectStanding
from schemas.transitions import TransitionRecord

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
VERSION: Final = 1

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Contract:
    """One schema: what it is called, and whether it describes what is read or what is written."""

    name: str
    title: str
    adapter: TypeAdapter[Any]
    mode: Literal["validation", "serialization"]

    @property
    def id(self) -> str:
        """The schema's `$id`."""
        return f"urn:xuncha:schema:{self.name}:{VERSION}"

    @property
    def file(self) -> str:
        """Where it stands in the reference."""
        return f"schemas/{self.name}.schema.json"


@cache
def contracts() -> Mapping[str, Contract]:
    """All of them by name."""
    read, written = "validation", "serialization"
    listed: list[tuple[str, str, Any, Any]] = [
        ("observation", "One observation (CloudEvents 1.0 in JSON)", Observation, read),
        ("control", "Time as data: a tick or a checkpoint", Control, read),
        ("transition", "A change of judgement", TransitionRecord, written),
        ("alert", "An episode as it stands; the data of a webhook", Alert, written),
        ("aggregate", "The quarter of a unit, a group or an area", Aggregate, written),
        ("standing", "How a subject stands at an instant", SubjectStanding, written),
        ("delivery", "What was done to tell a unit of one transition", DeliveryRecord, written),
        ("registry", "A registry: units, sites, columns, accounts, observers", Registry, read),
        ("dead-letter", "What was refused, with its bytes in base64", DeadLetter, written),
    ]
    return {name: Contract(name, title, TypeAdapter(model), mode) for name, title, model, mode in listed}


def schema_of(contract: Contract) -> Schema:
    """A contract as a document of its own."""
    plain = contract.adapter.json_schema(mode=contract.mode, ref_template="#/$defs/{model}")
    head = {"$schema": DIALECT, "$id": contract.id, "title": contract.title}
    return {**head, **{name: part for name, part in plain.items() if name != "title"}}


def components(ref_template: str) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """(a reference for each contract, everything that is referred to), for a document that holds them all."""
    wanted: list[tuple[str, Literal["validation", "serialization"], TypeAdapter[Any]]] = [
        (one.name, one.mode, one.adapter) for one in contracts().values()
    ]
    tops, rest = TypeAdapter.json_schemas(wanted, ref_template=ref_template)
    parts: dict[str, Schema] = dict(rest.get("$defs", {}))
    references: dict[str, Schema] = {}
    for (name, _), schema in tops.items():
        if "$ref" not in schema:  # a union has no name of its own
            parts[name.title()] = schema
        references[name] = schema if "$ref" in schema else {"$ref": ref_template.format(model=name.title())}
    return references, parts


def schema_files() -> Iterator[tuple[str, str]]:
    """(path, text) of each schema."""
    for contract in contracts().values():
        yield contract.file, as_text(schema_of(contract))


def as_text(document: object) -> str:
    """JSON as it is checked in."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
