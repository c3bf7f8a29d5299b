"""`xuncha demo`: the demonstration's own files, to replay, to change and to judge again."""

from pathlib import Path

import cyclopts


def register(app: cyclopts.App) -> None:
    """Add the command."""
    app.command(demo)


def demo(out: Path) -> None:
    """Write the demo quarter's observations and registry as files.

    For example: `xuncha demo demo` and then
    `xuncha replay demo/quarter.jsonl --registry demo/registry.yaml --rules cn-2019 --at 2024-02-29 --out replayed`

    Parameters
    ----------
    out
        The folder: quarter.jsonl (one event a line, the registry's entries first) and registry.yaml go there.

    """
    from console.demo_files import write_demo  # keeps `--help` fast

    for line in write_demo(out):
        print(line)  # noqa: T201  # the command's output
