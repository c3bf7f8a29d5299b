"""Stopping a command that has something to finish: Ctrl-C and SIGTERM, each with the status that shells know for it."""

import asyncio
import signal
from collections.abc import Callable


class Signals:
    """Has `stop` called at each Ctrl-C and each SIGTERM from now on, as long as the running loop lives."""

    def __init__(self, stop: Callable[[], object]) -> None:
        self._stop = stop
        self._newest: signal.Signals | None = None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._tell, number)

    def _tell(self, number: signal.Signals) -> None:
        self._newest = number
        self._stop()

    def end(self) -> None:
        """End here, if a signal came.

        Raises:
            SystemExit: one came; told again, also by the other one, the newest counts.

        """
        if self._newest is not None:
            raise SystemExit(128 + self._newest)
