"""The pulse: a worker that was frozen for longer than its session ends before it writes another record.

A process that is stopped (SIGSTOP, a paused container, a stalled virtual machine) is taken for dead, and others own its
partitions. Awake again it knows nothing of it. Its transitions would carry the ids they have anyway, and its state the
positions that recovery decides by; but in a compacted topic its aggregates and alerts would stand behind newer ones,
until somebody had said these again (`streams.log.upholder`).
"""

import time
from collections.abc import Callable

from agents.keep import Fatal
from agents.watch import watch
from schemas.errors import Suspended

BEAT_SECONDS = 0.25


class Pulse:
    """Beats in a thread of its own, which a busy event loop does not hold up.

    Args:
        limit_seconds: a beat that is so late shows that the process was stopped; less than the session's timeout, since
            the last heartbeat that the broker saw may be older than the last beat.
        fatal: ends the worker.
        clock: monotonic seconds.

    """

    def __init__(self, limit_seconds: float, fatal: Fatal, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._fatal, self._clock = limit_seconds, fatal, clock
        self._beat = clock()
        self._started = False

    def start(self) -> None:
        """Begin to beat."""
        self._beat, self._started = self._clock(), True
        watch("pulse", self._check_and_beat, BEAT_SECONDS, self._fatal)

    def check(self) -> None:
        """Raise if this process was stopped; to be called before anything is written.

        Raises:
            Suspended: others own our partitions by now.

        """
        late = self._clock() - self._beat
        if self._started and late > self._limit:
            raise Suspended(
                f"this worker was stopped for {late:.1f} s, longer than its session lasts, and is taken for dead: "
                "start it again; what it had under way is done by others"
            )

    def _check_and_beat(self) -> None:
        self.check()
        self._beat = self._clock()
