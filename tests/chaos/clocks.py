"""Clocks of processes that a run can set: a library of ours, preloaded, adds to the wall clock what stands in a file.

What it gives is what an NTP step gives: the wall clock jumps, for all threads at once; clocks that only measure go on.
"""

import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

_SOURCE = Path(__file__).with_name("clock.c")
_COMPILERS = ("cc", "gcc", "clang")
_NUMBER_BYTES = 8


def compiler() -> str | None:
    """A C compiler, if there is one."""
    return next((found for name in _COMPILERS if (found := shutil.which(name))), None)


@cache
def _library() -> tuple[Path, TemporaryDirectory[str]]:
    """The library, compiled once in a process, and the folder that it goes away with."""
    folder = TemporaryDirectory(prefix="xuncha-clock-")
    made = Path(folder.name) / "clock.so"
    command = [compiler() or _COMPILERS[0], "-shared", "-fPIC", "-O1", "-o", str(made), str(_SOURCE)]
    subprocess.run(command, check=True)
    return made, folder


class Clock:
    """One process's clock; `file` is where it reads it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.write_bytes(bytes(_NUMBER_BYTES))

    def put(self, seconds: int) -> None:
        """Ahead of the true time by so much, or behind, from now on."""
        with self._file.open("r+b", buffering=0) as file:  # in place: the process has it mapped
            file.write(seconds.to_bytes(_NUMBER_BYTES, "little", signed=True))

    @property
    def env(self) -> Mapping[str, str]:
        """What the process has to be started with."""
        return {"LD_PRELOAD": str(_library()[0]), "CHAOS_CLOCK": str(self._file)}
