"""Reading a whole registry, or checking one: `read_registry` and `check_registry`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from observers.registry.cells import Reading, moment
from observers.registry.entries import (
    Draft,
    Names,
    build,
    read_drafts,
    refer,
    say_doubled,
    with_account_id,
    with_column_id,
    with_endpoints,
)
from observers.registry.faults import FaultReason, Place, RegistryFault, Remarks
from observers.registry.sources import Book, open_book
from observers.registry.words import vocabulary
from schemas.errors import RegistryError
from schemas.registry import (
    Account,
    Column,
    Conflict,
    Contradiction,
    Entries,
    Entry,
    Kind,
    Observer,
    Registry,
    Site,
    Unit,
    conflicts,
)


class CheckReport(NamedTuple):
    """What a check found: faults to mend, notes of what was mended in reading, and how many entries there are."""

    faults: tuple[RegistryFault, ...]
    notes: tuple[RegistryFault, ...]
    counts: Mapping[str, int]

    @property
    def passed(self) -> bool:
        """Whether the registry can be used."""
        return not self.faults


def check_registry(path: Path, *, area: str | None = None, valid_from: datetime | None = None) -> CheckReport:
    """Every fault of a registry, with its place; see `read_registry` for the arguments."""
    return _read(path, area, valid_from)[1]


def read_registry(path: Path, *, area: str | None = None, valid_from: datetime | None = None) -> Registry:
    """Read a registry from a YAML file, an Excel workbook or a folder of CSV files.

    Args:
        path: the file or folder.
        area: whose bulletin it is for; the file's own word counts if this is left out.
        valid_from: the aware instant from which it holds; the file's own word counts if this is left out.

    Raises:
        RegistryError: it has faults; the message has a line for each.

    """
    registry, report = _read(path, area, valid_from)
    if registry is None:
        raise RegistryError("\n".join(str(fault) for fault in report.faults))
    return registry


class _Built(NamedTuple):
    """Entries with the drafts they came from; the codes of all units and sites, also of those that can't be taken."""

    pairs: Mapping[Kind, Sequence[tuple[Entry, Draft]]]
    unit_codes: Iterable[str]
    site_codes: Iterable[str]

    def entries(self) -> Entries:
        """The entries alone."""
        lists: list[Any] = [[entry for entry, _ in self.pairs[kind]] for kind in Kind]
        return Entries(*lists)

    def draft(self, kind: Kind, place: int) -> Draft:
        """Where an entry came from."""
        return self.pairs[kind][place][1]


def _read(path: Path, area: str | None, valid_from: datetime | None) -> tuple[Registry | None, CheckReport]:
    remarks = Remarks()
    book = open_book(path, remarks)
    counts = {kind: len(table.rows) for kind, table in book.tables.items()}
    if not remarks.faults and "units" not in book.tables:
        remarks.fault(FaultReason.MISSING_SHEET, Place(path.name), wanted=vocabulary().sheets.shown("units"))
    settings = {"area": area or _said(book, "area"), "valid_from": valid_from or _valid_from(book, remarks)}
    _say_missing(settings, book, path.name, remarks)
    built = _build(book, remarks)
    for conflict in conflicts(built.entries(), built.unit_codes, built.site_codes):
        _say(conflict, built, remarks)
    registry = None
    if not remarks.faults:
        said = {**settings, "source": _said(book, "source") or "", **built.entries()._asdict()}
        registry = _whole(said, book, path.name, remarks)
    return registry, CheckReport(tuple(remarks.faults), tuple(remarks.notes), counts)


def _whole(said: Mapping[str, object], book: Book, sheet: str, remarks: Remarks) -> Registry | None:
    """The registry of sound entries; what a setting says may still be more than it may say."""
    try:
        return Registry.model_validate(said)
    except ValidationError as error:
        for one in error.errors():
            setting = str(one["loc"][0]) if one["loc"] else ""
            _, place = book.settings.get(setting, (None, Place(sheet)))
            remarks.fault(FaultReason.INVALID, place, one.get("input", ""), one["msg"])
        return None


def _said(book: Book, setting: str) -> str | None:
    value, _ = book.settings.get(setting, (None, None))
    return str(value).strip() if value is not None else None


def _valid_from(book: Book, remarks: Remarks) -> datetime | None:
    if "valid_from" not in book.settings:
        return None
    value, place = book.settings["valid_from"]
    read = moment(Reading(value, place, remarks))
    return read if isinstance(read, datetime) else None


def _say_missing(settings: Mapping[str, object], book: Book, sheet: str, remarks: Remarks) -> None:
    for name, value in settings.items():
        if value is None and book.tables and name not in book.settings:
            remarks.fault(FaultReason.MISSING_SETTING, Place(sheet), wanted=vocabulary().settings.shown(name))


def _build(book: Book, remarks: Remarks) -> _Built:
    """Read the sheets in the order in which they refer to one another."""
    units, sites, columns, accounts, observers = (
        read_drafts(book.tables.get(kind), remarks) for kind in ("units", "sites", "columns", "accounts", "observers")
    )
    unit_names = Names(units, "id", FaultReason.UNKNOWN_UNIT)
    site_names = Names(sites, "code", FaultReason.UNKNOWN_SITE)
    units = [with_endpoints(draft) for draft in refer(units, "superior", unit_names, remarks)]
    sites = refer(sites, "unit", unit_names, remarks)
    columns = refer(refer(columns, "site", site_names, remarks), "unit", unit_names, remarks)
    columns = [with_column_id(draft, remarks) for draft in columns]
    accounts = [with_account_id(draft, remarks) for draft in refer(accounts, "unit", unit_names, remarks)]
    for drafts in (units, sites, columns, accounts, observers):
        say_doubled(drafts, remarks)
    pairs: dict[Kind, Sequence[tuple[Entry, Draft]]] = {
        Kind.UNIT: build(Unit, units, remarks),
        Kind.SITE: build(Site, sites, remarks),
        Kind.COLUMN: build(Column, columns, remarks),
        Kind.ACCOUNT: build(Account, accounts, remarks),
        Kind.OBSERVER: build(Observer, observers, remarks),
    }
    return _Built(pairs, unit_names.codes.values(), site_names.codes.values())


def _say(conflict: Conflict, built: _Built, remarks: Remarks) -> None:
    """A contradiction between entries, with its place. What is doubled was said of the rows, also of faulty ones."""
    if conflict.contradiction is Contradiction.DOUBLED:
        return
    draft = built.draft(conflict.kind, conflict.place)
    wanted = ""
    if conflict.contradiction is Contradiction.PLATFORM_MISMATCH:
        wanted = f"{draft.values['platform']}:{conflict.value.partition(':')[2]}"
    remarks.fault(FaultReason(conflict.contradiction.value), draft.place(conflict.field), conflict.value, wanted)
