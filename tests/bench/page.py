"""`python -m tests.bench.page`: the tables and charts of docs/performance.md, from the figures in docs/figures/*.json.

Runs in the benchmark's own environment (requirements/bench.lock). `--take` copies what `make bench`, `make
bench-detection` and `make bench-growth` measured last from build/bench first. Each table stands between two marks of
its name.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from tests.bench.charts import draw_growth, draw_peers
from tests.bench.peers.table import table

_ROOT = Path(__file__).parents[2]
_FIGURES = _ROOT / "docs" / "figures"
_PAGE = _ROOT / "docs" / "performance.md"
_MEASURED = _ROOT / "build" / "bench"

Report = dict[str, Any]


def main() -> None:
    """Write what there are figures for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.page", description=main.__doc__)
    parser.add_argument("--take", action="store_true", help="take what was measured last, from build/bench")
    wish = parser.parse_args()
    _FIGURES.mkdir(exist_ok=True)
    for name, write in {"peers": _peers, "detection": _detection, "growth": _growth}.items():
        figures, measured = _FIGURES / f"{name}.json", _MEASURED / f"{name}.json"
        if wish.take and measured.exists():
            shutil.copyfile(measured, figures)
        if figures.exists():
            text = write(json.loads(figures.read_text(encoding="utf-8")))
            _PAGE.write_text(between(_PAGE.read_text(encoding="utf-8"), name, text), encoding="utf-8")


def between(page: str, name: str, text: str) -> str:
    """A page with another text between the marks of a name."""
    begins, ends = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = page.partition(begins)
    _, found, after = rest.partition(ends)
    if not found:
        raise SystemExit(f"{_PAGE} has no {begins} … {ends}")
    return f"{before}{begins}\n{text}\n{ends}{after}"


def _peers(report: Report) -> str:
    draw_peers(report["results"], _FIGURES / "peers.svg")
    wish = report["settings"]
    minutes = round(report["seconds"] / 60)
    said = (
        f"{report['machine']}; {wish['sites']:,} sites and {wish['accounts']:,} accounts on {wish['partitions']} "
        f"partitions, median of {wish['repeats']} runs; {minutes} minutes in all."
    )
    return f"\n{said}\n\n{table(report)}\n\n![Observations a second, by system](figures/peers.svg)\n"


def _detection(report: Report) -> str:
    wish = report["settings"]
    said = (
        f"{report['machine']}; steady: {wish['rate']} silences and {wish['rate']} incidents a second for "
        f"{wish['seconds']} s beside {wish['beside']} observations a second; "
        f"burst: {wish['burst']:,} at once; tick {wish['tick']:g} s."
    )
    head = ["breach", "load", "alerts", "missing", "p50", "p99", "p999", "longest"]
    rows = [
        [one["breach"], one["load"], f"{one['count']:,}", str(one["missing"]), *(_ms(one, part) for part in _PARTS)]
        for one in report["results"]
    ]
    return f"\n{said}\n\n{_lines(head, rows)}\n"


_PARTS = ("p50_ms", "p99_ms", "p999_ms", "max_ms")


def _ms(one: dict[str, Any], part: str) -> str:
    return f"{one[part]:,} ms" if part in one else "–"


def _growth(report: Report) -> str:
    draw_growth(report["results"], _FIGURES / "growth.svg")
    head = [
        "",
        "subjects",
        "partitions",
        "observations/s",
        "CPU s a million",
        "registering/s",
        "peak MB",
        "restart",
        "MB after it",
    ]
    rows = [
        [one["axis"], f"{one['subjects']:,}", str(one["partitions"]), f"{one['rate']:,}",
         str(one.get("cpu_seconds_per_million", "–")), f"{one['register_rate']:,}",
         f"{one['peak_mb']:,}", f"{one['restart_seconds']} s", f"{one['restarted_mb']:,}"] for one in report["results"]
    ]  # fmt: skip
    said = f"{report['machine']}; {report['results'][0]['system']}; events in batches."
    return f"\n{said}\n\n{_lines(head, rows)}\n\n![What grows with subjects and partitions](figures/growth.svg)\n"


def _lines(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


if __name__ == "__main__":
    main()
