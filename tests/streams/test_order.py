"""Which record of a key is the newest in a compacted topic, whatever came last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.log.order import HEADER, Newest, Order, Turn, order_of, ordered

KEY = b"2024Q1/unit/u"


class Topic:
    """Records of one partition as they come, and what is made of each."""

    def __init__(self, remembered: int = 100) -> None:
        self.newest = Newest(remembered)
        self.end = 0

    def says(self, *orders: Order | None, key: bytes = KEY) -> list[Turn]:
        """The turns of records of a key, one after the other."""
        turns = []
        for order in orders:
            turns.append(self.newest.take(key, order, self.end))
            self.end += 1
        return turns

    @property
    def hidden(self) -> dict[bytes, int]:
        """Keys that have an older record last, and where their newest lies."""
        return self.newest.hidden


def test_records_in_their_order() -> None:
    """Each is newer than the one before, and nothing is hidden."""
    topic = Topic()
    assert topic.says((7,), (9,), (12,)) == [Turn.FIRST, Turn.NEWER, Turn.NEWER]
    assert topic.hidden == {}


def test_late_words_of_a_replaced_worker() -> None:
    """What comes behind a newer record hides it; the place of the newer one is known."""
    topic = Topic()
    assert topic.says((7,), (12,), (9,)) == [Turn.FIRST, Turn.NEWER, Turn.LATE]
    assert topic.hidden == {KEY: 1}


def test_late_words_one_after_the_other() -> None:
    """However many come late, it is the newest of all that is hidden."""
    topic = Topic()
    topic.says((12,), (9,), (10,), (11,))
    assert topic.hidden == {KEY: 0}


def test_said_again() -> None:
    """The newest once more, by whomever, and it is no longer hidden; what comes late then hides it at its new place."""
    topic = Topic()
    assert topic.says((12,), (9,), (12,)) == [Turn.FIRST, Turn.LATE, Turn.AGAIN]
    assert topic.hidden == {}
    topic.says((10,))
    assert topic.hidden == {KEY: 2}


def test_the_worker_that_took_over_goes_on() -> None:
    """It writes again, in other batches, what was written behind its state; with what is newer all is right."""
    topic = Topic()
    assert topic.says((10,), (20,), (15,), (30,)) == [Turn.FIRST, Turn.NEWER, Turn.LATE, Turn.NEWER]
    assert topic.hidden == {}


def test_keys_have_nothing_to_do_with_each_other() -> None:
    """An older record of one key hides none of another."""
    topic = Topic()
    topic.says((12,))
    assert topic.says((9,), key=b"other") == [Turn.FIRST]
    assert topic.hidden == {}


def test_orders_of_two_numbers() -> None:
    """First the record's place, then the number of what came of it; numbers, not digits, are compared."""
    topic = Topic()
    assert topic.says((7, 0), (7, 1), (10, 0)) == [Turn.FIRST, Turn.NEWER, Turn.NEWER]
    assert topic.says((9, 5)) == [Turn.LATE]


def test_who_says_no_order_has_his_way() -> None:
    """An operator who removes a key by hand, or a worker of an older version, counts as it comes, and is not undone."""
    topic = Topic()
    assert topic.says((12,), None) == [Turn.FIRST, Turn.UNORDERED]
    assert topic.says((9,)) == [Turn.FIRST]
    assert topic.hidden == {}


def test_memory_has_an_end() -> None:
    """So many keys are remembered, those written last; one that is written again stays."""
    topic = Topic(remembered=2)
    topic.says((5,), key=b"a")
    topic.says((5,), key=b"b")
    topic.says((6,), key=b"a")
    topic.says((5,), key=b"c")
    assert topic.says((4,), key=b"a") == [Turn.LATE]
    assert topic.says((4,), key=b"b") == [Turn.FIRST]


@pytest.mark.parametrize("order", [(0,), (12,), (7, 0), (2**40, 3)])
def test_a_header_says_the_order(order: Order) -> None:
    """It is read as it was written, among others' headers."""
    assert order_of([("other", b"1"), *ordered(*order)]) == order


@pytest.mark.parametrize("value", [b"", b"x", b"1.", b"-1", b"1.x", "١".encode()])
def test_a_header_that_says_no_order(value: bytes) -> None:
    """Somebody else's idea of the header is as none at all."""
    assert order_of([(HEADER, value)]) is None
    assert order_of([]) is None


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b"]), st.tuples(st.integers(0, 5))), max_size=30))
def test_hidden_is_what_is_not_last(records: list[tuple[bytes, Order]]) -> None:
    """Whatever comes in whatever order: hidden are just the keys whose last record is not of their greatest order."""
    topic = Topic()
    for key, order in records:
        topic.says(order, key=key)
    orders = {key: [order for one, order in records if one == key] for key, _ in records}
    assert topic.hidden.keys() == {key for key, said in orders.items() if said[-1] != max(said)}
    assert all(records[place] == (key, max(orders[key])) for key, place in topic.hidden.items())
