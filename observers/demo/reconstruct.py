"""Reconstructs a quarter of observations from what a bulletin states: registry and story in, a stream of events out.

Deterministic: the same YAML gives the same events with the same ids, on any machine, on any day. There is no clock and
no name or number of a bulletin here; all that is data.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, starmap
from typing import Any, NamedTuple

from observers.demo.accounts import tell_account
from observers.demo.columns import tell_columns
from observers.demo.habits import Ordinary
from observers.demo.pace import Pace
from observers.demo.plan import Story
from observers.demo.public import tell_public
from observers.demo.script import Script
from observers.demo.services import tell_services
from observers.demo.sites import tell_site
from observers.demo.world import World
from observers.registry import registry_events
from rules.calendar import WorkCalendar
from schemas.instants import HOUR, to_ms
from schemas.registry import Registry


class Stamped(NamedTuple):
    """An event and the instant at which it could be known."""

    seen: int
    event: dict[str, Any]


def reconstruct(
    name: str, registry: Registry, story: Story, ordinary: Ordinary, calendar: WorkCalendar
) -> Iterator[Stamped]:
    """The registry's events and all observations of the period, in the order in which they could be known."""
    told = ((_instant(one), one) for one in registry_events(registry))
    script = Script(name, story.period.starts, story.period.ends)
    world = World(registry, story, ordinary, Pace(ordinary.office, calendar), script)
    _tell(world)
    return starmap(Stamped, chain(told, script.events()))


def _instant(event: dict[str, Any]) -> int:
    return to_ms(datetime.fromisoformat(event.get("observedtime") or event["time"]))


def _tell(world: World) -> None:
    units = {unit.id: unit for unit in world.registry.units}
    _tell_observers(world)
    for site in world.registry.sites:
        unit = units[site.unit]
        tell_site(world, site)
        tell_columns(world, site, [column for column in world.registry.columns if column.site == site.code])
        tell_services(world, site, unit)
        tell_public(world, site, unit)
    for account in world.registry.accounts:
        tell_account(world, account)


def _tell_observers(world: World) -> None:
    """Observers say that they are at work, so that their silence could be noticed."""
    every = world.ordinary.reports.every_hours * HOUR
    looked_at = len(world.registry.sites) + len(world.registry.columns) + len(world.registry.accounts)
    for observer in world.registry.observers:
        subject, data = f"observer:{observer.id}", {"looked_at": looked_at}
        world.script.begin("observer.reported", subject, world.starts, data, part="observers")
        for at in range(world.starts + every, world.ends, every):
            world.script.say("observer.reported", subject, at, data, part="observers")
