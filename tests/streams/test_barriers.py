"""A checkpoint counts once it has come from every partition upstream, and what comes late does not ask again."""

from typing import Any

import msgspec
import pytest

from schemas.control import CONTROL
from schemas.instants import DAY, to_datetime
from streams.log.barriers import Barriers
from streams.log.records import checkpoint_event

AT = 1_709_222_400_000


def checkpoint(origin: str, at: int = AT) -> Any:
    """A checkpoint as a partition upstream sends it on."""
    return CONTROL.validate_json(checkpoint_event("2024Q1", to_datetime(AT - 59 * DAY), at, origin))


@pytest.fixture
def barriers() -> Barriers:
    """Two partitions upstream, which have both reached the checkpoint."""
    both = Barriers(frozenset({"a/0", "a/1"}))
    assert not both.note(checkpoint("a/0"), (7,))
    assert both.note(checkpoint("a/1"), (4,))
    return both


def test_each_checkpoint_for_itself(barriers: Barriers) -> None:
    """Another instant has to come from everybody as well."""
    assert not barriers.note(checkpoint("a/0", AT + 1), (9,))
    assert barriers.note(checkpoint("a/1", AT + 1), (9,))


def test_late_words_of_a_replaced_worker(barriers: Barriers) -> None:
    """The same place again is no news: what was seen since must not change what was said at the checkpoint."""
    assert not barriers.note(checkpoint("a/0"), (7,))
    assert not barriers.note(checkpoint("a/1"), (3,))


def test_asked_again(barriers: Barriers) -> None:
    """The office asks once more: from a later place each partition is heard again."""
    assert barriers.note(checkpoint("a/0"), (12,))
    assert not barriers.note(checkpoint("a/0"), (7,))


def test_who_says_no_place_is_heard(barriers: Barriers) -> None:
    """An older version's word counts as it comes."""
    assert barriers.note(checkpoint("a/0"), None)


def test_all_this_outlives_the_worker(barriers: Barriers) -> None:
    """Through a state record and back, nothing is news that was none."""
    after = Barriers(frozenset({"a/0", "a/1"}))
    after.load(msgspec.msgpack.decode(msgspec.msgpack.encode(barriers.dump())))
    assert not after.note(checkpoint("a/0"), (7,))
    assert after.note(checkpoint("a/0"), (8,))
