"""Running a worker as a process: topics first, then Faust with our logging and an honest exit status.

Faust ends with 0 after SIGTERM if all went well, and with 1 if anything fails while it stops; and asyncio takes its
handlers away with the loop. So SIGTERM stays ours (`streams.ending`), and Faust is only asked to stop.
"""

import gc
import signal
from collections.abc import Callable
from typing import NoReturn

import faust
import structlog

from agents.context import FATAL_STATUS, Context
from agents.overdue import LOOK_SECONDS, Overdue
from agents.watch import watch
from agents.worker import Worker
from streams.admin import ensure_topics
from streams.ending import ENDING
from streams.settings import Settings

log = structlog.get_logger(__name__)

#: New objects between two collections of the youngest, and how many of those make one of the next older generation.
#: What a batch makes is freed by reference counts; Python's own 700 would have the collector look for cycles that
#: aren't there hundreds of times a second, among all that is remembered.
COLLECT_AFTER = (50_000, 20, 20)

#: The exit status after Ctrl-C: 128 and the number of SIGINT, as a shell tells it.
INTERRUPTED = 128 + signal.SIGINT


def run_worker(settings: Settings, now: Callable[[], int]) -> NoReturn:
    """Create missing topics and run a worker until it is stopped.

    Raises:
        BrokerError: the broker can't be reached.
        PackError: the rule pack can't be used.

    """
    ensure_topics(settings.kafka, settings.topics)
    worker = Worker(Context(settings, now))
    _spare_the_collector()
    runner = Runner(worker.app, loglevel="WARNING", override_logging=False, quiet=True)
    runner.spinner = None  # it writes into our output
    log.info("worker begins", kafka=settings.kafka, group=settings.group)
    worker.patience.start()
    watch("ending", Overdue(lambda: ENDING.told).look, LOOK_SECONDS, worker.context.fatal)
    try:
        runner.execute_from_commandline()
    except SystemExit as ended:
        if runner.interrupted:
            raise SystemExit(INTERRUPTED) from None
        if ended.code:
            _say_why(worker.app.crash_reason or runner.crash_reason)
            raise SystemExit(FATAL_STATUS) from None
        raise
    finally:
        ENDING.end()
    raise SystemExit(0)


def _say_why(error: BaseException | None) -> None:
    """Faust went down by itself, as where the broker dies before anything was asked of it."""
    log.critical("worker ends", error=str(error), kind=type(error).__name__)


class Runner(faust.Worker):
    """Faust's runner, which SIGTERM asks to stop; `interrupted` is whether Ctrl-C did."""

    interrupted: bool = False

    def install_signal_handlers(self) -> None:
        """Take Ctrl-C as Faust does; SIGTERM comes through us. Called when the loop runs and nothing is started yet."""
        self.loop.add_signal_handler(signal.SIGINT, self._interrupt)
        ENDING.gently(self._pass_on)

    def _interrupt(self) -> None:
        self.interrupted = True
        self._on_sigint()

    def _pass_on(self) -> bool:
        if self.loop.is_closed():
            return False
        self.loop.call_soon_threadsafe(self._on_sigterm)
        return True


def _spare_the_collector() -> None:
    """Let what was made at the start stay, and look for cycles seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
