"""The registry: who answers for what, and where they are told.

Units (责任单位), their sites (政府网站), the sites' columns (栏目) and the units' new-media accounts (政务新媒体账号),
as of one instant. `conflicts` says where entries contradict one another; a `Registry` has none.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.envelope import Moment
from schemas.words import AccountType, Change, ColumnClass, Platform, SiteKind

UnitId = Annotated[str, StringConstraints(pattern=r"^[^\s/@:]{1,80}$")]

#: 网站标识码: ten digits, or for ministries "bm" and eight.
SiteCode = Annotated[str, StringConstraints(pattern=r"^(\d{10}|bm\d{8})$")]
ColumnId = Annotated[str, StringConstraints(pattern=r"^[^\s/]{1,80}$")]
AccountId = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,20}:[^\s/@]{1,90}$")]
ObserverId = Annotated[str, StringConstraints(pattern=r"^[^\s/@:]{1,80}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\S*$")]


class Entry(BaseModel):
    """What every entry may say of itself: a remark, and that somebody supposed rather than knew it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: str = ""
    assumed: bool = Field(default=False, description="supposed by whoever typed it; not stated by the source")

    @property
    def key(self) -> str:
        """What tells it from the others of its kind."""
        return str(getattr(self, "id", ""))


class Endpoint(BaseModel):
    """Where a unit is told by webhook."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl
    secret_env: str | None = Field(default=None, description="name of the environment variable with its secret")
    events: tuple[Change, ...] = Field(default=(), description="which changes it wants; all, if left out")

    def wants(self, change: Change) -> bool:
        """Whether a change is sent there."""
        return not self.events or change in self.events


class Unit(Entry):
    """A responsible unit (责任单位)."""

    id: UnitId
    name: Name
    area: str = Field(default="", description="the area whose bulletin it stands in; the registry's, if left out")
    region: str = Field(default="", description="所在区域")
    group: str = Field(default="", description="the table it is ranked in, such as 市直部门")
    external_services: bool = Field(default=True, description="有对外服务事项")
    superior: UnitId | None = Field(default=None, description="id of the unit above it (上级单位)")
    order: int = Field(default=0, ge=0, description="administrative order within the group")
    endpoints: tuple[Endpoint, ...] = ()


class Site(Entry):
    """A government website. Whether it has services to offer is its unit's affair."""

    code: SiteCode
    unit: UnitId
    name: Name
    kind: SiteKind = SiteKind.DEPARTMENT
    navigation_home: bool = Field(default=False, description="首页仅为导航")

    @property
    def key(self) -> str:
        """Its code."""
        return self.code


class Column(Entry):
    """A column of a site; `id` is unique within it. `cycle` is a span such as "1 month"."""

    id: ColumnId
    site: SiteCode
    name: Name
    column_class: ColumnClass = ColumnClass.OTHER
    level: int = Field(default=1, ge=1, le=9)
    cycle: str | None = None
    unit: UnitId | None = Field(default=None, description="the unit that keeps it (维护单位); the site's, if left out")

    @property
    def key(self) -> str:
        """The subject id of its observations."""
        return f"{self.site}/column/{self.id}"


class Account(Entry):
    """A new-media account; `id` is PLATFORM:ID-THERE."""

    id: AccountId
    unit: UnitId
    platform: Platform
    account_type: AccountType = AccountType.PLAIN
    name: Name
    opened: Moment | None = None
    filed: Moment | None = Field(default=None, description="when its opening was filed (备案)")
    filler: bool = Field(default=False, description="stands in for one whose name is not known (demonstrations)")


class Observer(Entry):
    """Who makes observations; heard of under `observer:ID`."""

    id: ObserverId
    name: Name


class Kind(StrEnum):
    """The kinds of entries."""

    UNIT = "unit"
    SITE = "site"
    COLUMN = "column"
    ACCOUNT = "account"
    OBSERVER = "observer"


class Contradiction(StrEnum):
    """How entries contradict one another."""

    DOUBLED = "doubled"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_SITE = "unknown_site"
    SUPERIOR_CIRCLE = "superior_circle"
    PLATFORM_MISMATCH = "platform_mismatch"
    TYPE_MISMATCH = "type_mismatch"


class Conflict(NamedTuple):
    """The entry of `kind` at `place` (from 0) contradicts another one, or itself, in `field`."""

    kind: Kind
    place: int
    field: str
    contradiction: Contradiction
    value: str


