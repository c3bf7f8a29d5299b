"""The order of writing, in every interleaving of a few records, deaths and zombies."""

from itertools import permutations

import pytest

from tests.models.writing import COMMIT, RIGHT, SAY, STATE, faults


def test_nothing_is_lost_and_nothing_has_two_ids() -> None:
    """Say, then write the state, then commit: whoever dies between any two steps, or comes back from the dead."""
    wrong, states = faults(records=2, most_deaths=2)
    assert wrong == set()
    assert states > 300  # it did try


@pytest.mark.parametrize("order", [one for one in permutations(RIGHT) if one != RIGHT])
def test_every_other_order_loses_something(order: tuple[str, ...]) -> None:
    """Were it written in any other order, some death would lose something, or leave a record with two ids."""
    wrong, _ = faults(records=2, order=order)
    assert wrong


def test_what_each_order_would_lose() -> None:
    """State first passes over what nobody was told; the commit first forgets what nobody folded."""
    assert "lost: passed over for ever, and never said" in faults(2, (STATE, SAY, COMMIT))[0]
    assert "lost: committed, and in no state" in faults(2, (SAY, COMMIT, STATE))[0]
    assert "lost: committed, and never said" in faults(2, (COMMIT, SAY, STATE))[0]
