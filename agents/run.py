"""Running a worker as a process: topics first, then Faust with our logging and an honest exit status."""

import gc
from collections.abc import Callable
from typing import NoReturn

import faust
import structlog

from agents.context import Context
from agents.worker import Worker
from streams.admin import ensure_topics
from streams.settings import Settings

log = structlog.get_logger(__name__)

#: New objects between two collections of the youngest, and how many of those make one of the next older generation.
#: What a batch makes is freed by reference counts; Python's own 700 would have the collector look for cycles that
#: aren't there hundreds of times a second, among all that is remembered.
COLLECT_AFTER = (50_000, 20, 20)


def run_worker(settings: Settings, now: Callable[[], int]) -> NoReturn:
    """Create missing topics and run a worker until it is stopped.

    Raises:
        BrokerError: the broker can't be reached.
        PackError: the rule pack can't be used.

    """
    ensure_topics(settings.kafka, settings.topics)
    worker = Worker(Context(settings, now))
    _spare_the_collector()
    runner = faust.Worker(worker.app, loglevel="WARNING", override_logging=False, quiet=True)
    runner.spinner = None  # it writes into our output
    log.info("worker begins", kafka=settings.kafka, group=settings.group)
    worker.patience.start()
    runner.execute_from_commandline()
    raise SystemExit(0)


def _spare_the_collector() -> None:
    """Let what was made at the start stay, and look for cycles seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
