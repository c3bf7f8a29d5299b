"""`python -m tests.chaos.job FOLDER KEEP BESIDE` (the last two may be empty): plans in, reports out, a line each.

One of several that run side by side; each has a broker and doors of its own, so that no run can touch another. It ends
when its standard input does, also because whoever started it is gone.
"""

import asyncio
import logging
import shutil
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import TypeAdapter

from tests.chaos.embedded import run_embedded
from tests.chaos.ground import Ground, ground
from tests.chaos.notes import plain
from tests.chaos.plan import Plan
from tests.chaos.run import Report, run

PLAN = TypeAdapter(Plan)


async def _serve(folder: Path, keep: Path | None, beside: Path | None) -> None:
    served: Ground | None = None
    async with AsyncExitStack() as stack:
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            plan = PLAN.validate_json(line)
            if served is None and not plan.embedded:
                served = await stack.enter_async_context(ground(folder, beside))
            report = await _one(plan, served, folder, keep)
            sys.stdout.buffer.write(plain(report) + b"\n")
            sys.stdout.buffer.flush()


async def _one(plan: Plan, served: Ground | None, folder: Path, keep: Path | None) -> Report:
    own = folder / f"seed-{plan.seed}"
    own.mkdir()
    report = await (run_embedded(plan, own) if served is None else run(plan, served, own))
    if keep is not None and not report.good:
        shutil.copytree(own, keep / own.name, dirs_exist_ok=True)
    shutil.rmtree(own)
    return report


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is mounted is taken away again
    for name in ("aiokafka", "kafka"):  # clients that lose their broker on purpose
        logging.getLogger(name).setLevel(logging.CRITICAL)
    folder, keep, beside = (Path(word) if word else None for word in sys.argv[1:])
    if folder is None:
        raise SystemExit("a job needs a folder")
    folder.mkdir()
    asyncio.run(_serve(folder, keep, beside))


if __name__ == "__main__":
    main()
