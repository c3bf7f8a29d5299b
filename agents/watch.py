"""Watching over the worker from a thread of its own, which goes on where the event loop is busy or waits for ever."""

import threading
import time
from collections.abc import Callable

from agents.keep import Fatal
from schemas.errors import OperationError


def watch(name: str, look: Callable[[], None], every_seconds: float, fatal: Fatal) -> None:
    """Call `look` again and again; what it raises ends the worker."""

    def run() -> None:
        while True:
            time.sleep(every_seconds)
            try:
                look()
            except OperationError as error:
                fatal(error)

    threading.Thread(target=run, name=name, daemon=True).start()
