"""The census: how many marks of each rule are in which state, counted as they change and never by looking at all."""

from collections.abc import Iterable
from typing import Any

from schemas.words import State
from streams.core.marks import Form, Mark, form_of


class Census:
    """Counts by (rule, form of its marks), of all subjects of a fold, awake or asleep."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, Form], int] = {}

    def note(self, rule: str, mark: Mark) -> None:
        """Count a mark as it is now, and no longer as it was counted before."""
        before, now = mark.counted, mark.form
        if before is now:
            return
        if before is not None:
            self._counts[(rule, before)] -= 1
        self._counts[(rule, now)] = self._counts.get((rule, now), 0) + 1
        mark.counted = now

    def judgements(self) -> dict[tuple[str, State], int]:
        """How many judgements of each rule are in each state."""
        found: dict[tuple[str, State], int] = {}
        for (rule, (state, _)), count in self._counts.items():
            if count:
                found[(rule, state)] = found.get((rule, state), 0) + count
        return found

    def episodes(self) -> dict[str, int]:
        """How many episodes of each rule are open."""
        found: dict[str, int] = {}
        for (rule, (_, opened)), count in self._counts.items():
            if opened and count:
                found[rule] = found.get(rule, 0) + count
        return found

    def dump(self) -> list[list[Any]]:
        """Plain lists for the state record."""
        return [[rule, state.value, opened, count] for (rule, (state, opened)), count in self._counts.items() if count]

    def load(self, record: Iterable[list[Any]]) -> None:
        """Take over what was dumped."""
        self._counts = {(rule, form_of(State(state), opened)): count for rule, state, opened, count in record}
