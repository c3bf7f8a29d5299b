"""A registry put together from a log's own registration events, for logs that bring no registry file."""

from collections.abc import Iterable
from typing import Any

from schemas.errors import InputError
from schemas.instants import to_ms
from schemas.registry import Account, Column, Registry, Site, Unit


def registry_of(events: Iterable[Any]) -> Registry:
    """The newest entry of each subject.

    Raises:
        InputError: the log registers nothing.

    """
    newest: dict[str, Any] = {}
    for event in events:
        if event.type.endswith(".registered"):
            known = newest.get(event.subject)
            if known is None or to_ms(known.time) <= to_ms(event.time):
                newest[event.subject] = event
    if not newest:
        raise InputError("the log registers no unit, site or account: give --registry FILE")
    return _registry(list(newest.values()))


def _registry(entries: list[Any]) -> Registry:
    units = {entry.subject.removeprefix("unit:"): entry.data for entry in entries if entry.type == "unit.registered"}
    missing = {entry.data.unit for entry in entries if hasattr(entry.data, "unit")} - units.keys()
    areas = [data.area for data in units.values()]
    return Registry(
        area=areas[0] if areas else "?",
        valid_from=min(entry.time for entry in entries),
        units=tuple(
            [Unit(id=unit, **data.model_dump(exclude={"endpoints"})) for unit, data in units.items()]
            + [Unit(id=unit, name=unit) for unit in sorted(missing)]
        ),
        sites=tuple(
            Site(code=entry.subject, unit=entry.data.unit, name=entry.data.name, kind=entry.data.site_kind)
            for entry in entries
            if entry.type == "site.registered"
        ),
        columns=tuple(_column(entry) for entry in entries if entry.type == "column.registered"),
        accounts=tuple(_account(entry) for entry in entries if entry.type == "account.registered"),
    )


def _column(entry: Any) -> Column:
    site, _, column = entry.subject.partition("/column/")
    return Column(
        id=column, site=site, name=entry.data.name, column_class=entry.data.column_class, level=entry.data.level,
        cycle=entry.data.cycle, unit=entry.data.unit,
    )  # fmt: skip


def _account(entry: Any) -> Account:
    return Account(
        id=entry.subject, unit=entry.data.unit, name=entry.data.name, platform=entry.data.platform,
        account_type=entry.data.account_type,
    )  # fmt: skip
