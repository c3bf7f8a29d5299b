"""A worker that its group gives nothing ends in time, and only then (Faust waits for ever: #176, #597)."""

from collections.abc import Iterator
from typing import NoReturn

import pytest

from agents.patience import Patience
from schemas.errors import RecoveryStalled


def _never(error: BaseException) -> NoReturn:
    raise error


def patience(seconds: Iterator[float], settled: Iterator[bool]) -> Patience:
    """Ten seconds of it, with a clock and a group as the test says."""
    return Patience(10.0, lambda: next(settled), _never, lambda: next(seconds))


def test_ten_seconds_without_partitions_are_not_too_long() -> None:
    """The limit itself is allowed; the moment behind it is not."""
    looker = patience(iter([0.0, 10.0, 10.1]), iter([False, False]))
    looker.look()
    with pytest.raises(RecoveryStalled, match="no partitions were given to this worker for 10 s"):
        looker.look()


def test_each_rebalance_has_the_whole_limit() -> None:
    """What counts is the last moment at which it had its partitions."""
    looker = patience(iter([0.0, 9.0, 18.0, 19.1]), iter([True, False, False]))
    looker.look()
    looker.look()
    with pytest.raises(RecoveryStalled):
        looker.look()
