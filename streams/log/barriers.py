"""Barriers: a checkpoint counts once it has come from every partition upstream."""

from typing import Any

from schemas.control import CONTROL


class Barriers:
    """Which origins have reached which checkpoint."""

    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = origins
        self._arrived: dict[str, list[str]] = {}

    def note(self, event: Any) -> bool:
        """Note a checkpoint's arrival; whether all origins have reached it."""
        arrived = self._arrived.setdefault(f"{event.data.period}@{event.data.at.isoformat()}", [])
        if event.data.origin not in arrived:
            arrived.append(event.data.origin)
        return self._origins <= set(arrived)

    def arrive(self, value: bytes) -> Any | None:
        """Note a checkpoint's record; the event, each time one comes when all origins have arrived."""
        event = CONTROL.validate_json(value)
        return event if self.note(event) else None

    def dump(self) -> dict[str, list[str]]:
        """For the state record."""
        return self._arrived

    def load(self, record: dict[str, list[str]]) -> None:
        """From the state record."""
        self._arrived = record
