"""The quick reader: what comes by the thousand, in its usual form, at a fifth of the cost. It can only say yes.

The contract is the pydantic models, and they alone refuse. This reader takes a record whole, or leaves it to them:
what it takes they would take too, and come to the same (docs/decisions/0005-two-readers.md).
"""

from typing import Any, Union, get_args

import msgspec
from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas.envelope import SubjectText, owner_of
from schemas.observations import Observation
from streams.log.moments import MINUTES, RESTS, SPLIT, Known, Unusual, read_moment
from streams.log.twins import event_twin

#: What observers see. Of registry entries, cases and decisions there are few, and mostly they are kept as they came.
FREQUENT = (
    "site.probed", "site.updated", "site.checked", "channel.tested", "services.listed", "guide.audited",
    "policy.published", "interpretation.published", "answer.published", "answers.checked",
    "column.updated", "column.item_removed", "column.checked",
    "account.posted", "account.post_deleted", "account.checked", "account.feature_tested", "account.app_tested",
    "observer.reported",
)  # fmt: skip

_MODELS: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(Observation)[0])
}
_TWIN: Any = Union[tuple(event_twin(_MODELS[kind]) for kind in FREQUENT)]  # noqa: UP007  # of a tuple that is made here
_ONE = msgspec.json.Decoder(_TWIN)
_MANY = msgspec.json.Decoder(list[_TWIN])
_SUBJECT: TypeAdapter[str] = TypeAdapter(SubjectText)


def read_quickly(value: bytes) -> list[Any] | None:
    """The events of a record, if all of them are of the usual kind and form; else None."""
    try:
        events = _MANY.decode(value) if value.lstrip()[:1] == b"[" else [_ONE.decode(value)]
        _reckon(events)
    except (msgspec.MsgspecError, UnicodeDecodeError, Unusual):
        return None
    return events


def _reckon(events: list[Any]) -> None:
    """Check what msgspec can't, and add what is asked of every event."""
    for event in events:
        event.owner = _OWNERS[event.subject]
        text = event.time_text
        event.at = event.seen = MINUTES[text[:SPLIT]] + RESTS[text[SPLIT:]]
        text = event.observedtime_text
        if text is not None:
            event.seen = MINUTES[text[:SPLIT]] + RESTS[text[SPLIT:]]
        if event.moments:
            _read_moments(event.data, event.moments)


def _read_moments(data: Any, names: tuple[str, ...]) -> None:
    for name in names:
        text = getattr(data, name)
        if text is not None:
            setattr(data, name, read_moment(text))


def _owner(subject: str) -> str:
    """The owner of a sound subject."""
    try:
        return owner_of(_SUBJECT.validate_python(subject))
    except ValidationError as error:
        raise Unusual(subject) from error


_OWNERS = Known(_owner)
