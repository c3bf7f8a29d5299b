"""Records that Faust passed over and that nothing follows: they are fetched again.

What comes after a record that was passed over shows the gap (`streams.log.source`). Behind a partition's last record
nothing comes, perhaps for days; so the broker's end is compared with what was handled.
"""

from collections.abc import Mapping
from typing import Any

import faust
import structlog
from faust.types import TP

from streams.app import ownership_of

log = structlog.get_logger(__name__)

#: Between two looks (seconds). What two of them find at the same place is not under way.
LOOK_SECONDS = 5.0


class Stragglers:
    """Looks after the partitions that a worker owns."""

    def __init__(self, app: faust.App) -> None:
        self._app, self._ownership = app, ownership_of(app)
        self._before: Mapping[TP, int] = {}

    async def look(self) -> None:
        """Fetch again from where a partition has stood since the last look, if there is more in it."""
        consumer: Any = self._app.consumer
        behind = {tp: at for tp in self._ownership.owned if (at := self._handled(tp)) < (consumer.highwater(tp) or 0)}
        for tp, at in behind.items():
            if self._before.get(tp) == at and not self._ownership.busy:
                log.warning("fetched again what was passed over", topic=tp.topic, partition=tp.partition, at=at)
                await consumer.seek(tp, at)
        self._before = behind

    def _handled(self, tp: TP) -> int:
        """The offset that comes next: behind what was handled, else behind what the group has acknowledged."""
        consumer: Any = self._app.consumer
        committed = consumer._committed_offset.get(tp)  # noqa: SLF001  # Faust has no other way to ask without the broker
        return self._ownership.handled.get(tp, committed or 0)
