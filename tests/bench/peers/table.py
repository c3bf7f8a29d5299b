"""The figures as a table in Markdown, which is also what is printed."""

from collections.abc import Iterator
from typing import Any

_HEAD = [
    "", "form", "observations/s", "times Faust", "CPU s a million", "peak MB", "alerts", "promises", "durable state",
]  # fmt: skip


def table(report: dict[str, Any]) -> str:
    """The whole table."""
    rows = [_HEAD, ["---"] * len(_HEAD), *_rows(report["results"])]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows(results: list[dict[str, Any]]) -> Iterator[list[str]]:
    base = {one["form"]: one["rate"] for one in results if one["system"] == "Faust" and "rate" in one}
    for one in results:
        form = one["form"]
        if "failed" in one:
            yield [one["system"], form, "**failed**", *["–"] * (len(_HEAD) - 3)]
            continue
        times = f"{one['rate'] / base[form]:.1f}" if form in base else "–"
        yield [
            one["system"], form, f"{one['rate']:,}", times, f"{one['cpu_seconds_per_million']:g}", str(one["peak_mb"]),
            _alerts(one), one["promises"], one["state"],
        ]  # fmt: skip


def _alerts(one: dict[str, Any]) -> str:
    if not one["same_rule"]:
        return "other rules"
    if one["missing"] or one["extra"]:
        return f"**{one['alerts']}, {one['missing']} missing, {one['extra']} too many**"
    return f"{one['alerts']}, all the same"
