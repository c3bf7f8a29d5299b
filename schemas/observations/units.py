"""What is registered of a responsible unit (责任单位). Subject: unit:ID."""

from typing import Literal

from pydantic import Field

from schemas.envelope import Count, Data, Envelope
from schemas.registry import Endpoint


class UnitProfile(Data):
    """What a registry says of a unit."""

    name: str
    area: str = Field(description="the area whose bulletin the unit stands in, such as a city's name")
    region: str = ""
    group: str = Field(default="", description="the table it is ranked in, such as 区 or 市直部门")
    external_services: bool = True
    superior: str | None = None
    endpoints: tuple[Endpoint, ...] = Field(default=(), description="where the unit is told by webhook")
    order: Count = Field(default=0, description="administrative order within the group")


class UnitRegistered(Envelope):
    """A unit is in the registry from `time` on, or its entry changed at `time`."""

    type: Literal["unit.registered"]
    data: UnitProfile


UnitEvent = UnitRegistered
