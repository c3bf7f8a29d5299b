"""The contracts with the world: JSON Schemas and AsyncAPI say what the models say."""

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from console.asyncapi import CHANNELS, asyncapi_file, document
from console.reference.contracts import contracts, schema_of
from console.reference.kinds import example, models, type_of
from console.reference.subjects import FORMS, UNIT
from schemas.alerts import Alert
from schemas.transitions import TransitionRecord
from schemas.words import Change
from streams.core.subject import kind_of
from streams.log.intake import Gate
from streams.topics import Name, Topics
from tests.console.test_alerts import DELIVERED, WARNED, alert_of, told
from tests.support.events import event
from tests.support.quarters import finding, site

TYPES = [type_of(model) for model in models()]


def validator(name: str) -> jsonschema.Draft202012Validator:
    """A validator of one contract, which checks formats too."""
    checker = jsonschema.FormatChecker(())
    checker.checks("date-time", ValueError)(_has_an_offset)
    return jsonschema.Draft202012Validator(schema_of(contracts()[name]), format_checker=checker)


def _has_an_offset(moment: object) -> bool:
    """RFC 3339 asks for an offset; the format is for texts only."""
    return not isinstance(moment, str) or datetime.fromisoformat(moment).tzinfo is not None


@pytest.mark.parametrize("name", list(contracts()))
def test_each_schema_is_one(name: str) -> None:
    """Every file is a JSON Schema of 2020-12 with an id of its own."""
    schema = schema_of(contracts()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["$id"] == f"urn:xuncha:schema:{name}:1"


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_has_a_sound_example(kind: str) -> None:
    """The reference's example of each type is taken by the schema and by the worker's gate alike."""
    plain = example(kind)
    validator("observation").validate(plain)
    reading = Gate(1_000_000, own=True).read(None, json.dumps(plain).encode(), None)
    assert (len(reading.events), reading.refused) == (1, [])


def test_examples_are_of_the_types_that_there_are() -> None:
    """No type lacks an example, and no example lacks its type."""
    listed = yaml.safe_load(files("console.reference").joinpath("examples.yaml").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(TYPES)


@pytest.mark.parametrize(
    "faulty",
    [
        event("site.sneezed"),
        event(specversion="0.3"),
        event(time=None),
        event(time="2031-04-01T08:00:00"),
        event(subject="no site"),
        event(data={"item": "i", "mispelt": 1}),
        event(data={}),
    ],
)
def test_the_schema_refuses_what_the_models_refuse(faulty: dict[str, Any]) -> None:
    """A wrong type, version, subject or field is found by any JSON Schema validator."""
    assert not validator("observation").is_valid(faulty)
    assert Gate(1_000_000).read(None, json.dumps(faulty).encode(), None).refused


def written() -> Iterator[tuple[str, BaseModel]]:
    """One of each thing that Xuncha writes."""
    yield "transition", WARNED
    yield "transition", told(3, Change.BREACHED, due_at=None)
    yield "alert", alert_of(WARNED)
    yield "delivery", DELIVERED
    yield "standing", site("4299000002", "jyj", finding("W-V3", "4299000002", "jyj"))


@pytest.mark.parametrize(("name", "record"), list(written()))
def test_what_is_written_is_as_the_schema_says(name: str, record: BaseModel) -> None:
    """A record as it lies in its topic is valid; with a field too many it is not."""
    plain = json.loads(record.model_dump_json())
    validator(name).validate(plain)
    assert not validator(name).is_valid(plain | {"more": 1})


def test_schemas_say_which_fields_are_always_written() -> None:
    """Of what Xuncha writes a reader may rely on every field that the models always have."""
    for name, model in (("transition", TransitionRecord), ("alert", Alert)):
        needed = {field for field, info in model.model_fields.items() if info.is_required()}
        assert needed <= set(schema_of(contracts()[name])["required"])


@pytest.mark.parametrize(("kind", "_form", "subject"), FORMS)
def test_ids_are_formed_as_the_reference_says(kind: str, _form: str, subject: str) -> None:
    """Each example of the page on subjects is of the kind that it is said to be."""
    assert kind_of(subject) == kind
    reading = Gate(1_000_000).read(None, json.dumps(example("content.alerted") | {"subject": subject}).encode(), None)
    assert reading.refused == []


def test_a_unit_is_registered_under_its_form() -> None:
    """unit:ID is the subject of a unit's registration."""
    assert example("unit.registered")["subject"] == UNIT


class TestAsyncApi:
    """The AsyncAPI document: structure by the rules of version 3.0.0; nothing in it leads nowhere."""

    text = asyncapi_file()[1]
    whole = yaml.safe_load(text)

    def test_has_the_parts_that_version_3_asks_for(self) -> None:
        """asyncapi, info with title and version, servers with host and protocol; no parts of version 2."""
        assert self.whole["asyncapi"] == "3.0.0"
        assert {"title", "version"} <= self.whole["info"].keys()
        assert all({"host", "protocol"} <= one.keys() for one in self.whole["servers"].values())
        known = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}
        assert self.whole.keys() <= known

    def test_every_reference_leads_somewhere(self) -> None:
        """Each $ref points into the document itself."""
        for reference in _references(self.whole):
            assert reference.startswith("#/")
            found: Any = self.whole
            for part in reference[2:].split("/"):
                found = found[part]
            assert found

    def test_every_topic_is_there(self) -> None:
        """Each topic of streams.topics is a channel with its partitions and configuration, and no other."""
        assert list(self.whole["channels"]) == [name.value for name in Name] == [name.value for name in CHANNELS]
        for spec in Topics().specs():
            channel = self.whole["channels"][spec.name.removeprefix("xuncha.")]
            binding = channel["bindings"]["kafka"]
            assert (binding["topic"], binding["partitions"]) == (spec.name, spec.partitions)
            assert binding["topicConfiguration"]["cleanup.policy"] == [spec.config["cleanup.policy"]]

    def test_parameters_of_an_address_are_described(self) -> None:
        """Each {parameter} of an address is among the channel's parameters."""
        for channel in self.whole["channels"].values():
            assert channel["address"].startswith("{prefix}.")
            assert set(channel["parameters"]) == {"prefix"}

    def test_operations_send_or_receive_their_channels_messages(self) -> None:
        """An operation names an action, a channel, and messages of that very channel."""
        for operation in self.whole["operations"].values():
            assert operation["action"] in {"send", "receive"}
            channel = operation["channel"]["$ref"]
            assert operation["messages"]
            assert all(one["$ref"].startswith(f"{channel}/messages/") for one in operation["messages"])

    def test_schemas_keep_to_its_dialect(self) -> None:
        """Schema names fit AsyncAPI's pattern; `discriminator`, which it knows only as a name, is left out."""
        names = self.whole["components"]["schemas"]
        assert all(name.isidentifier() for name in names)
        assert "mapping:" not in self.text

    def test_others_read_it_without_yaml_anchors(self) -> None:
        """No anchors and no aliases."""
        assert "&id" not in self.text
        assert document() == self.whole


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)
