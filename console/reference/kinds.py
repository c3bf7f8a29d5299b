"""The types of observations: their models, in the order of the union, and one example of each."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, get_args

import yaml

from schemas.envelope import DATASCHEMA, Data, Envelope
from schemas.observations import Observation

_ENVELOPE: Final = {"specversion": "1.0", "source": "crawler-1"}
_TIMES: Final = {"time": "2031-04-01T08:00:00+08:00", "observedtime": "2031-04-01T08:05:00+08:00"}


def models() -> Iterator[type[Envelope]]:
    """Every type's model."""
    union, _discriminator = get_args(Observation)
    yield from get_args(union)


def type_of(model: type[Envelope]) -> str:
    """What its `type` says."""
    (literal,) = get_args(model.model_fields["type"].annotation)
    return str(literal)


def data_of(model: type[Envelope]) -> type[Data]:
    """The model of its `data`."""
    data = model.model_fields["data"].annotation
    if not isinstance(data, type) or not issubclass(data, Data):
        raise TypeError(f"{model.__name__}.data is no model of ours")
    return data


def example(kind: str) -> dict[str, Any]:
    """A sound event of a type."""
    own = _examples()[kind]
    head = {**_ENVELOPE, "id": f"e-{kind}", "type": kind, "subject": own["subject"]}
    return {**head, **_TIMES, "dataschema": DATASCHEMA, "data": own["data"]}


@cache
def _examples() -> dict[str, Any]:
    plain = yaml.safe_load(files("console.reference").joinpath("examples.yaml").read_text(encoding="utf-8"))
    return dict(plain)
