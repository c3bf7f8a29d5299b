"""Chance that is the same on every machine, every day: seeded, and one stream for each purpose."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of chance named by its parts, so that a change in one subject's behaviour leaves all others as they are.

    Only `Random.random` is used: Python promises that it stays the same from version to version.
    """

    def __init__(self, *names: object) -> None:
        self._random = Random("\x1f".join(map(str, names))).random  # noqa: S311 (nothing secret: a reconstruction)

    def falls(self, share: float) -> bool:
        """True in so many of 1."""
        return self._random() < share

    def between(self, bounds: tuple[float, float]) -> float:
        """Evenly between two bounds."""
        least, most = bounds
        return least + (most - least) * self._random()

    def whole(self, bounds: tuple[float, float]) -> int:
        """A whole number between two bounds, the upper one excluded."""
        return int(self.between(bounds))

    def pick(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[int(self._random() * len(choices))]
