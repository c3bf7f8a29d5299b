"""A worker that hangs is found out; one that is slow, because of the machine or of a fault, is not."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.chaos.fleet import BEGIN_SECONDS, HUNG_SECONDS, Fleet


@pytest.fixture
def fleet() -> Fleet:
    """Nobody runs in it yet."""
    nothing: Any = SimpleNamespace(workers=[])
    return Fleet(nothing, [], static=False)


def unready(*said: str) -> Any:
    """A worker that runs, is not ready and has said this."""
    return SimpleNamespace(name="w", said=lambda text: [text] if text in said else [])


def test_never_ready(fleet: Fleet) -> None:
    """One that began and is not ready for so long hangs."""
    worker = unready("worker begins")
    assert not fleet._hangs(worker, 0.0)
    assert not fleet._hangs(worker, HUNG_SECONDS)
    assert fleet._hangs(worker, HUNG_SECONDS + 1)


def test_never_begun(fleet: Fleet) -> None:
    """One that has not even begun has longer, and not for ever."""
    assert not fleet._hangs(unready(), 0.0)
    assert not fleet._hangs(unready(), HUNG_SECONDS + 1)
    assert fleet._hangs(unready(), BEGIN_SECONDS + 1)


def test_its_patience_counts_from_its_beginning(fleet: Fleet) -> None:
    """What Python's start took on a busy machine is not the worker's."""
    assert not fleet._hangs(unready(), 0.0)
    assert not fleet._hangs(unready("worker begins"), HUNG_SECONDS)
    assert not fleet._hangs(unready("worker begins"), 2 * HUNG_SECONDS)
    assert fleet._hangs(unready("worker begins"), 2 * HUNG_SECONDS + 1)


def test_a_fault_that_is_over(fleet: Fleet) -> None:
    """A worker that was cut off begins to be measured when it no longer is."""
    worker = unready("worker begins")
    fleet.running.append(worker)
    assert not fleet._hangs(worker, 0.0)
    fleet.undisturbed()
    assert not fleet._hangs(worker, HUNG_SECONDS + 1)
    assert fleet._hangs(worker, 2 * HUNG_SECONDS + 2)
