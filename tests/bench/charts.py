"""The charts of docs/performance.md, as SVG: the same figures give the same file."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "xuncha", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10})

import matplotlib.pyplot as plt  # noqa: E402  # the kind of picture is chosen before
from matplotlib.ticker import MaxNLocator, StrMethodFormatter  # noqa: E402  # as above

_OURS, _OTHERS = "#b5352b", "#7d8a99"
_TITLES = {"singles": "one event a record", "batches": "batches of events"}

Rows = list[dict[str, Any]]


def draw_peers(results: Rows, path: Path) -> None:
    """Of each system, by form: observations a second, and processor seconds a million of them."""
    forms = [form for form in _TITLES if any(one["form"] == form for one in results)]
    shape = {"figsize": (9.5, 0.4 + 2.7 * len(forms)), "squeeze": False, "sharey": "row", "sharex": "col"}
    figure, grid = plt.subplots(len(forms), 2, **shape)
    for form, (left, right) in zip(forms, grid, strict=True):
        rows = sorted((one for one in results if one["form"] == form and "rate" in one), key=lambda one: one["rate"])
        _bars(left, rows, "rate")
        _bars(right, rows, "cpu_seconds_per_million")
        left.set_title(_TITLES[form], loc="left")
    grid[-1, 0].set_xlabel("observations a second, durable (longer is better)")
    grid[-1, 1].set_xlabel("processor seconds a million (shorter is better)")
    _save(figure, path)


def _bars(axes: Any, rows: Rows, name: str) -> None:
    colours = [_OURS if one["system"].startswith("Xuncha") else _OTHERS for one in rows]
    bars = axes.barh([one["system"] for one in rows], [one[name] for one in rows], color=colours)
    axes.bar_label(bars, [f" {one[name]:,.0f}" for one in rows], padding=1)
    axes.margins(x=0.22)
    _plain(axes)


def _plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def draw_growth(results: Rows, path: Path) -> None:
    """Rate, memory and restart over subjects; rate over partitions."""
    figure, axes = plt.subplots(2, 2, figsize=(8, 6))
    subjects = [one for one in results if one["axis"] == "subjects"]
    partitions = [one for one in results if one["axis"] == "partitions"]
    _curve(axes[0, 0], subjects, ("subjects", "rate"), "observations a second")
    _curve(axes[0, 1], subjects, ("subjects", "peak_mb"), "most memory (MB)")
    _curve(axes[1, 0], subjects, ("subjects", "restart_seconds"), "restart until durable again (s)")
    _curve(axes[1, 1], partitions, ("partitions", "rate"), "observations a second")
    _save(figure, path)


def _curve(axes: Any, rows: Rows, names: tuple[str, str], title: str) -> None:
    across, up = names
    axes.plot([one[across] for one in rows], [one[up] for one in rows], marker="o", color=_OURS)
    axes.set_title(title, loc="left")
    axes.set_xlabel(across)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    if across == "subjects":
        axes.set_xscale("log")
    else:
        axes.set_xticks([one[across] for one in rows])
    axes.spines[["top", "right"]].set_visible(False)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
