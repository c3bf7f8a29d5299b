"""`python -m tests.bench`: run the comparison and print it."""

import argparse
import asyncio
import json
import math
import statistics
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from streams.broker.embedded import EmbeddedBroker
from tests.bench.machine import describe
from tests.bench.measure import Plan, Race, race
from tests.bench.naive import BATCHES
from tests.bench.on_kafka import kafka
from tests.bench.racers import FAST, compiled, naive, xuncha
from tests.bench.workload import Size

SINGLES = "singles"
RACERS = {"naive": naive, "xuncha": xuncha, "xuncha, compiled": compiled}


def main() -> None:
    """Measure and print."""
    wish = _arguments().parse_args()
    machine = describe()
    with _broker(wish.broker) as bootstrap:
        results = asyncio.run(_measure(bootstrap, wish))
    report = {"machine": machine, "broker": wish.broker, "settings": vars(wish), "results": results}
    print(json.dumps(report, indent=2) if wish.json else _page(report))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    parser.add_argument("--broker", choices=("embedded", "kafka"), default="embedded")
    parser.add_argument("--only", choices=("naive", "xuncha"), help="measure one of the two; xuncha also compiled")
    parser.add_argument("--form", choices=(SINGLES, BATCHES), help="measure one of the two forms")
    parser.add_argument("--repeats", type=int, default=3, help="runs; the median is printed")
    parser.add_argument("--observations", type=int, default=40_000, help="a run of single events")
    parser.add_argument("--batched", type=int, default=200_000, help="observations of a run in batches")
    parser.add_argument("--warm-up", type=int, default=20_000, help="observations before the first run")
    parser.add_argument("--batch", type=int, default=200, help="events a record in batches")
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--sites", type=int, default=1_000, help="and as many accounts, and five columns each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


@contextmanager
def _broker(kind: str) -> Iterator[str]:
    if kind == "embedded":
        with EmbeddedBroker() as broker:
            yield broker.bootstrap
        return
    with kafka() as (bootstrap, _):
        yield bootstrap


async def _measure(bootstrap: str, wish: argparse.Namespace) -> list[dict[str, Any]]:
    results = []
    for form in (SINGLES, BATCHES):
        for name, make in RACERS.items():
            if wish.form in {None, form} and wish.only in {None, name.partition(",")[0]} and _is_there(name):
                racer, plan = make(bootstrap, form, wish.partitions), _plan(wish, form)
                _say(f"{racer.name}, {form}: starting")
                results.append(_result(name, form, plan, await race(bootstrap, racer, plan, _say)))
    return results


def _is_there(name: str) -> bool:
    """The compiled form only where `make fast` has laid it."""
    return RACERS[name] is not compiled or FAST.exists()


def _plan(wish: argparse.Namespace, form: str) -> Plan:
    size = Size(sites=wish.sites, accounts=wish.sites)
    count, batch = (wish.observations, 1) if form == SINGLES else (wish.batched, wish.batch)
    return Plan(size, wish.seed, wish.warm_up, count, wish.repeats, batch, wish.partitions)


def _result(name: str, form: str, plan: Plan, race: Race) -> dict[str, Any]:
    laps = race.laps
    per_million = _a_million(plan, [lap.cpu_seconds for lap in laps])
    main = _a_million(plan, [lap.main_seconds for lap in laps])
    rates = [lap.rate for lap in laps]
    return {
        "system": name, "form": form, "observations": plan.observations, "rates": [round(rate) for rate in rates],
        "rate": round(statistics.median(rates)), "cpu_seconds_per_million": per_million,
        "main_thread_seconds_per_million": main, "written": round(statistics.median(lap.written for lap in laps), 3),
        "alone_ms": round(statistics.median(race.alone_ms)), "alone_ms_95": round(_share(race.alone_ms, 0.95)),
    }  # fmt: skip


def _a_million(plan: Plan, times: Iterable[float | None]) -> float | None:
    """Processor seconds a million observations, the median of some runs."""
    known = [one for one in times if one is not None]
    return round(statistics.median(known) / plan.observations * 1_000_000, 1) if known else None


def _share(values: list[float], share: float) -> float:
    """The value that so large a share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _page(report: dict[str, Any]) -> str:
    repeats = report["settings"]["repeats"]
    lines = [report["machine"], f"broker: {report['broker']}; one worker; median of {repeats} runs", ""]
    lines += [f"{'':18}{'form':10}{'observations/s':>16}{'times naive':>14}{'CPU s a million':>18}{'main thread':>14}"]
    lines[-1] += f"{'written':>10}{'alone, 95 %':>20}"
    base = {one["form"]: one["rate"] for one in report["results"] if one["system"] == "naive"}
    for one in report["results"]:
        times = f"{one['rate'] / base[one['form']]:.1f}" if one["form"] in base else "–"
        cpu = one["cpu_seconds_per_million"]
        alone = f"{one['alone_ms']} ms, {one['alone_ms_95']} ms"
        main, written = one["main_thread_seconds_per_million"], one["written"]
        lines.append(
            f"{one['system']:18}{one['form']:10}{one['rate']:>16,}{times:>14}{cpu or '–':>18}{main or '–':>14}"
        )
        lines[-1] += f"{written:>10}{alone:>20}"
    return "\n".join(lines)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
