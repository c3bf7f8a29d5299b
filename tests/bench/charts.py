"""The charts of docs/performance.md, as SVG: the same figures give the same file."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "xuncha", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10})

import matplotlib.pyplot as plt  # noqa: E402  # the kind of picture is chosen before

_OURS, _OTHERS = "#b5352b", "#7d8a99"
_TITLES = {"singles": "one event a record", "batches": "batches of events"}

Rows = list[dict[str, Any]]


def draw_peers(results: Rows, path: Path) -> None:
    """Observations a second of each system, by form; the scale is logarithmic."""
    forms = [form for form in _TITLES if any(one["form"] == form for one in results)]
    figure, all_axes = plt.subplots(len(forms), 1, figsize=(8, 0.4 + 2.6 * len(forms)), squeeze=False, sharex=True)
    for form, axes in zip(forms, all_axes[:, 0], strict=True):
        _bars(axes, [one for one in results if one["form"] == form and "rate" in one])
        axes.set_title(_TITLES[form], loc="left")
    all_axes[-1, 0].set_xlabel("observations a second, durable, one worker (logarithmic)")
    _save(figure, path)


def _bars(axes: Any, rows: Rows) -> None:
    rows = sorted(rows, key=lambda one: one["rate"])
    colours = [_OURS if one["system"].startswith("Xuncha") else _OTHERS for one in rows]
    bars = axes.barh([one["system"] for one in rows], [one["rate"] for one in rows], color=colours)
    axes.bar_label(bars, [f" {one['rate']:,}" for one in rows], padding=2)
    axes.set_xscale("log")
    axes.margins(x=0.18)
    axes.spines[["top", "right"]].set_visible(False)


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
    if across == "subjects":
        axes.set_xscale("log")
    else:
        axes.set_xticks([one[across] for one in rows])
    axes.spines[["top", "right"]].set_visible(False)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
