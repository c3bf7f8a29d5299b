"""The two shards that sum up: standings into units' quarters, units' quarters into groups and areas.

Both keep one state record a part, write only what changed, and close a period when every partition upstream has told
them that it has reached the checkpoint.
"""

from typing import Any, Protocol

import orjson

from schemas.aggregates import Aggregate, Scope
from schemas.standings import SubjectStanding
from streams.core.tally import aggregate_unit, combine, group_id
from streams.log.barriers import Barriers
from streams.log.lane import Headers
from streams.log.order import Order, is_late, ordered
from streams.log.outputs import checkpoint_again, origin_of
from streams.log.records import as_bytes
from streams.log.sender import Outgoing
from streams.log.states import CLOCK
from streams.topics import Name, Topics


class Summing(Protocol):
    """What the agent of a summing topic needs of its shard."""

    position: int

    def take(self, value: bytes, order: Order | None) -> None:
        """Take one record, and what it says of its order."""

    def flush(self, partition: int) -> list[Outgoing]:
        """What the records since the last flush brought about."""

    def states(self) -> list[tuple[str, Any]]:
        """The state records that they changed."""

    def restore(self, states: dict[str, Any]) -> None:
        """Take over the state of a partition."""


class UnitSums:
    """Units' quarters from their standings."""

    def __init__(self, topics: Topics, origins: frozenset[str], pack: str) -> None:
        self.position = -1
        self._topics = topics
        self._pack = pack
        self._barriers = Barriers(origins)
        self._profiles: dict[str, tuple[dict[str, Any], Order | None]] = {}
        self._standings: dict[tuple[str, str], dict[str, tuple[SubjectStanding, Order | None]]] = {}
        self._changed: dict[tuple[str, str], None] = {}
        self._dirty: dict[str, Any] = {}
        self._closing: list[Any] = []
        self._closed: dict[str, None] = {}

    def take(self, value: bytes, order: Order | None) -> None:
        """A standing, a unit's registry entry, or a checkpoint from upstream."""
        raw = orjson.loads(value)
        if "verdict" in raw:
            self._put(SubjectStanding.model_validate(raw), order)
        elif raw["type"] == "unit.registered":
            self._register(raw["subject"].removeprefix("unit:"), raw["data"], order)
        elif raw["type"] == "xuncha.checkpoint":
            event = self._barriers.arrive(value, order)
            if event is not None:
                self._close(event)

    def _register(self, unit: str, profile: dict[str, Any], order: Order | None) -> None:
        _, newest = self._profiles.get(unit, (profile, None))
        if is_late(newest, order):
            return
        self._profiles[unit] = (profile, order)
        self._dirty[f"unit:{unit}"] = [profile, order]
        self._changed.update(dict.fromkeys(key for key in self._standings if key[1] == unit))

    def _put(self, standing: SubjectStanding, order: Order | None) -> None:
        key = (standing.period, standing.unit)
        known = self._standings.setdefault(key, {})
        old, newest = known.get(standing.owner, (standing, None))
        if (old.closed, old.at) > (standing.closed, standing.at) or is_late(newest, order):
            return
        known[standing.owner] = (standing, order)
        self._changed[key] = None
        self._dirty[_key(standing)] = [standing.model_dump(mode="json"), order]

    def _close(self, event: Any) -> None:
        """Everybody has spoken: what did not come again at the checkpoint no longer exists."""
        self._closing.append(event)
        self._closed[event.data.period] = None
        for key, standings in self._standings.items():
            if key[0] == event.data.period:
                for owner in [one for one, (standing, _) in standings.items() if not standing.closed]:
                    self._dirty[_key(standings.pop(owner)[0])] = None
                self._changed[key] = None

    def flush(self, partition: int) -> list[Outgoing]:
        """The quarters that changed, for readers and for their areas; then the checkpoint."""
        records = [record for key in self._changed if self._standings[key] for record in self._unit(*key)]
        for event in self._closing:
            again = checkpoint_again(event, origin_of(Name.STANDINGS, partition))
            records.append(Outgoing(Name.AREAS, b"clock", again, 0, ordered(self.position)))
        self._changed, self._closing = {}, []
        return records

    def _unit(self, period: str, unit: str) -> list[Outgoing]:
        profile, _ = self._profiles.get(unit, ({}, None))
        standings = [standing for standing, _ in self._standings[(period, unit)].values()]
        summed = aggregate_unit(standings, profile, period, pack=self._pack)
        made = summed.model_copy(update={"closed": period in self._closed})
        part = {"aggregate": made.model_dump(mode="json"), "group": profile.get("group", "")}
        order = ordered(self.position)
        return [aggregate_out(made, order), Outgoing(Name.AREAS, made.area.encode(), as_bytes(part), 0, order)]

    def states(self) -> list[tuple[str, Any]]:
        """Standings and unit entries, then the place."""
        dirty, self._dirty = self._dirty, {}
        return [*dirty.items(), (CLOCK, [self.position, self._barriers.dump(), list(self._closed)])]

    def restore(self, states: dict[str, Any]) -> None:
        """Take over the state of a partition."""
        self.position, barriers, closed = states.pop(CLOCK, (-1, {}, []))
        self._barriers.load(barriers)
        self._closed = dict.fromkeys(closed)
        for key, state in states.items():
            if key.startswith("unit:"):
                self._profiles[key.removeprefix("unit:")] = (state[0], _order(state[1]))
            else:
                standing, order = SubjectStanding.model_validate(state[0]), _order(state[1])
                self._standings.setdefault((standing.period, standing.unit), {})[standing.owner] = (standing, order)


