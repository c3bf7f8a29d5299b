"""`python -m tests.bench.peers`: all racers side by side; prints a table, writes the figures; 1 if alerts differ."""

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.machine import describe
from tests.bench.on_kafka import kafka, keep, settings_of
from tests.bench.peers.race import Plan, Result, race
from tests.bench.peers.racers import KSTREAMS, RACERS, ROOT, VENV, Racer
from tests.bench.peers.table import table
from tests.bench.peers.workload import Size
from tests.bench.racers import FAST

SINGLES, BATCHES = "singles", "batches"
OUT = ROOT / "build" / "bench" / "peers.json"


def main() -> None:
    """Measure, print, write down."""
    wish = _arguments().parse_args()
    machine, began = describe(), time.perf_counter()
    with kafka() as (bootstrap, folder):
        results = asyncio.run(_measure(bootstrap, wish, folder))
    took = round(time.perf_counter() - began)
    report = {
        "machine": machine,
        "broker": "Apache Kafka",
        "settings": settings_of(wish),
        "seconds": took,
        "results": results,
    }
    keep(report, wish.out)
    print(table(report))
    print(f"\n{took} s in all; figures in {wish.out}")
    sys.exit(any("failed" in one or one["missing"] or one["extra"] for one in results))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=main.__doc__)
    parser.add_argument("--only", choices=sorted(RACERS), action="append", help="measure one; may be said again")
    parser.add_argument("--form", choices=(SINGLES, BATCHES), help="measure one of the two forms")
    parser.add_argument("--repeats", type=int, default=3, help="runs; the median is printed")
    parser.add_argument("--warm-up", type=int, default=30_000, help="observations before the first run")
    parser.add_argument("--slow", type=int, default=40_000, help="observations of a run of who is slow")
    parser.add_argument("--fast", type=int, default=200_000, help="observations of a run of the others")
    parser.add_argument("--batch", type=int, default=200, help="events a record in batches")
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--sites", type=int, default=300)
    parser.add_argument("--accounts", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT, help="the file for the figures (JSON)")
    return parser


async def _measure(bootstrap: str, wish: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    results = []
    for form in [wish.form] if wish.form else [SINGLES, BATCHES]:
        for name, make in RACERS.items():
            if wish.only and name not in wish.only:
                continue
            racer = make(bootstrap, form, wish.partitions, folder / f"{name}-{form}")
            if why := _absent(name, form):
                _say(f"{racer.name}, {form}: left out: {why}")
                continue
            _say(f"{racer.name}, {form}: starting")
            results.append(await _result(bootstrap, racer, _plan(wish, racer, form), form))
    return results


async def _result(bootstrap: str, racer: Racer, plan: Plan, form: str) -> dict[str, Any]:
    """The figures of one racer; one that fails does not take the others along."""
    try:
        return _summary(racer, form, await race(bootstrap, racer, plan, _say))
    except (RuntimeError, TimeoutError) as error:
        _say(f"  {racer.name}: {error}")
        return {"system": racer.name, "form": form, "failed": str(error)}


def _absent(name: str, form: str) -> str:
    """Why one is left out; empty if it isn't."""
    if name == "quix" and form == BATCHES:
        return "its state belongs to the key of a record, and a batch has none"
    needs = {"quix": VENV, "bytewax": VENV, "kafka-streams": KSTREAMS / "classes"}.get(name)
    if name.endswith("compiled"):
        needs = FAST
    return "" if needs is None or needs.exists() else f"{needs} is not there"


def _plan(wish: argparse.Namespace, racer: Racer, form: str) -> Plan:
    size = Size(wish.sites, wish.accounts, wish.partitions)
    count = wish.fast if racer.fast else wish.slow
    return Plan(size, wish.seed, wish.warm_up, count, wish.repeats, 1 if form == SINGLES else wish.batch)


def _summary(racer: Racer, form: str, result: Result) -> dict[str, Any]:
    laps = result.laps
    for one in [*result.missing[:3], *result.extra[:3]]:
        _say(f"  {racer.name}: {'missing' if one in result.missing else 'too much'}: {one}")
    return {
        "system": racer.name, "form": form, "observations": laps[0].observations, "promises": racer.promises,
        "state": racer.state, "rate": round(statistics.median(lap.rate for lap in laps)),
        "rates": [round(lap.rate) for lap in laps], "peak_mb": round(result.peak_mb),
        "cpu_seconds_per_million": round(statistics.median(lap.cpu_per_million for lap in laps), 1),
        "same_rule": racer.judges, "alerts": result.expected, "missing": len(result.missing),
        "extra": len(result.extra),
    }  # fmt: skip


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
