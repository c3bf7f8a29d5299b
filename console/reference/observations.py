"""The page of all observations: each type with its subject, its data and an example; the envelope; the words."""

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby
from typing import Any

from pydantic import BaseModel

from console.reference.contracts import Schema
from console.reference.kinds import data_of, example, models, type_of
from console.reference.markdown import block, code, page, paragraph, table
from schemas.envelope import Envelope
from schemas.texts import Lang, text
from schemas.texts.catalogue import VOCABULARIES
from schemas.words import AccountType, ColumnClass, Platform, SiteKind

_FIELDS = ("field", "type", "required", "what it says")

_INTRODUCTION = """\
An observation is a fact that somebody saw, as a CloudEvents 1.0 event in JSON. A record of the topic `observations`,
and a request to the HTTP intake, holds one event or an array of them. [The schema](schemas/observation.schema.json)
says the same to programs. Unknown members of `data` are refused, so that a misspelt name is noticed; unknown
attributes beside `data` are let through and ignored. How ids are formed: [subjects](subjects.md)."""

_PLAIN = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}


def observations_page() -> str:
    """The page."""
    parts = ["## Envelope", paragraph(Envelope.__doc__), _envelope(), *_sections(), "## Words", _words()]
    return page("Observations", _INTRODUCTION, _contents(), *parts)


def _contents() -> str:
    return table(
        ("type", "what it says"),
        ((f"[`{kind}`](#{kind.replace('.', '')})", paragraph(model.__doc__)) for kind, model in _typed()),
    )


def _typed() -> Iterator[tuple[str, type[Envelope]]]:
    return ((type_of(model), model) for model in models())


def _envelope() -> str:
    own = {"type": "one of the types below", "data": "what the type says of it"}
    rows = [(code(name), "text" if name == "type" else "object", "yes", said) for name, said in own.items()]
    return table(_FIELDS, [*_fields(Envelope), *rows])


def _sections() -> Iterator[str]:
    """By module, whose docstring says what its types are about."""
    for module, grouped in groupby(models(), key=lambda model: model.__module__):
        yield f"## {paragraph(sys.modules[module].__doc__)}"
        for model in grouped:
            yield from _type(model)


def _type(model: type[Envelope]) -> Iterator[str]:
    kind = type_of(model)
    yield f"### {kind}"
    yield paragraph(model.__doc__)
    rows = list(_fields(data_of(model)))
    yield table(_FIELDS, rows) if rows else "`data` is empty."
    yield block(json.dumps(example(kind), ensure_ascii=False, indent=2), "json")


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, str, str, str]]:
    schema = model.model_json_schema()
    for name, field in schema.get("properties", {}).items():
        needed = "yes" if name in schema.get("required", ()) else _default(field)
        yield code(name), kind_of(field, schema), needed, field.get("description", "")


def _default(field: Schema) -> str:
    default = field.get("default")
    return "no" if default in (None, "", [], {}) else f"no: {code(json.dumps(default, ensure_ascii=False))}"


def kind_of(field: Schema, schema: Schema) -> str:
    """A field's type in a few words."""
    match field:
        case {"$ref": str() as reference}:
            return _named(reference.rpartition("/")[2], schema)
        case {"anyOf": choices}:
            return " or ".join(kind_of(one, schema) for one in choices)
        case {"type": "array"}:
            return f"list of {kind_of(field.get('items', {}), schema)}"
    return _simple(field)


def _simple(field: Schema) -> str:
    match field:
        case {"const": value}:
            return code(json.dumps(value, ensure_ascii=False))
        case {"enum": values}:
            return ", ".join(code(value) for value in values)
        case {"format": "date-time"}:
            return "instant"
    return _PLAIN.get(str(field.get("type")), str(field.get("type", "any")))


def _named(name: str, schema: Schema) -> str:
    """A vocabulary, which stands at the end of the page, or another model."""
    return f"[{name}](#{name.lower()})" if "enum" in schema["$defs"][name] else name


def _words() -> str:
    """The vocabularies that observations use, with the words that people read."""
    listed = (ColumnClass, SiteKind, Platform, AccountType)
    return "\n\n".join(f"### {each.__name__}\n\n{_vocabulary(each)}" for each in listed)


def _vocabulary(words: type[StrEnum]) -> str:
    if words not in VOCABULARIES:
        raise TypeError(f"{words.__name__} is none of the catalogue's vocabularies")
    rows: Iterator[tuple[Any, ...]] = ((code(word), text(word, Lang.ZH), text(word, Lang.EN)) for word in words)
    return table(("word", "中文", "English"), rows)
