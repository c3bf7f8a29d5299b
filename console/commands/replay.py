"""`xuncha replay` and `xuncha judge`: a quarter from a log at hand, without a broker."""

import sys
from pathlib import Path
from typing import Annotated, Any

import cyclopts
import orjson
from cyclopts import Parameter

from schemas.errors import InputError

Files = Annotated[tuple[Path, ...], Parameter(negative="", consume_multiple=True)]


def register(app: cyclopts.App) -> None:
    """Add both commands."""
    app.command(replay)
    app.command(judge)


def replay(
    *files: Path,
    at: str,
    out: Path,
    registry: Path | None = None,
    rules: str = "cn-2019",
    packs: Files = (),
    json: bool = False,
) -> None:
    """Fold a log as the stream folded it, up to a checkpoint, and write the same four files.

    For example: `xuncha replay quarter.jsonl --registry registry.yaml --rules cn-2019 --at 2024-02-29 --out out`

    Parameters
    ----------
    files
        Events as JSON, JSON lines or arrays, an archive, or the data folder of `xuncha up`.
    at
        The checkpoint: an instant, or a date, which stands for its end in Beijing.
    out
        Where aggregate.json, findings.jsonl, transitions.jsonl and bulletin.md go.
    registry
        Units, sites, columns and accounts; left out, they come from the log itself.
    rules
        The rule pack.
    packs
        Folders with rule packs of your own.
    json
        Print the summary as JSON.

    """
    if not files:
        raise InputError("name at least one file of events, an archive, or the data folder of `xuncha up`")
    from console.folding import Wanted, run

    _print(run(Wanted("replay", files, at, out, registry, rules, packs, Path())), json=json)


def judge(
    *files: Path,
    at: str,
    out: Path | None = None,
    registry: Path | None = None,
    rules: str = "cn-2019",
    packs: Files = (),
    data: Path = Path("xuncha-data"),
    json: bool = False,
) -> None:
    """Judge a past checkpoint again, under any pack, by all that is known now.

    For example: `xuncha judge --at 2024-02-29 --rules minhou-2025 --data xuncha-data`

    Parameters
    ----------
    files
        Events, archives or data folders; left out, the topic on the broker of XUNCHA_KAFKA if that is set, else the
        journal in `--data`.
    at
        The checkpoint: an instant, or a date, which stands for its end in Beijing.
    out
        Where the four files go; left out, only the summary is printed.
    registry
        Units, sites, columns and accounts; left out, they come from the log itself.
    rules
        The rule pack.
    packs
        Folders with rule packs of your own.
    data
        The data folder of `xuncha up`.
    json
        Print the summary as JSON.

    """
    from console.folding import Wanted, run

    _print(run(Wanted("judge", files, at, out, registry, rules, packs, data)), json=json)


def _print(summary: dict[str, Any], *, json: bool) -> None:
    if json:
        sys.stdout.write(orjson.dumps(summary, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    for name, value in summary.items():
        sys.stdout.write(f"{name:>14}  {value}\n")
