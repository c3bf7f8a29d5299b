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
from streams.log.order import ordered
from streams.log.outputs import checkpoint_again, origin_of
from streams.log.records import as_bytes
from streams.log.sender import Outgoing
from streams.log.states import CLOCK
from streams.topics import Name, Topics


class Summing(Protocol):
    """What the agent of a summing topic needs of its shard."""

    position: int

    def take(self, value: bytes) -> None:
        """Take one record."""

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
        self._profiles: dict[str, dict[str, Any]] = {}
        self._standings: dict[tuple[str, str], dict[str, SubjectStanding]] = {}
        self._changed: dict[tuple[str, str], None] = {}
        self._dirty: dict[str, Any] = {}
        self._closing: list[Any] = []
        self._closed: dict[str, None] = {}

    def take(self, value: bytes) -> None:
        """A standing, a unit's registry entry, or a checkpoint from upstream."""
        raw = orjson.loads(value)
        if "verdict" in raw:
            self._put(SubjectStanding.model_validate(raw))
        elif raw["type"] == "unit.registered":
            self._register(raw["subject"].removeprefix("unit:"), raw["data"])
        elif raw["type"] == "xuncha.checkpoint":
            event = self._barriers.arrive(value)
            if event is not None:
                self._close(event)

    def _register(self, unit: str, profile: dict[str, Any]) -> None:
        self._profiles[unit] = profile
        self._dirty[f"unit:{unit}"] = profile
        self._changed.update(dict.fromkeys(key for key in self._standings if key[1] == unit))

    def _put(self, standing: SubjectStanding) -> None:
        key = (standing.period, standing.unit)
        known = self._standings.setdefault(key, {})
        old = known.get(standing.owner)
        if old is None or (old.closed, old.at) <= (standing.closed, standing.at):
            known[standing.owner] = standing
            self._changed[key] = None
            self._dirty[_key(standing)] = standing.model_dump(mode="json")

    def _close(self, event: Any) -> None:
        """Everybody has spoken: what did not come again at the checkpoint no longer exists."""
        self._closing.append(event)
        self._closed[event.data.period] = None
        for key, standings in self._standings.items():
            if key[0] == event.data.period:
                for owner in [one for one, standing in standings.items() if not standing.closed]:
                    self._dirty[_key(standings.pop(owner))] = None
                self._changed[key] = None

    def flush(self, partition: int) -> list[Outgoing]:
        """The quarters that changed, for readers and for their areas; then the checkpoint."""
        records = [record for key in self._changed if self._standings[key] for record in self._unit(*key)]
        for event in self._closing:
            again = checkpoint_again(event, origin_of(Name.STANDINGS, partition))
            records.append(Outgoing(Name.AREAS, b"clock", again, 0))
        self._changed, self._closing = {}, []
        return records

    def _unit(self, period: str, unit: str) -> list[Outgoing]:
        profile = self._profiles.get(unit, {})
        summed = aggregate_unit(self._standings[(period, unit)].values(), profile, period, pack=self._pack)
        made = summed.model_copy(update={"closed": period in self._closed})
        part = {"aggregate": made.model_dump(mode="json"), "group": profile.get("group", "")}
        return [aggregate_out(made, self.position), Outgoing(Name.AREAS, made.area.encode(), as_bytes(part), 0)]

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
                self._profiles[key.removeprefix("unit:")] = state
            else:
                standing = SubjectStanding.model_validate(state)
                self._standings.setdefault((standing.period, standing.unit), {})[standing.owner] = standing


class AreaSums:
    """Groups' and areas' quarters from their units'."""

    def __init__(self, origins: frozenset[str]) -> None:
        self.position = -1
        self._barriers = Barriers(origins)
        self._units: dict[tuple[str, str], dict[str, tuple[Aggregate, str]]] = {}
        self._changed: dict[tuple[str, str], None] = {}
        self._dirty: dict[str, Any] = {}
        self._closed: dict[str, None] = {}

    def take(self, value: bytes) -> None:
        """A unit's quarter with its group, or a checkpoint from upstream."""
        raw = orjson.loads(value)
        if "aggregate" in raw:
            self._put(Aggregate.model_validate(raw["aggregate"]), raw["group"])
        elif (event := self._barriers.arrive(value)) is not None:
            self._close(event.data.period)

    def _put(self, unit: Aggregate, group: str) -> None:
        key = (unit.period, unit.area)
        known = self._units.setdefault(key, {})
        old, _ = known.get(unit.id, (unit, group))
        if (old.closed, old.at) > (unit.closed, unit.at):  # late words of a worker that others have replaced
            return
        known[unit.id] = (unit, group)
        self._changed[key] = None
        self._dirty[f"{unit.period}|{unit.id}"] = [unit.model_dump(mode="json"), group]

    def _close(self, period: str) -> None:
        self._closed[period] = None
        self._changed.update(dict.fromkeys(key for key in self._units if key[0] == period))

    def flush(self, _partition: int) -> list[Outgoing]:
        """The groups and areas that changed; units without an area stand alone."""
        records = [aggregate_out(made, self.position) for key in self._changed if key[1] for made in self._made(*key)]
        self._changed = {}
        return records

    def _made(self, period: str, area: str) -> list[Aggregate]:
        """The groups of an area, then the area: who reads the area's quarter finds its groups there."""
        units = list(self._units[(period, area)].values())
        groups = sorted({group for _, group in units if group})
        made = [
            combine(Scope.GROUP, group_id(area, group), group, [unit for unit, its in units if its == group])
            for group in groups
        ]
        made.append(combine(Scope.AREA, area, area, [unit for unit, _ in units]))
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
        for aggregate, group in states.values():
            self._put(Aggregate.model_validate(aggregate), group)
        self._changed, self._dirty = {}, {}


def aggregate_out(aggregate: Aggregate, position: int) -> Outgoing:
    """An aggregate's record, compacted by period, scope and id; its order is the place in the source it sums up to."""
    key = f"{aggregate.period}/{aggregate.scope}/{aggregate.id}".encode()
    return Outgoing(Name.AGGREGATES, key, aggregate.model_dump_json().encode(), headers=ordered(position))


def _key(standing: SubjectStanding) -> str:
    return f"{standing.period}|{standing.unit}|{standing.owner}"
