"""`python -m tests.chaos`: seeded runs with faults, each compared with the replay; prints a table."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from tests.chaos.faults import missing_for
from tests.chaos.jobs import Series, run_all
from tests.chaos.notes import Head, Notes, head_of, read_notes
from tests.chaos.plan import SHORT, Kind, Plan, make_embedded_plan, make_plan, short_plan
from tests.chaos.run import Report
from tests.chaos.table import line, sums, table


def main() -> None:
    """Run seeds, say how each went, and end with 1 if one failed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is mounted is taken away again
    wish = _arguments().parse_args()
    wish.runs = wish.runs or (SHORT if wish.short else 10)
    if wish.table:
        _show(*read_notes(wish.table), wish)
        return
    plans = list(_plans(wish))
    if missing := missing_for(plans):
        raise SystemExit(f"this needs {', '.join(missing)} on this machine (--only FAULT leaves the others out)")
    head = head_of(_asked(wish))
    notes = Notes(wish.out, head, resume=wish.resume)
    with tempfile.TemporaryDirectory(prefix="xuncha-chaos-") as folder:
        asyncio.run(_runs(wish, plans, Path(folder), notes))
    _show(head, list(notes.in_order), wish)
    raise SystemExit(1 if any(not report.good for report in notes.reports) else 0)


def _show(head: Head, reports: list[Report], wish: argparse.Namespace) -> None:
    """All runs as a table, or as JSON; those that failed with the command that shows them again."""
    if wish.json:
        print(TypeAdapter(tuple[Head, list[Report]]).dump_json((head, reports), indent=2).decode())
    else:
        print(f"\n{head.machine}, code {head.code}\n{sums(reports)}\n\n{table(reports)}")
    for report in reports:
        if not report.good:
            print(f"seed {report.plan.seed} failed; again: {_command(report, wish)}", file=sys.stderr)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=main.__doc__)
    parser.add_argument("--runs", type=int, help="how many seeds (10)")
    parser.add_argument("--seed", type=int, default=1, help="the first of them (1)")
    parser.add_argument("--only", type=Kind, choices=list(Kind), action="append", default=[], metavar="FAULT",
                        help=f"let nothing else go wrong; may be given again: {', '.join(Kind)}")  # fmt: skip
    parser.add_argument("--short", action="store_true", help=f"the {SHORT} plans in which every fault occurs once")
    parser.add_argument("--embedded", action="store_true", help="`xuncha up` and its journal instead of Apache Kafka")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once, each with a broker of its own (1)")
    parser.add_argument("--out", type=Path, help="a file to keep the reports in, a line each")
    parser.add_argument("--resume", action="store_true", help="go on with that file: run what it has no report of")
    parser.add_argument("--table", type=Path, metavar="FILE", help="print the table of such a file and run nothing")
    parser.add_argument("--beside", type=_folder, metavar="FOLDER",
                        help="the other version of `upgrade` (these sources under another number)")  # fmt: skip
    parser.add_argument("--keep", type=_folder, help="where to leave the logs of runs that failed")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def _folder(text: str) -> Path:
    return Path(text).resolve()


def _plans(wish: argparse.Namespace) -> Iterator[Plan]:
    for seed in range(wish.seed, wish.seed + wish.runs):
        if wish.short:
            yield short_plan(seed % SHORT)
        else:
            yield (make_embedded_plan if wish.embedded else make_plan)(seed, wish.only)


async def _runs(wish: argparse.Namespace, plans: Sequence[Plan], folder: Path, notes: Notes) -> None:
    began = time.monotonic()

    def told(report: Report) -> None:
        notes.add(report)
        done, minutes = len(notes.reports), (time.monotonic() - began) / 60
        print(f"{done}/{wish.runs} {minutes:.0f} min {line(report)}", file=sys.stderr, flush=True)
        for fault in [*report.hung, *report.verdict.faults]:
            print(f"    {fault}", file=sys.stderr, flush=True)

    await run_all(notes.left(plans), Series(wish.jobs, folder, wish.keep, wish.beside), told)


def _asked(wish: argparse.Namespace) -> str:
    """What of the wish changes what is run."""
    form = "short" if wish.short else "embedded" if wish.embedded else "drawn"
    beside = [f"--beside {wish.beside.name}"] if wish.beside else []
    return " ".join([form, *(f"--only {kind}" for kind in wish.only), *beside])


def _command(report: Report, wish: argparse.Namespace) -> str:
    only = " --short" if wish.short else "".join(f" --only {kind}" for kind in wish.only)
    beside = f" --beside {wish.beside}" if wish.beside else ""
    only += " --embedded" if wish.embedded else ""
    return f'make chaos ARGS="--runs 1 --seed {report.plan.seed}{only}{beside} --keep logs"'


if __name__ == "__main__":
    main()
