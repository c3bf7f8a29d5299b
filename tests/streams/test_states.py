"""What counts of a changelog at recovery: whole batches only, by position, whoever wrote them in whatever order."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.log.states import CLOCK, Recovery, read_state

_encode = msgspec.msgpack.Encoder().encode

Record = tuple[bytes, bytes]


def batch(position: int, **states: Any) -> list[Record]:
    """A batch as it is written: the subjects, then the clock."""
    return [(key.encode(), _encode((position, state))) for key, state in [*states.items(), (CLOCK, position)]]


def recovered(records: list[Record]) -> dict[str, Any]:
    """What is recovered from a changelog."""
    recovery = Recovery()
    for key, value in records:
        recovery.take(key, value)
    return {key: read_state(state) for key, state in recovery.states().items()}


def test_the_newest_of_each_key() -> None:
    """Of whole batches the newest record of each key counts; a forgotten key is gone."""
    log = [*batch(3, a=1, b=1), *batch(7, a=2, c=1), *batch(9, b=None)]
    assert recovered(log) == {"a": 2, "c": 1, CLOCK: 9}


def test_a_batch_that_was_cut_off_is_left_out() -> None:
    """A writer that died between two records leaves the state of the batch before, also of the keys it had written."""
    whole, cut = batch(3, a=1, b=1), batch(7, a=2, b=2)
    for written in range(len(cut)):
        assert recovered([*whole, *cut[:written]]) == {"a": 1, "b": 1, CLOCK: 3}
    assert recovered([*whole, *cut]) == {"a": 2, "b": 2, CLOCK: 7}


def test_a_cut_batch_that_came_again_otherwise() -> None:
    """After a crash the same records come in other batches: what the dead writer left is overtaken by position."""
    log = [*batch(3, a=1), *batch(9, a=9, b=9)[:1], *batch(5, a=5), *batch(8, b=8)]
    assert recovered(log) == {"a": 5, "b": 8, CLOCK: 8}


def test_a_zombie_writes_late() -> None:
    """A frozen worker that wakes up writes behind the new owner's records: the higher position wins."""
    log = [*batch(3, a=1), *batch(9, a=9, b=9), *batch(5, a=5, c=5)]
    assert recovered(log) == {"a": 9, "b": 9, "c": 5, CLOCK: 9}


def test_a_zombie_that_was_ahead() -> None:
    """A zombie's whole batch that reaches further is as true as the new owner's, wherever its records stand."""
    zombie, owner = batch(9, a=9, b=9), batch(5, a=5)
    for mixed in ([*owner, *zombie], [*zombie, *owner], [zombie[0], *owner, *zombie[1:]]):
        assert recovered([*batch(3, a=1, b=1), *mixed]) == {"a": 9, "b": 9, CLOCK: 9}


def test_nothing_whole() -> None:
    """A first batch that was cut off leaves nothing: its records come again from the beginning."""
    assert recovered(batch(3, a=1, b=1)[:2]) == {}
    assert recovered([]) == {}


class Writer:
    """A worker that goes on from a position; `source` says which key each place of the source changes."""

    def __init__(self, source: str, position: int) -> None:
        self._source = source
        self.position = position

    def write(self, upto: int) -> list[Record]:
        """The batch that takes it up to a place: every key that changed, as it stands there."""
        changed = set(self._source[self.position + 1 : upto + 1])
        self.position = upto
        return batch(upto, **{key: self._source.rindex(key, 0, upto + 1) for key in sorted(changed)})


@given(source=st.text("abcd", min_size=20, max_size=60), data=st.data())
def test_whoever_wrote_whatever_was_cut(source: str, data: st.DataObject) -> None:
    """Workers die in mid-batch and are taken over, frozen ones go on: what is recovered is the fold up to its clock."""
    log: list[Record] = []
    writers = [Writer(source, -1)]
    for _ in range(data.draw(st.integers(1, 8))):
        writer = data.draw(st.sampled_from(writers))
        records = writer.write(min(len(source) - 1, writer.position + data.draw(st.integers(1, 9))))
        cut = data.draw(st.integers(0, len(records)))
        log += records[:cut]
        if cut < len(records):  # it died, and another takes over from what is recovered
            writers.remove(writer)
            writers.append(Writer(source, recovered(log).get(CLOCK, -1)))
        elif data.draw(st.booleans()):  # it is taken for dead, and is not
            writers.append(Writer(source, recovered(log)[CLOCK]))
    found = recovered(log)
    upto = found.pop(CLOCK, -1)
    assert found == {key: source.rindex(key, 0, upto + 1) for key in set(source[: upto + 1])}
