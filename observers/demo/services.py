"""What a site must offer: consultation channels that work, a service catalogue, service guides."""

from observers.demo.habits import Channel
from observers.demo.pace import days, within
from observers.demo.world import PAGES, World
from schemas.instants import HOUR
from schemas.registry import Site, Unit


def tell_services(world: World, site: Site, unit: Unit) -> None:
    """Channels of every site; catalogue and guides where the unit has services to offer."""
    for channel in world.ordinary.tests.channels:
        _channel(world, site, channel)
    if unit.external_services:
        _catalogue(world, site)
        for number in range(world.ordinary.services.guides):
            _guide(world, site, f"guide-{number + 1}")


def _channel(world: World, site: Site, channel: Channel) -> None:
    """A weekly test; one that fails is done again."""
    tests, dice = world.ordinary.tests, world.dice(site.code, "channel", channel.channel)
    said = {"channel": channel.channel, "channel_kind": channel.kind}
    world.script.begin("channel.tested", site.code, world.starts, {**said, "works": True}, part=PAGES)
    for at in world.test_instants(f"{site.code}/{channel.channel}", world.starts):
        works = not dice.falls(tests.fails)
        world.script.say("channel.tested", site.code, at, {**said, "works": works}, part=PAGES)
        if not works:
            again = at + int(tests.again_after_hours * HOUR)
            world.script.say("channel.tested", site.code, again, {**said, "works": True}, part=PAGES)


def _catalogue(world: World, site: Site) -> None:
    items = world.dice(site.code, "catalogue").whole(world.ordinary.services.items)
    world.script.begin("services.listed", site.code, world.starts, {"items": items}, part=PAGES)
    for at in world.test_instants(f"{site.code}/catalogue", world.starts):
        world.script.say("services.listed", site.code, at, {"items": items}, part=PAGES)


def _guide(world: World, site: Site, guide: str) -> None:
    """A guide is read at the start and then now and then; what it lacks, it lacks each time."""
    services, dice = world.ordinary.services, world.dice(site.code, guide)
    missing = (dice.pick(services.missing),) if dice.falls(services.lacking) else ()
    data = {"item": guide, "missing": missing}
    world.script.begin("guide.audited", site.code, world.starts, data, part=PAGES)
    first = world.starts + dice.whole((1, services.audited_every_days)) * 24 * HOUR
    for day in days(first, world.ends, services.audited_every_days):
        at = within(day, world.ordinary.tests.hours, dice)
        world.script.say("guide.audited", site.code, at, data, part=PAGES)
