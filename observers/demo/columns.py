"""Columns: what is published in them, daily looks, and policies that are interpreted."""

from typing import NamedTuple

from observers.demo.dice import Dice
from observers.demo.habits import Bounds
from observers.demo.pace import Published, publications
from observers.demo.plan import Unlinked
from observers.demo.script import whole_minute
from observers.demo.world import PAGES, World, found
from schemas.instants import DAY
from schemas.registry import Column, Site
from schemas.words import ColumnClass

_PAIRED = frozenset({ColumnClass.POLICY, ColumnClass.INTERPRETATION})


class _Pair(NamedTuple):
    """A policy document and, perhaps, its interpretation."""

    policy: Published
    interpretation: Published | None


def tell_columns(world: World, site: Site, columns: list[Column]) -> None:
    """Everything about a site's columns; policies are published in one and interpreted in another."""
    for column in columns:
        if column.column_class not in _PAIRED:
            _tell(world, column, _ordinary(world, column))
    policy, interpretation = (_of_class(columns, one) for one in (ColumnClass.POLICY, ColumnClass.INTERPRETATION))
    if policy is not None and interpretation is not None:
        _policies(world, site, policy, interpretation)
    for fact in world.facts(Unlinked):
        if fact.site == site.code:
            _unlinked(world, fact)


def _of_class(columns: list[Column], wanted: ColumnClass) -> Column | None:
    return next((column for column in columns if column.column_class is wanted), None)


def _ordinary(world: World, column: Column) -> list[Published]:
    gap = world.ordinary.updates.gaps[column.column_class.value]
    dice = world.dice(column.key, "items")
    instants = world.pace.rhythm(gap, world.starts, world.ends, dice)
    return publications(instants, world.story.silence_of(column.key), world.ordinary.updates, dice)


def _tell(world: World, column: Column, published: list[Published]) -> None:
    dice = world.dice(column.key, "reposts")
    for number, (at, seen) in enumerate(published):
        data = {"item": f"{column.id}-{number:03d}", "repost": dice.falls(world.ordinary.updates.reposts)}
        tell = world.script.begin if at < world.starts else world.script.say
        part = world.part_at(column.key, at, PAGES)
        tell("column.updated", column.key, at, data, part=part, seen=None if at < world.starts else seen)
    _looks(world, column, published)


def _looks(world: World, column: Column, published: list[Published]) -> None:
    """Each day the newest item; now and then also how many there are."""
    listed = world.dice(column.key, "listed").whole(world.ordinary.updates.listed)
    first = {**found(published, world.starts), "items": listed}
    world.script.begin("column.checked", column.key, world.starts, first, part=PAGES)
    for number, at in enumerate(world.look_instants(column.key, world.starts)):
        data = found(published, at)
        if number % world.ordinary.looks.counts_every_days == 0:
            data["items"] = listed + sum(1 for one in published if world.starts <= one.seen <= at)
        world.script.say("column.checked", column.key, at, data, part=PAGES)


# --- policies and their interpretations -----------------------------------------------------------------------------


def _policies(world: World, site: Site, policy: Column, interpretation: Column) -> None:
    """Interpretations come of policies, so the two columns are made together."""
    pairs = [_pair(world, site, one, number) for number, one in enumerate(_ordinary(world, policy))]
    silence = world.story.silence_of(interpretation.key)
    if silence is not None:
        readings = publications([], silence, world.ordinary.updates, world.dice(interpretation.key))
        pairs = [pair._replace(interpretation=None) for pair in pairs]
    else:
        readings = [_before(world, interpretation), *(pair.interpretation for pair in pairs if pair.interpretation)]
    _tell(world, policy, [pair.policy for pair in pairs])
    _tell(world, interpretation, sorted(readings))
    for number, pair in enumerate(pairs):
        if pair.policy.at >= world.starts:
            _link(world, site, pair, number)


def _before(world: World, interpretation: Column) -> Published:
    """The newest interpretation when the quarter begins."""
    age = world.dice(interpretation.key, "before").between(world.ordinary.updates.interpretation_before)
    at = whole_minute(world.starts - age * DAY)
    return Published(at, at)


def _pair(world: World, site: Site, policy: Published, number: int) -> _Pair:
    dice, updates = world.dice(site.code, "interpretation", number), world.ordinary.updates
    if policy.at < world.starts or not dice.falls(updates.interpreted):
        return _Pair(policy, None)
    at = world.pace.at_work(_later(policy.at, updates.interpreted_after, dice), dice)
    return _Pair(policy, publications([at], None, updates, dice)[0])


def _later(at: int, after: Bounds, dice: Dice) -> float:
    return at + dice.between(after) * DAY


def _link(world: World, site: Site, pair: _Pair, number: int) -> None:
    """The policy is seen; later its interpretation, and then each points at the other."""
    policy, reading = f"policy-{number:03d}", f"interpretation-{number:03d}"
    at, seen = pair.policy
    world.script.say("policy.published", site.code, at, {"item": policy}, part=PAGES, seen=seen)
    if pair.interpretation is not None:
        at, seen = pair.interpretation
        said = {"item": policy, "links": (reading,)}
        world.script.say("policy.published", site.code, at, said, part=PAGES, seen=seen)
        said = {"item": reading, "policy": policy, "links": (policy,)}
        world.script.say("interpretation.published", site.code, at, said, part=PAGES, seen=seen)


def _unlinked(world: World, fact: Unlinked) -> None:
    policy, reading, part = f"policy-{fact.id}", f"interpretation-{fact.id}", world.part_of(fact)
    world.script.say("policy.published", fact.site, fact.policy, {"item": policy}, part=part)
    said = {"item": reading, "policy": policy}
    world.script.say("interpretation.published", fact.site, fact.interpretation, said, part=part)