class Entries(NamedTuple):
    """All entries; `id`s within a kind are to be unique."""

    units: Sequence[Unit] = ()
    sites: Sequence[Site] = ()
    columns: Sequence[Column] = ()
    accounts: Sequence[Account] = ()
    observers: Sequence[Observer] = ()


def conflicts(entries: Entries, units_too: Iterable[str] = (), sites_too: Iterable[str] = ()) -> Iterator[Conflict]:
    """Where entries contradict one another.

    `units_too` and `sites_too` are ids of entries that could not be read, so that one slip is not told twice.
    """
    units = {unit.id for unit in entries.units}.union(units_too)
    sites = {site.code for site in entries.sites}.union(sites_too)
    yield from _doubled(entries)
    yield from _unknown_units(entries, units)
    for place, column in enumerate(entries.columns):
        if column.site not in sites:
            yield Conflict(Kind.COLUMN, place, "site", Contradiction.UNKNOWN_SITE, column.site)
    yield from _circles(entries.units)
    for place, account in enumerate(entries.accounts):
        yield from _account_conflicts(place, account)


def _doubled(entries: Entries) -> Iterator[Conflict]:
    kinds: Iterable[tuple[Kind, Sequence[Entry]]] = zip(Kind, entries, strict=True)
    for kind, found in kinds:
        seen = set[str]()
        for place, entry in enumerate(found):
            if entry.key in seen:
                yield Conflict(kind, place, "code" if kind is Kind.SITE else "id", Contradiction.DOUBLED, entry.key)
            seen.add(entry.key)


def _unknown_units(entries: Entries, known: set[str]) -> Iterator[Conflict]:
    named: list[tuple[Kind, str, list[str | None]]] = [
        (Kind.UNIT, "superior", [unit.superior for unit in entries.units]),
        (Kind.SITE, "unit", [site.unit for site in entries.sites]),
        (Kind.COLUMN, "unit", [column.unit for column in entries.columns]),
        (Kind.ACCOUNT, "unit", [account.unit for account in entries.accounts]),
    ]
    for kind, field, units in named:
        for place, unit in enumerate(units):
            if unit is not None and unit not in known:
                yield Conflict(kind, place, field, Contradiction.UNKNOWN_UNIT, unit)


def _circles(units: Sequence[Unit]) -> Iterator[Conflict]:
    above = {unit.id: unit.superior for unit in units}
    for place, unit in enumerate(units):
        step, seen = above[unit.id], set[str]()
        while step is not None and step != unit.id and step not in seen:
            seen.add(step)
            step = above.get(step)
        if step == unit.id:
            yield Conflict(Kind.UNIT, place, "superior", Contradiction.SUPERIOR_CIRCLE, unit.id)


def _account_conflicts(place: int, account: Account) -> Iterator[Conflict]:
    """The id says the platform, and WeChat alone has two account types."""
    if account.id.partition(":")[0] != account.platform:
        yield Conflict(Kind.ACCOUNT, place, "platform", Contradiction.PLATFORM_MISMATCH, account.id)
    if (account.platform is Platform.WECHAT) is (account.account_type is AccountType.PLAIN):
        yield Conflict(Kind.ACCOUNT, place, "account_type", Contradiction.TYPE_MISMATCH, account.account_type)


class Registry(BaseModel):
    """The whole registry of an area, as it holds from `valid_from` on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    area: Name
    valid_from: Moment
    source: str = Field(default="", max_length=300, description="who says so; registry:AREA, if left out")
    units: tuple[Unit, ...] = ()
    sites: tuple[Site, ...] = ()
    columns: tuple[Column, ...] = ()
    accounts: tuple[Account, ...] = ()
    observers: tuple[Observer, ...] = ()

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        """Refuse entries that contradict one another."""
        found = [f"{one.kind} {one.place + 1}: {one.field}: {one.contradiction}: {one.value}" for one in self._all()]
        if found:
            raise ValueError("; ".join(found))
        return self

    def _all(self) -> Iterator[Conflict]:
        return conflicts(Entries(self.units, self.sites, self.columns, self.accounts, self.observers))

    def unit(self, unit_id: str) -> Unit:
        """The unit of an id; KeyError if there is none."""
        return {unit.id: unit for unit in self.units}[unit_id]

    def area_of(self, unit: Unit) -> str:
        """The area whose bulletin a unit stands in."""
        return unit.area or self.area
