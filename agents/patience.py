"""Patience: a worker whose group gives it nothing for too long ends, so that somebody notices.

Faust waits for ever for a broker that answers no more while the group is joined, and starts none of its background
tasks meanwhile (#176, #597); so this is a thread of its own. Reading state has a patience of its own
(`streams.broker.watermark`).
"""

import time
from collections.abc import Callable

from agents.keep import Fatal
from agents.watch import watch
from schemas.errors import RecoveryStalled

LOOK_SECONDS = 0.25


class Patience:
    """Looks whether a worker has its partitions.

    Args:
        limit_seconds: how long it may be without.
        settled: whether it has them (none is an answer too).
        fatal: ends the worker.
        clock: monotonic seconds.

    """

    def __init__(
        self,
        limit_seconds: float,
        settled: Callable[[], bool],
        fatal: Fatal,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit, self._settled, self._fatal, self._clock = limit_seconds, settled, fatal, clock
        self._since = clock()

    def start(self) -> None:
        """Begin to look."""
        self._since = self._clock()
        watch("patience", self.look, LOOK_SECONDS, self._fatal)

    def look(self) -> None:
        """Raise if the worker has been without partitions for too long.

        Raises:
            RecoveryStalled: it has.

        """
        now = self._clock()
        if self._settled():
            self._since = now
        elif now - self._since > self._limit:
            raise RecoveryStalled(
                f"no partitions were given to this worker for {self._limit:g} s: check that the broker answers and "
                "that its group is not rebalancing for ever, then start it again"
            )
