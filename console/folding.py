"""The work of `xuncha replay` and `xuncha judge`: registry and log in, four files and a summary out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from console.judging import Checkpoint, judge_past, make_law, replay
from console.known import registry_of
from console.known_log import open_log
from console.results import Quarter, write_quarter
from observers.registry.events import registry_events
from observers.registry.reader import read_registry
from schemas.observations import ONE
from schemas.registry import Registry
from streams.log.records import transition_record
from streams.replay import Results
from streams.sources import Log, summary

_FOLDS = {"replay": replay, "judge": judge_past}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line; `at` as it was written."""

    how: str
    files: tuple[Path, ...]
    at: str
    out: Path | None
    registry: Path | None
    rules: str
    packs: tuple[Path, ...]
    data: Path


def run(wanted: Wanted) -> dict[str, Any]:
    """Fold and write; returns the summary.

    Raises:
        InputError: the log, the registry or the instant can't be read.
        PackError: the pack can't be used.

    """
    law = make_law(wanted.rules, wanted.packs)
    checkpoint = Checkpoint.read(wanted.at)
    log = open_log(wanted.files, wanted.data)
    named = read_registry(wanted.registry) if wanted.registry else None
    registry = named or registry_of(open_log(wanted.files, wanted.data))
    with _progress() as progress:
        task = progress.add_task("observations folded", total=None)
        whole = _Whole(log, named)
        results = _FOLDS[wanted.how](law, whole, checkpoint, lambda count: progress.update(task, completed=count))
    if wanted.out is not None:
        write_quarter(wanted.out, quarter_of_results(results), law.pack, registry)
    return _summary(results, log, law.label)


class _Whole:
    """The registry's entries first, then the log."""

    def __init__(self, log: Iterable[Any], registry: Registry | None) -> None:
        self._log = log
        self._entries = [ONE.validate_python(event) for event in registry_events(registry)] if registry else []

    def __iter__(self) -> Iterator[Any]:
        return chain(self._entries, self._log)


def quarter_of_results(results: Results) -> Quarter:
    """A replay's results as the stream's collector has them."""
    transitions = [transition_record(transition) for transition in results.transitions]
    return Quarter(results.aggregates, results.standings, transitions)


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"), TextColumn("{task.completed:,}"), TimeElapsedColumn(), console=console
    )


def _summary(results: Results, log: Iterable[Any], label: str) -> dict[str, Any]:
    counted = [standing for standing in results.standings if standing.counted]
    verdicts: dict[str, dict[str, int]] = {}
    for standing in counted:
        row = verdicts.setdefault(standing.kind.value, {})
        row[standing.verdict.value] = row.get(standing.verdict.value, 0) + 1
    return {
        "period": results.period, "pack": label, "verdicts": verdicts, "findings": len(results.findings),
        "transitions": len(results.transitions), "refused": summary(log) if isinstance(log, Log) else {},
    }  # fmt: skip
