"""How a process is ended from outside: by SIGTERM, with status 143, from its first line to its last.

As long as nothing is under way that wants to be finished, it ends at once. Who has something to finish says how
(`gently`), and calls `end` when it is done. Only the standard library is imported, and little of it, so that
`ENDING.begin()` can be the first line of a process.
"""

import os
import signal
from collections.abc import Callable
from typing import NoReturn

#: 128 and the number of SIGTERM, as a shell tells it.
TERMINATED = 128 + signal.SIGTERM


class Ending:
    """What SIGTERM does to a process; `told` is whether it came."""

    def __init__(self, leave: Callable[[int], NoReturn] = os._exit) -> None:
        self.told = False
        self._leave = leave
        self._gently: Callable[[], bool] | None = None

    def begin(self) -> None:
        """Take SIGTERM from now on; to be called in the main thread, before all that takes time.

        Before Python has come so far, nobody but the kernel can answer. Who starts us may hold SIGTERM back until here.
        """
        signal.signal(signal.SIGTERM, lambda _number, _frame: self._tell())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def gently(self, finish: Callable[[], bool]) -> None:
        """From now on have `finish` called, again with each SIGTERM, instead of ending at once.

        It is called between any two steps of the main thread, so it should only pass the word on. If it returns False
        there is nothing left to be finished.
        """
        self._gently = finish

    def _tell(self) -> None:
        self.told = True
        if self._gently is None or not self._gently():
            self._leave(TERMINATED)

    def end(self) -> None:
        """End here, if SIGTERM wanted that.

        Not by SystemExit: while Python takes itself apart it forgets the handler, and to be asked once more would then
        be to die of a signal.
        """
        if self.told:
            self._leave(TERMINATED)

    def status(self, otherwise: int) -> int:
        """The exit status of a process that has to end: who was told to end says so, whatever went wrong over it."""
        return TERMINATED if self.told else otherwise


#: This process's own.
ENDING = Ending()