class AreaSums:
    """Groups' and areas' quarters from their units'."""

    def __init__(self, origins: frozenset[str]) -> None:
        self.position = -1
        self._barriers = Barriers(origins)
        self._units: dict[tuple[str, str], dict[str, tuple[Aggregate, str, Order | None]]] = {}
        self._changed: dict[tuple[str, str], None] = {}
        self._dirty: dict[str, Any] = {}
        self._closed: dict[str, None] = {}

    def take(self, value: bytes, order: Order | None) -> None:
        """A unit's quarter with its group, or a checkpoint from upstream."""
        raw = orjson.loads(value)
        if "aggregate" in raw:
            self._put(Aggregate.model_validate(raw["aggregate"]), raw["group"], order)
        elif (event := self._barriers.arrive(value, order)) is not None:
            self._close(event.data.period)

    def _put(self, unit: Aggregate, group: str, order: Order | None) -> None:
        key = (unit.period, unit.area)
        known = self._units.setdefault(key, {})
        _, _, newest = known.get(unit.id, (unit, group, None))
        if is_late(newest, order):  # words of a worker that others have replaced
            return
        known[unit.id] = (unit, group, order)
        self._changed[key] = None
        self._dirty[f"{unit.period}|{unit.id}"] = [unit.model_dump(mode="json"), group, order]

    def _close(self, period: str) -> None:
        self._closed[period] = None
        self._changed.update(dict.fromkeys(key for key in self._units if key[0] == period))

    def flush(self, _partition: int) -> list[Outgoing]:
        """The groups and areas that changed; units without an area stand alone."""
        records = [
            aggregate_out(made, ordered(self.position)) for key in self._changed if key[1] for made in self._made(*key)
        ]
        self._changed = {}
        return records

    def _made(self, period: str, area: str) -> list[Aggregate]:
        """The groups of an area, then the area: who reads the area's quarter finds its groups there."""
        units = list(self._units[(period, area)].values())
        groups = sorted({group for _, group, _ in units if group})
        made = [
            combine(Scope.GROUP, group_id(area, group), group, [unit for unit, its, _ in units if its == group])
            for group in groups
        ]
        made.append(combine(Scope.AREA, area, area, [unit for unit, _, _ in units]))
        return [one.model_copy(update={"closed": period in self._closed}) for one in made]

    def states(self) -> list[tuple[str, Any]]:
        """Units' quarters, then the place."""
        dirty, self._dirty = self._dirty, {}
        return [*dirty.items(), (CLOCK, [self.position, self._barriers.dump(), list(self._closed)])]

    def restore(self, states: dict[str, Any]) -> None:
        """Take over the state of a partition."""
        self.position, barriers, closed = states.pop(CLOCK, (-1, {}, []))
        self._barriers.load(barriers)
        self._closed = dict.fromkeys(closed)
        for aggregate, group, order in states.values():
            self._put(Aggregate.model_validate(aggregate), group, _order(order))
        self._changed, self._dirty = {}, {}


def aggregate_out(aggregate: Aggregate, order: Headers) -> Outgoing:
    """An aggregate's record, compacted by period, scope and id; its order is the place in the source it sums up to."""
    key = f"{aggregate.period}/{aggregate.scope}/{aggregate.id}".encode()
    return Outgoing(Name.AGGREGATES, key, aggregate.model_dump_json().encode(), headers=order)


def _order(record: list[int] | None) -> Order | None:
    """An order from the state record."""
    return None if record is None else tuple(record)


def _key(standing: SubjectStanding) -> str:
    return f"{standing.period}|{standing.unit}|{standing.owner}"
