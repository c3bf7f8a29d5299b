"""Time and closing days as data: what moves a partition's clock, and what asks it for its standings.

Both are CloudEvents too, so that a log reads alike from end to end. `source_partition` tells a partition downstream
which partition upstream speaks; downstream the clock is the least of what all upstream partitions said.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from schemas.envelope import Data, Envelope, Moment


class TickData(Data):
    """The instant up to which the sender has seen everything."""

    at: Moment
    origin: str = Field(default="", description="empty from a clock; TOPIC/PARTITION from a partition upstream")


class Tick(Envelope):
    """Time has passed. Subject: the fixed text `clock`."""

    type: Literal["xuncha.tick"]
    data: TickData


class CheckpointData(Data):
    """A checkpoint (监测时间点): the instant from which windows look back."""

    period: str = Field(description="the name of the period, such as 2024Q1")
    starts: Moment
    at: Moment
    origin: str = ""


class CheckpointReached(Envelope):
    """Judge everything at `at` and say how it stands."""

    type: Literal["xuncha.checkpoint"]
    data: CheckpointData


Control = Annotated[Tick | CheckpointReached, Field(discriminator="type")]
CONTROL: TypeAdapter[Control] = TypeAdapter(Control)
