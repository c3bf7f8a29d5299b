"""Clocks of processes that a run can set: Debian's libfaketime, preloaded, reads by how much from a file.

What it gives is what an NTP step gives: the wall clock jumps, for all threads; clocks that only measure go on.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_LIBRARY: Final = "faketime/libfaketimeMT.so.1"
_FOLDERS: Final = ("/usr/lib/*", "/usr/lib", "/usr/local/lib")
#: How soon a process sees that its clock was set (seconds).
SEEN_SECONDS: Final = 1


@cache
def library() -> Path | None:
    """Where libfaketime is; None where it is not installed (Debian's package faketime)."""
    found = (path for folder in _FOLDERS for path in Path("/").glob(f"{folder[1:]}/{_LIBRARY}"))
    return next(found, None)


class Clock:
    """One process's clock; `file` is where it reads it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.put(0)

    def put(self, seconds: int) -> None:
        """Ahead of the true time by so much, or behind."""
        part = self._file.with_suffix(".part")
        part.write_text(f"{seconds:+d}s", encoding="ascii")
        part.rename(self._file)

    @property
    def env(self) -> Mapping[str, str]:
        """What the process has to be started with."""
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(SEEN_SECONDS),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
