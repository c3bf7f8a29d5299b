"""An end that does not come: a worker that was told to end and can't stop in time is left."""

import time
from collections.abc import Callable

from schemas.errors import OperationError

#: How long a worker may take to end after SIGTERM (seconds): less than the 30 that Kubernetes waits before it kills.
#: What is cut off then was not acknowledged, and comes again to whoever takes over.
END_SECONDS = 25.0
LOOK_SECONDS = 0.25


class Overdue:
    """Looks whether a worker that was told to end has ended, which it has if nobody looks any more.

    Args:
        told: whether it was told to end.
        clock: monotonic seconds.

    """

    def __init__(self, told: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._told, self._clock = told, clock
        self._since: float | None = None

    def look(self) -> None:
        """Raise if the end takes too long.

        Raises:
            OperationError: it does.

        """
        if not self._told():
            return
        if self._since is None:
            self._since = self._clock()
        if self._clock() - self._since > END_SECONDS:
            raise OperationError(f"stopping took longer than {END_SECONDS:g} s; what was under way is done by others")
