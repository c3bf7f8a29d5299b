"""All observations: one discriminated union over `type`, each a CloudEvents 1.0 event.

`read_record` is the trust boundary: bytes in, events out, or an `EventError` with a named reason.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from schemas.observations.accounts import AccountEvent
from schemas.observations.columns import ColumnEvent
from schemas.observations.decisions import DecisionEvent
from schemas.observations.messages import MessageEvent
from schemas.observations.sites import SiteEvent
from schemas.observations.units import UnitEvent

Observation = Annotated[
    SiteEvent | ColumnEvent | MessageEvent | AccountEvent | DecisionEvent | UnitEvent, Field(discriminator="type")
]

ONE: TypeAdapter[Observation] = TypeAdapter(Observation)
MANY: TypeAdapter[list[Observation]] = TypeAdapter(list[Observation])

__all__ = ["MANY", "ONE", "Observation"]
