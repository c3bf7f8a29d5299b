"""All observations: one discriminated union over `type`, each a CloudEvents 1.0 event.

`streams.log.intake.Gate` is the trust boundary: bytes in, events out, each refusal with a named reason.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from schemas.observations.accounts import AccountEvent
from schemas.observations.columns import ColumnEvent
from schemas.observations.decisions import DecisionEvent
from schemas.observations.messages import MessageEvent
from schemas.observations.sites import SiteEvent
from schemas.observations.units import UnitEvent

Observation = Annotated[
    SiteEvent | ColumnEvent | MessageEvent | AccountEvent | DecisionEvent | UnitEvent, Field(discriminator="type")
]

# Values hardly ever come twice (ids, addresses, instants): looking each up among those seen before costs a fifth more.
_FAST = ConfigDict(cache_strings="keys")

ONE: TypeAdapter[Observation] = TypeAdapter(Observation, config=_FAST)
MANY: TypeAdapter[list[Observation]] = TypeAdapter(list[Observation], config=_FAST)

__all__ = ["MANY", "ONE", "Observation"]
