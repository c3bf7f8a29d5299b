"""Twins: for a model of the contract a msgspec Struct that takes less, and is decoded many times as fast.

A twin is made from the model's own fields, so that nobody writes a limit twice. It takes only what the model takes in
the same way; it may refuse more: what it refuses is given to the model, which decides. Where the two can't be made to
agree (JSON that msgspec passes over without looking into it), the twin refuses: so it knows every member it takes.

Of a twin everything can be asked that is asked of the model. What is seldom asked, the model answers.
"""

from collections.abc import Mapping
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, cast, get_args, get_origin

import msgspec
from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from schemas.envelope import TEXT_IN_JSON, Moment
from streams.log.moments import read_moment

_LIMITS = {Ge: "ge", Gt: "gt", Le: "le", Lt: "lt", MinLen: "min_length", MaxLen: "max_length"}
_PLAIN = frozenset({bool, NoneType})
_BOUNDED = frozenset({int, float})  # without bounds a number may be one that the two read differently
_encode = msgspec.json.encode


class NoTwinError(TypeError):
    """The model asks for something that no twin can check."""


class Twin(msgspec.Struct):
    """What all twins have in common."""

    contract: ClassVar[type[BaseModel]]

    def in_full(self) -> BaseModel:
        """The model of the same content."""
        return self.contract.model_validate_json(_encode(self))

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """What the model would dump."""
        return self.in_full().model_dump(**options)

    def model_dump_json(self, **options: Any) -> str:
        """What the model would dump."""
        return self.in_full().model_dump_json(**options)


class EventTwin(Twin):
    """The twin of an event. The first three are reckoned by the reader, whatever the sender may have put there."""

    owner: str = ""
    at: int = 0
    seen: int = 0
    # Attributes of others that often come; the model passes over them too.
    datacontenttype: str | None = None
    partitionkey: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None

    type: ClassVar[str]
    owners: ClassVar[Mapping[str, str]]  # by subject, of those that an event of the type may have
    moments: ClassVar[tuple[str, ...]]  # the members of `data` that are texts as yet

    @property
    def time(self) -> datetime:
        """When it was true."""
        return read_moment(self.time_text)  # type: ignore[attr-defined]  # the text is the model's field

    @property
    def observedtime(self) -> datetime | None:
        """When somebody saw it; None where that was left out."""
        text = self.observedtime_text  # type: ignore[attr-defined]
        return None if text is None else read_moment(text)


def event_twin(model: type[BaseModel], owners: Mapping[str, str]) -> type[EventTwin]:
    """The twin of an event's model; its subject, and its moments as texts, are still to be checked.

    Raises:
        NoTwinError: the model can't have one.

    """
    fields = dict(model.model_fields)
    (kind,) = get_args(fields.pop("type").annotation)
    data = fields.pop("data")
    twin, moments = _data_twin(cast("type[BaseModel]", data.annotation))
    members: list[Any] = [("subject", str), ("data", twin) if data.is_required() else ("data", twin, _made_by(twin))]
    names: dict[str, str] = {}
    for name, info in fields.items():
        if name != "subject":
            is_moment = _is_moment(info)
            members.append(_member(f"{name}_text" if is_moment else name, info))
            names |= {f"{name}_text": name} if is_moment else {}
    about = {"contract": model, "type": kind, "owners": owners, "moments": moments, "__doc__": model.__doc__}
    made = _define(model, members, EventTwin, about, rename=names, tag_field="type", tag=kind)
    return cast("type[EventTwin]", made)


def _data_twin(model: type[BaseModel]) -> tuple[type[Twin], tuple[str, ...]]:
    """The twin of an event's data, and which of its members are moments."""
    members = [_member(name, info) for name, info in model.model_fields.items()]
    made = _define(model, members, Twin, {"contract": model, "__doc__": model.__doc__})
    return cast("type[Twin]", made), tuple(name for name, info in model.model_fields.items() if _is_moment(info))


def _define(model: type, members: list[Any], base: type, about: dict[str, Any], **options: Any) -> type:
    return msgspec.defstruct(
        model.__name__, members, bases=(base,), namespace=about, module=__name__, kw_only=True, eq=False, gc=False,
        forbid_unknown_fields=True, omit_defaults=True, **options,
    )  # fmt: skip


def _made_by(twin: type[Twin]) -> Any:
    return msgspec.field(default_factory=twin)


def _member(name: str, info: FieldInfo) -> tuple[Any, ...]:
    kind = _kind(info.annotation, info.metadata)
    return (name, kind) if info.is_required() else (name, kind, info.get_default())


def _kind(annotation: Any, metadata: list[Any]) -> Any:
    """What msgspec has to check where the model checks `annotation` with `metadata`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(arguments[0], [*arguments[1:], *metadata])
    if origin in {Union, UnionType}:
        kinds = [_kind(one, [] if one is NoneType else metadata) for one in arguments]
        return Union[tuple(kinds)]  # noqa: UP007  # of a tuple that is made here
    limits = _limits(metadata)
    if annotation is AwareDatetime and limits == _MOMENT_LIMITS:
        return str
    if annotation is str or (annotation in _BOUNDED and limits.keys() == {"ge", "le"}):
        return Annotated[annotation, msgspec.Meta(**limits)]
    if not limits and (annotation in _PLAIN or origin is Literal or annotation == tuple[str, ...]):
        return annotation
    raise NoTwinError(f"{annotation} with {metadata}: add it to the twins, or leave the type to the model")


def _limits(metadata: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in metadata:
        if isinstance(one, FieldInfo):
            found |= _limits(one.metadata)
        elif isinstance(one, GroupedMetadata):
            found |= _limits(list(one))
        elif one is TEXT_IN_JSON:
            continue  # a twin takes nothing else for a moment
        elif type(one) in _LIMITS:
            name = _LIMITS[type(one)]
            found[name] = getattr(one, name)
        else:
            raise NoTwinError(f"{one!r}: no twin can check that")
    return found


def _is_moment(info: FieldInfo) -> bool:
    return AwareDatetime in {info.annotation, *(_bare(one) for one in get_args(info.annotation))}


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


_MOMENT_LIMITS = _limits(list(get_args(Moment)[1:]))
