"""A record that Faust passed over and that nothing follows is fetched again; what is under way is left alone."""

from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from agents import stragglers
from agents.stragglers import Stragglers

AT = TP("transitions", 0)


class World:
    """A worker that owns one partition."""

    def __init__(self, handled: int | None, committed: int | None, end: int | None) -> None:
        self.sought: list[tuple[TP, int]] = []
        self.ownership: Any = SimpleNamespace(
            owned=frozenset({AT}), handled={} if handled is None else {AT: handled}, busy=False
        )
        consumer = SimpleNamespace(_committed_offset={AT: committed}, highwater=lambda _tp: end, seek=self._seek)
        self.app: Any = SimpleNamespace(consumer=consumer)

    async def _seek(self, tp: TP, offset: int) -> None:
        self.sought.append((tp, offset))


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The stragglers of a world."""

    def make(world: World) -> Stragglers:
        monkeypatch.setattr(stragglers, "ownership_of", lambda _app: world.ownership)
        return Stragglers(world.app)

    return make


@pytest.mark.parametrize(
    ("handled", "committed", "end", "sought"),
    [(7, None, 8, 7), (7, 3, 8, 7), (None, 3, 8, 3), (None, None, 1, 0), (8, 3, 8, None), (None, None, None, None)],
)
async def test_the_last_record(
    looked: Any, handled: int | None, committed: int | None, end: int | None, sought: int | None
) -> None:
    """What two looks find at the same place before the end is fetched again from there; at the end, nothing is."""
    world = World(handled, committed, end)
    own = looked(world)
    await own.look()
    assert world.sought == []
    await own.look()
    assert world.sought == ([] if sought is None else [(AT, sought)])


async def test_what_moves(looked: Any) -> None:
    """A partition that comes forward between two looks is not touched, however far behind it is."""
    world = World(handled=7, committed=None, end=100)
    own = looked(world)
    for handled in (7, 8, 9):
        world.ownership.handled[AT] = handled
        await own.look()
    assert world.sought == []


async def test_a_batch_that_takes_long(looked: Any) -> None:
    """While a batch is under way nothing is fetched again."""
    world = World(handled=7, committed=None, end=8)
    own = looked(world)
    await own.look()
    world.ownership.busy = True
    await own.look()
    assert world.sought == []
