"""`xuncha worker`: one worker against the broker of XUNCHA_KAFKA."""

import time

import cyclopts


def register(app: cyclopts.App) -> None:
    """Add the command."""
    app.command(worker)


def worker() -> None:
    """Run one worker until it is stopped; workers of one group share the partitions.

    Settings come from the environment: XUNCHA_KAFKA, XUNCHA_PACK, XUNCHA_INSTANCE and the others of
    docs/reference/settings.md.

    For example: `XUNCHA_KAFKA=broker:9092 XUNCHA_INSTANCE=worker-1 xuncha worker`

    """
    from agents.run import run_worker  # Faust takes a second to import; `--help` needs none of it
    from console.environment import own_settings
    from console.logs import log_to

    settings = own_settings()
    log_to(settings.log_file, level=settings.log_level)
    run_worker(settings, now=lambda: time.time_ns() // 1_000_000)
