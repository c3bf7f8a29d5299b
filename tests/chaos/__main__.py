"""`python -m tests.chaos`: seeded runs with faults, each compared with the replay; prints a table."""

import argparse
import asyncio
import dataclasses
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.machine import describe
from tests.chaos.ground import ground
from tests.chaos.plan import SHORT, Kind, Plan, make_plan, short_plan
from tests.chaos.run import Report, run
from tests.chaos.table import line, sums, table
from tests.support.kafka_node import missing_tools


def main() -> None:
    """Run seeds, say how each went, and end with 1 if one failed."""
    wish = _arguments().parse_args()
    wish.runs = wish.runs or (SHORT if wish.short else 10)
    if missing := missing_tools():
        raise SystemExit(f"Apache Kafka needs {', '.join(missing)} on this machine")
    for name in ("aiokafka", "kafka"):  # clients that lose their broker on purpose
        logging.getLogger(name).setLevel(logging.CRITICAL)
    machine = describe()
    with tempfile.TemporaryDirectory(prefix="xuncha-chaos-") as folder:
        reports = asyncio.run(_runs(wish, Path(folder)))
    failed = [report for report in reports if not report.good]
    if wish.json:
        print(json.dumps({"machine": machine, "runs": [_plain(one) for one in reports]}, indent=2, ensure_ascii=False))
    else:
        print(f"\n{machine}\n{sums(reports)}\n\n{table(reports)}")
    for report in failed:
        print(f"seed {report.plan.seed} failed; again: {_command(report, wish)}", file=sys.stderr)
    raise SystemExit(1 if failed else 0)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=main.__doc__)
    parser.add_argument("--runs", type=int, help="how many seeds (10)")
    parser.add_argument("--seed", type=int, default=1, help="the first of them (1)")
    parser.add_argument("--only", type=Kind, choices=list(Kind), action="append", default=[], metavar="FAULT",
                        help=f"let nothing else go wrong; may be given again: {', '.join(Kind)}")  # fmt: skip
    parser.add_argument("--short", action="store_true", help=f"the {SHORT} plans in which every fault occurs once")
    parser.add_argument("--keep", type=Path, help="where to leave the logs of runs that failed")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def _plans(wish: argparse.Namespace) -> Iterator[Plan]:
    for seed in range(wish.seed, wish.seed + wish.runs):
        yield short_plan(seed % SHORT) if wish.short else make_plan(seed, wish.only)


async def _runs(wish: argparse.Namespace, folder: Path) -> list[Report]:
    reports = []
    plans = list(_plans(wish))
    async with ground(folder / "kafka") as served:
        for number, plan in enumerate(plans, start=1):
            own = folder / f"seed-{plan.seed}"
            own.mkdir()
            report = await run(plan, served, own)
            reports.append(report)
            print(f"{number}/{len(plans)} {line(report)}", file=sys.stderr, flush=True)
            for fault in [*report.hung, *report.verdict.faults]:
                print(f"    {fault}", file=sys.stderr, flush=True)
            if wish.keep and not report.good:
                shutil.copytree(own, wish.keep / own.name, dirs_exist_ok=True)
            shutil.rmtree(own)
    return reports


def _command(report: Report, wish: argparse.Namespace) -> str:
    only = " --short" if wish.short else "".join(f" --only {kind}" for kind in wish.only)
    return f'make chaos ARGS="--runs 1 --seed {report.plan.seed}{only} --keep logs"'


def _plain(report: Report) -> dict[str, Any]:
    return dataclasses.asdict(report)


if __name__ == "__main__":
    main()
