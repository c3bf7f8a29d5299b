"""`python -m tests.bench.columns`: what a site costs by the number of its columns, in one process and without a broker.

One site for a quarter, seeded: every column has a rhythm of its own between a day and nine, is published up to an hour
before anybody sees it, and looked at once a week; the home page is probed once an hour, three of a thousand fail. Many
columns come near their limits or miss them, so the rules that count columns are near their limits as well: that is the
dear case. `--rhythm 4` lets no column be slower than four days, and nearly all of them are well.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from rules.calendar import load_calendar
from rules.loader import load_pack
from schemas.instants import DAY, HOUR, MINUTE, read_at, to_text
from schemas.observations import ONE
from streams.core.law import Law
from streams.core.quarters import quarter_of
from streams.replay import Replay
from tests.bench.machine import describe

_BEGIN = read_at("2024-01-01T00:00:00+08:00")
_END = read_at("2024-04-01T00:00:00+08:00") - 1
_SITE = "4299000001"
_FAILED = 0.003
Event = dict[str, Any]


def events(columns: int, rhythm: float, seed: int) -> list[Any]:
    """The quarter of a site with so many columns, in the order in which it was seen."""
    chance = random.Random(seed)
    seen = [*_registry(columns), *_probes(chance)]
    for number in range(columns):
        seen.extend(_column(f"{_SITE}/column/c{number}", rhythm, chance))
    return [ONE.validate_python(event) for _, event in sorted(seen, key=lambda one: one[0])]


def _registry(columns: int) -> Iterator[tuple[int, Event]]:
    yield _BEGIN, _event("site.registered", _SITE, _BEGIN - 30 * DAY, {"unit": "u", "name": "网站"}, _BEGIN)
    for number in range(columns):
        kind = {"column_class": "other" if number % 5 else "news", "cycle": "1 month" if number % 3 else "14 days"}
        profile = {"unit": "u", "name": f"栏目{number}", **kind}
        yield _BEGIN, _event("column.registered", f"{_SITE}/column/c{number}", _BEGIN - 30 * DAY, profile, _BEGIN)


def _column(column: str, rhythm: float, chance: random.Random) -> Iterator[tuple[int, Event]]:
    apart = chance.uniform(1, rhythm) * DAY
    at = _BEGIN - 10 * DAY + int(chance.random() * apart)
    while at < _END:
        seen = max(_BEGIN + HOUR, at + int(chance.uniform(1, 60) * MINUTE))
        yield seen, _event("column.updated", column, at, {"item": f"https://www.example.gov.cn/{at}.html"}, seen)
        at += int(apart * chance.uniform(0.3, 1.3))
    for at in range(_BEGIN + int(chance.random() * 2 * DAY), _END, 7 * DAY):
        yield at, _event("column.checked", column, at, {}, at)


def _probes(chance: random.Random) -> Iterator[tuple[int, Event]]:
    for at in range(_BEGIN - 7 * DAY, _END, HOUR):
        opened = chance.random() > _FAILED
        data = {"opened": opened, "elapsed_seconds": 0.5 if opened else 30.0}
        yield max(at, _BEGIN), _event("site.probed", _SITE, at, data, max(at, _BEGIN))


def _event(kind: str, subject: str, at: int, data: dict[str, Any], seen: int) -> Event:
    head = {"specversion": "1.0", "id": f"{kind} {subject} {at}", "source": "//bench/crawler", "type": kind}
    return {**head, "subject": subject, "time": to_text(at), "observedtime": to_text(seen), "data": data}


def measure(law: Law, columns: int, rhythm: float, seed: int) -> dict[str, float]:
    """Fold one quarter and settle it."""
    given, run = events(columns, rhythm, seed), Replay(law)
    began = time.process_time()
    for _ in run.observe_all(given):
        pass
    folded = time.process_time()
    results = run.results(quarter_of(_END)._replace(closed=True), _END)
    return {
        "columns": columns, "observations": len(given), "seconds": round(folded - began, 2),
        "microseconds_each": round((folded - began) / len(given) * 1e6, 1),
        "checkpoint_seconds": round(time.process_time() - folded, 2),
        "transitions": len(results.transitions), "findings": len(results.findings),
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.columns", description=main.__doc__)
    parser.add_argument("--columns", type=int, nargs="+", default=[5, 20, 50, 200], help="how many a site has")
    parser.add_argument("--rhythm", type=float, default=9.0, help="days between two items of the slowest column (9)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    wish = parser.parse_args()
    law, found = Law(load_pack("cn-2019"), load_calendar()), []
    for count in wish.columns:
        found.append(measure(law, count, wish.rhythm, wish.seed))
        print(f"{count} columns: {found[-1]['seconds']} s", file=sys.stderr, flush=True)
    if wish.json:
        print(json.dumps({"machine": describe(), "results": found}, indent=2))
        return
    print(describe())
    for name in found[0]:
        print(f"{name:22}" + "".join(f"{one[name]:>12,}" for one in found))


if __name__ == "__main__":
    main()
