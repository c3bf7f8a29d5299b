"""DATA/up.json: where the parts of a running `xuncha up` listen, for programs; it is there once all of them are up.

`pid` tells whether it speaks of a run that lives: after kill -9 the file of the run before stays until the next is up.
"""

import os
from pathlib import Path

import orjson

NAME = "up.json"


def write_addresses(data: Path, **addresses: str) -> None:
    """Say where everything is; whoever reads finds the whole file or none."""
    said = {"pid": os.getpid(), **addresses}
    unfinished = data / f"{NAME}.new"
    unfinished.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    unfinished.replace(data / NAME)


def forget_addresses(data: Path) -> None:
    """Take the file away, if it is there."""
    (data / NAME).unlink(missing_ok=True)


def read_addresses(data: Path) -> dict[str, str]:
    """Where a run that lives listens; nothing if there is none."""
    try:
        said = orjson.loads((data / NAME).read_bytes())
        os.kill(said["pid"], 0)
    except (OSError, orjson.JSONDecodeError):
        return {}
    return {name: value for name, value in said.items() if isinstance(value, str)}
