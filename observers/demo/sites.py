"""Home pages: hourly visits, what is published there, daily looks, filed maintenance."""

from observers.demo.dice import Dice
from observers.demo.pace import Published, publications
from observers.demo.plan import Maintenance
from observers.demo.world import PAGES, PROBES, World, found
from schemas.instants import MINUTE, SECOND, to_text
from schemas.registry import Site

_SECONDS = 2  # decimals of a visit's duration


def tell_site(world: World, site: Site) -> None:
    """Everything about one home page."""
    _filings(world, site)
    _visits(world, site)
    published = _published(world, site)
    _updates(world, site, published)
    _looks(world, site, published)


def _filings(world: World, site: Site) -> None:
    for fact in world.facts(Maintenance):
        if fact.site == site.code:
            period = {"starts": to_text(fact.starts), "ends": to_text(fact.ends)}
            data = {**period, "authority": fact.authority, "reason": fact.reason}
            world.script.say("maintenance.filed", site.code, fact.filed, data, part=world.part_of(fact))


def _visits(world: World, site: Site) -> None:
    """One visit an hour, at a minute of the site's own and a few seconds past it."""
    dice, every = world.dice(site.code, "visits"), world.ordinary.probes.every_minutes * MINUTE
    offset = dice.whole((0, world.ordinary.probes.every_minutes)) * MINUTE
    shut = [(fact.starts, fact.ends) for fact in world.facts(Maintenance) if fact.site == site.code]
    for instant in range(world.starts + offset, world.ends, every):
        down = any(starts <= instant < ends for starts, ends in shut)
        at = instant + dice.whole((0, 50)) * SECOND
        world.script.say("site.probed", site.code, at, _visit(world, dice, down=down), part=PROBES)


def _visit(world: World, dice: Dice, *, down: bool) -> dict[str, object]:
    probes = world.ordinary.probes
    if dice.falls(probes.failed) or down:
        return {"opened": False, "elapsed_seconds": probes.gives_up_seconds, "status": probes.failed_status}
    seconds = dice.between(probes.slow_seconds if dice.falls(probes.slow) else probes.quick_seconds)
    return {"opened": True, "elapsed_seconds": round(seconds, _SECONDS), "status": probes.status}


def _published(world: World, site: Site) -> list[Published]:
    updates, dice = world.ordinary.updates, world.dice(site.code, "home")
    instants = world.pace.rhythm(updates.gaps["home"], world.starts, world.ends, dice)
    return publications(instants, world.story.silence_of(site.code), updates, dice)


def _updates(world: World, site: Site, published: list[Published]) -> None:
    dice, page = world.dice(site.code, "items"), "second_level" if site.navigation_home else "home"
    for number, (at, seen) in enumerate(published):
        data = {"item": f"home-{number:03d}", "page": page, "repost": dice.falls(world.ordinary.updates.reposts)}
        tell = world.script.begin if at < world.starts else world.script.say
        part = world.part_at(site.code, at, PAGES)
        tell("site.updated", site.code, at, data, part=part, seen=None if at < world.starts else seen)


def _looks(world: World, site: Site, published: list[Published]) -> None:
    world.script.begin("site.checked", site.code, world.starts, found(published, world.starts), part=PAGES)
    for at in world.look_instants(site.code, world.starts):
        world.script.say("site.checked", site.code, at, found(published, at), part=PAGES)
