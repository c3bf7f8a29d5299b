"""The quick reader: what comes by the thousand, in its usual form, at a fifth of the cost. It can only say yes.

The contract is the pydantic models, and they alone refuse. This reader takes a record whole, or leaves it to them:
what it takes they would take too, and come to the same (docs/decisions/0005-two-readers.md).
"""

from typing import Any, Union, get_args

import msgspec
from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas.envelope import LATEST, SubjectText, owner_of
from schemas.instants import to_ms
from schemas.observations import Observation
from streams.log.moments import MINUTES, RESTS, SPLIT, Known, Unusual, read_moment
from streams.log.subjects import WANTED, kind_shown
from streams.log.twins import event_twin

#: What observers see. Of registry entries, cases and decisions there are few, and mostly they are kept as they came.
FREQUENT = (
    "site.probed", "site.updated", "site.checked", "channel.tested", "services.listed", "guide.audited",
    "policy.published", "interpretation.published", "answer.published", "answers.checked",
    "column.updated", "column.item_removed", "column.checked",
    "account.posted", "account.post_deleted", "account.checked", "account.feature_tested", "account.app_tested",
    "observer.reported",
)  # fmt: skip

#: Later than all that the contract takes.
FOREVER = to_ms(LATEST)

_MODELS: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(Observation)[0])
}
_SUBJECT: TypeAdapter[str] = TypeAdapter(SubjectText)


def _owners_among(wanted: str) -> Known[str]:
    """The owner by the subject, for sound subjects of one kind."""

    def read(subject: str) -> str:
        try:
            sound = _SUBJECT.validate_python(subject)
        except ValidationError as error:
            raise Unusual(subject) from error
        if kind_shown(sound) != wanted:
            raise Unusual(subject)
        return owner_of(sound)

    return Known(read)


_OWNERS = {wanted: _owners_among(wanted) for wanted in ("site", "column", "account", "observer")}
_TWINS = [event_twin(_MODELS[kind], _OWNERS[WANTED[kind.partition(".")[0]]]) for kind in FREQUENT]
_ONE = msgspec.json.Decoder(Union[tuple(_TWINS)])  # noqa: UP007  # of a list that is made here
_MANY = msgspec.json.Decoder(list[Union[tuple(_TWINS)]])  # type: ignore[misc]  # noqa: UP007


def read_quickly(value: bytes, expected: str | None, latest: int | None) -> list[Any] | None:
    """The events of a record, if all are of the usual kind and form, of the owner expected, none after `latest`."""
    try:
        events = _MANY.decode(value) if value.lstrip()[:1] == b"[" else [_ONE.decode(value)]
        _reckon(events, FOREVER if latest is None else latest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Unusual):  # too deep before `type` is found
        return None
    if expected is not None and any(event.owner != expected for event in events):
        return None
    return events


def _reckon(events: list[Any], latest: int) -> None:
    """Check what msgspec can't, and add what is asked of every event."""
    for event in events:
        event.owner = event.owners[event.subject]
        text = event.time_text
        at = event.at = event.seen = MINUTES[text[:SPLIT]] + RESTS[text[SPLIT:]]
        text = event.observedtime_text
        if text is not None:
            event.seen = MINUTES[text[:SPLIT]] + RESTS[text[SPLIT:]]
        if at > latest or event.seen > latest:
            raise Unusual(event.id)
        if event.moments:
            _read_moments(event.data, event.moments)


def _read_moments(data: Any, names: tuple[str, ...]) -> None:
    for name in names:
        text = getattr(data, name)
        if text is not None:
            setattr(data, name, read_moment(text))
