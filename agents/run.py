"""Running a worker as a process: topics first, then Faust with our logging and an honest exit status."""

from collections.abc import Callable
from typing import NoReturn

import faust

from agents.context import Context
from agents.worker import Worker
from streams.admin import ensure_topics
from streams.settings import Settings


def run_worker(settings: Settings, now: Callable[[], int]) -> NoReturn:
    """Create missing topics and run a worker until it is stopped.

    Raises:
        BrokerError: the broker can't be reached.
        PackError: the rule pack can't be used.

    """
    ensure_topics(settings.kafka, settings.topics)
    worker = Worker(Context(settings, now))
    runner = faust.Worker(worker.app, loglevel="WARNING", override_logging=False, quiet=True)
    runner.spinner = None  # it writes into our output
    runner.execute_from_commandline()
    raise SystemExit(0)
