"""What is observed of a site's column (栏目). Subject: SITE/column/ID."""

from typing import Literal

from pydantic import Field

from schemas.envelope import Data, Envelope
from schemas.observations.sites import Closing, Look
from schemas.words import ColumnClass


class ColumnProfile(Data):
    """What a registry says of a column."""

    name: str
    unit: str = Field(description="id of the unit that keeps the column; it is the one that is told")
    column_class: ColumnClass = ColumnClass.OTHER
    level: int = Field(default=1, ge=1, le=9)
    cycle: str | None = Field(
        default=None,
        pattern=r"^[0-9]{1,4} (working day|second|minute|hour|day|month)s?$",
        description="agreed update cycle (更新周期), such as '1 month' or '10 working days'; none if left out",
    )
    external_services: bool | None = Field(
        default=None, description="service columns are exempt without; as of the site if left out"
    )


class ColumnRegistered(Envelope):
    """A column is judged from `time` on, or its entry changed at `time`."""

    type: Literal["column.registered"]
    data: ColumnProfile


class ColumnClosed(Envelope):
    """The column was taken down at `time`."""

    type: Literal["column.closed"]
    data: Closing


class Item(Data):
    """An item in a column."""

    item: str
    repost: bool = False


class ColumnUpdated(Envelope):
    """An item was published in the column at `time`."""

    type: Literal["column.updated"]
    data: Item


class ItemRemoved(Data):
    """The item that is gone."""

    item: str


class ColumnItemRemoved(Envelope):
    """An item was taken out of the column at `time`; from then on it does not count."""

    type: Literal["column.item_removed"]
    data: ItemRemoved


class ColumnChecked(Envelope):
    """Somebody looked at the column at `time`."""

    type: Literal["column.checked"]
    data: Look


ColumnEvent = ColumnRegistered | ColumnClosed | ColumnUpdated | ColumnItemRemoved | ColumnChecked
