"""Barriers: a checkpoint counts once it has come from every partition upstream.

Who asks for it again does so at a later place of the log, and is heard again. What a replaced worker said, and what was
said twice, is of a place that is known, and is passed over: by now the answer could be another.
"""

from typing import Any

from schemas.control import CONTROL
from streams.log.order import Order


class Barriers:
    """Which origins have reached which checkpoint."""

    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = origins
        self._arrived: dict[str, dict[str, Order]] = {}

    def note(self, event: Any, order: Order | None) -> bool:
        """Note a checkpoint's arrival; whether it is news, and all origins have reached it."""
        arrived = self._arrived.setdefault(f"{event.data.period}@{event.data.at.isoformat()}", {})
        known = arrived.get(event.data.origin)
        if known is not None and order is not None and order <= known:
            return False
        arrived[event.data.origin] = order or ()
        return self._origins <= arrived.keys()

    def arrive(self, value: bytes, order: Order | None) -> Any | None:
        """Note a checkpoint's record; the event, each time one is news when all origins have arrived."""
        event = CONTROL.validate_json(value)
        return event if self.note(event, order) else None

    def dump(self) -> dict[str, dict[str, Order]]:
        """For the state record."""
        return self._arrived

    def load(self, record: dict[str, dict[str, list[int]]]) -> None:
        """From the state record."""
        self._arrived = {
            key: {origin: tuple(order) for origin, order in arrived.items()} for key, arrived in record.items()
        }
