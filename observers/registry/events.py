"""A registry as events: one CloudEvents 1.0 event for each unit, site, column and account.

Ids are hashes of what the events say, so publishing an unchanged registry again says nothing new.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from schemas.envelope import DATASCHEMA
from schemas.instants import SHANGHAI
from schemas.registry import Account, Column, Registry, Site, Unit

_DIGITS = 24

Event = dict[str, Any]


class Statement(NamedTuple):
    """What an entry says: its subject, the event's type and data, and the instant from which it holds."""

    subject: str
    type: str
    data: Mapping[str, Any]
    time: datetime


def registry_events(registry: Registry) -> list[Event]:
    """Every entry as an event `*.registered`, units first, true from the registry's `valid_from` on.

    An account that was opened later is judged from its opening on (`time`), but known from `valid_from` on
    (`observedtime`): the whole registry can be told before anything else is.
    """
    source, known = source_of(registry), registry.valid_from
    return [event(one, source, known) for one in statements(registry)]


def source_of(registry: Registry) -> str:
    """The `source` of a registry's events."""
    return registry.source or f"registry:{registry.area}"


def statements(registry: Registry) -> Iterator[Statement]:
    """What a registry says, entry by entry."""
    since = registry.valid_from
    units = {unit.id: unit for unit in registry.units}
    sites = {site.code: site for site in registry.sites}
    for unit in registry.units:
        yield Statement(f"unit:{unit.id}", "unit.registered", _unit(unit, registry.area_of(unit)), since)
    for site in registry.sites:
        yield Statement(site.code, "site.registered", _site(site, units[site.unit]), since)
    for column in registry.columns:
        site = sites[column.site]
        yield Statement(column.key, "column.registered", _column(column, site, units[site.unit]), since)
    for account in registry.accounts:
        yield Statement(account.id, "account.registered", _account(account), entry_since(registry, account))


def entry_since(registry: Registry, account: Account) -> datetime:
    """From when on an account is judged: the registry's own instant, or its opening if that came later."""
    return max(registry.valid_from, account.opened) if account.opened else registry.valid_from


def event(said: Statement, source: str, known: datetime) -> Event:
    """A statement as a CloudEvents 1.0 event, known since `known`; its id is a hash of what it says."""
    when = as_text(said.time)
    text = json.dumps([said.type, said.subject, said.data, when, source], ensure_ascii=False, sort_keys=True)
    made = {
        "specversion": "1.0",
        "id": hashlib.sha256(text.encode()).hexdigest()[:_DIGITS],
        "source": source,
        "type": said.type,
        "subject": said.subject,
        "time": when,
        "dataschema": DATASCHEMA,
        "data": dict(said.data),
    }
    return made if known == said.time else {**made, "observedtime": as_text(known)}


def as_text(moment: datetime) -> str:
    """RFC 3339 in Asia/Shanghai, so that one instant has one text."""
    return moment.astimezone(SHANGHAI).isoformat()


def _unit(unit: Unit, area: str) -> dict[str, Any]:
    fields = {"name", "region", "group", "external_services", "superior", "order"}
    told = [one.model_dump(mode="json", exclude_none=True) for one in unit.endpoints]
    said = {**unit.model_dump(mode="json", include=fields, exclude_none=True), "area": area}
    return {**said, "endpoints": told} if told else said


def _site(site: Site, unit: Unit) -> dict[str, Any]:
    return {
        "unit": site.unit,
        "name": site.name,
        "site_kind": site.kind.value,
        "navigation_home": site.navigation_home,
        "external_services": unit.external_services,
    }


def _column(column: Column, site: Site, unit: Unit) -> dict[str, Any]:
    """A column has services to show if its site's unit has, whoever keeps it."""
    said: dict[str, Any] = {
        "name": column.name,
        "unit": column.unit or site.unit,
        "column_class": column.column_class.value,
        "level": column.level,
        "external_services": unit.external_services,
    }
    return said if column.cycle is None else {**said, "cycle": column.cycle}


def _account(account: Account) -> dict[str, Any]:
    said = account.model_dump(mode="json", include={"unit", "name", "platform", "account_type"})
    times = {"opened": account.opened, "filed": account.filed}
    return {**said, **{name: as_text(moment) for name, moment in times.items() if moment is not None}}
