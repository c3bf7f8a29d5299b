"""Several runs side by side: each job is a process with a broker of its own and takes the next plan when it is free."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.job import PLAN
from tests.chaos.notes import read_report
from tests.chaos.plan import Plan
from tests.chaos.run import Report

#: Of one report on its way; a run that hung brings the last words of all its workers along.
_LONGEST_LINE = 64 * 1024 * 1024

Told = Callable[[Report], None]


class JobEnded(Exception):
    """A job ended in the middle of a run; what it said on standard error says why."""


@dataclass(frozen=True)
class Series:
    """How plans are run: so many at once; `keep` takes the logs of what failed, `beside` is another version."""

    jobs: int
    folder: Path
    keep: Path | None
    beside: Path | None


async def run_all(plans: Sequence[Plan], series: Series, told: Told) -> None:
    """Run plans, and tell each report as soon as it is there.

    Raises:
        JobEnded: the harness itself failed.

    """
    waiting = iter(plans)
    async with asyncio.TaskGroup() as group:
        for number in range(min(series.jobs, len(plans))):
            group.create_task(_job(series, number, waiting, told))


async def _job(series: Series, number: int, waiting: Iterator[Plan], told: Told) -> None:
    words = [str(series.folder / f"job-{number}"), *(str(one or "") for one in (series.keep, series.beside))]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos.job", *words, stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE
    )
    try:
        for plan in waiting:
            told(await _one(process, plan))
    finally:
        await _ended(process)


async def _one(process: Process, plan: Plan) -> Report:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a job is spoken to by pipes")
    process.stdin.write(PLAN.dump_json(plan) + b"\n")
    await process.stdin.drain()
    line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        raise JobEnded(f"the job of seed {plan.seed} ended with status {await process.wait()}")
    return read_report(line)


async def _ended(process: Process) -> None:
    """Its input ends, so it stops its broker and ends."""
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()
