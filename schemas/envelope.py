"""The envelope every observation travels in: CloudEvents 1.0 in JSON.

Source: CloudEvents 1.0.2 core specification and its JSON event format. `observedtime` is an extension attribute:
`time` says when the fact was true, `observedtime` when somebody saw it. Extension attributes of others are let through
and ignored, as the specification asks.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from schemas.instants import to_ms
from schemas.once import once

DATASCHEMA = "urn:xuncha:observation:1"

#: Between these an instant can be meant; beyond them it is a slip, or a machine's "never", and no calendar reaches.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


_BEGINNING = re.compile(r"\d{4}-\d\d-\d\d[Tt_ ]", re.ASCII)


def _no_number(value: object) -> object:
    """Let through what may be an instant; pydantic by itself would take a number of seconds, in a text too."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number or (isinstance(value, str) and _BEGINNING.match(value) is None):
        raise PydanticCustomError(
            "rfc_3339", "Input should be RFC 3339 text with an offset, such as 2024-02-29T18:00:00+08:00"
        )
    return value


class _TextInJson:
    """An instant is text that says day and time, as the schema says; in Python it may be a datetime, too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_no_number, handler(source))


TEXT_IN_JSON = _TextInJson()

#: RFC 3339 with an offset.
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, lt=LATEST), TEXT_IN_JSON]

#: How many of something; more than this was never counted, and would not fit into a state record.
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]

EventId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=300)]

#: owner, or owner/kind/child. No white space, no control characters; "/" only as the separator.
SubjectText = Annotated[str, StringConstraints(pattern=r"^[^\s/]{1,120}(/[a-z_]{1,40}/[^\s/]{1,160})?$")]


class Envelope(BaseModel):
    """CloudEvents attributes shared by all observations; times are aware (RFC 3339 with an offset)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    id: EventId
    source: Source
    subject: SubjectText
    time: Moment
    observedtime: Moment | None = Field(
        default=None, description="When somebody saw it; the same as `time` when left out."
    )
    dataschema: Literal["urn:xuncha:observation:1"] | None = None

    # Asked several times of every event, so they are reckoned once, all together; none of them is a field.

    def _reckon(self) -> None:
        known = self.__dict__
        known["owner"] = owner_of(self.subject)
        known["at"] = known["seen"] = to_ms(self.time)
        if self.observedtime is not None:
            known["seen"] = to_ms(self.observedtime)

    owner: ClassVar[once[str]] = once(_reckon, "The Kafka key: who owns the state that this event changes.")
    at: ClassVar[once[int]] = once(_reckon, "`time` as an instant (ms UTC).")
    seen: ClassVar[once[int]] = once(
        _reckon, "When somebody saw it (ms UTC): `observedtime`, or `time` where that was left out."
    )


class Data(BaseModel):
    """Base of every event's `data`: unknown members are refused, so that a misspelt name is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def owner_of(subject: str) -> str:
    """The part before the first slash: a site's columns and messages are owned by the site."""
    return subject.partition("/")[0]
