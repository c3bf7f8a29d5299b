"""A small disk for the broker, which a run can fill: a file system in memory, mounted where the broker keeps its data.

A limit on the size of files (RLIMIT_FSIZE) needs no right to mount, but is no full disk: Kafka also writes through
memory that it has mapped, which a full file system ends in another way.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

#: Many runs' data, of which Kafka lets a deleted topic lie for a minute.
_SIZE = "768m"
_BLOCK = 1024 * 1024


class Disk:
    """A mounted folder."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (_BLOCK, 1):
                _write_until_full(file.fileno(), size)

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


def _write_until_full(file: int, size: int) -> None:
    try:
        while True:
            os.write(file, b"\1" * size)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@contextmanager
def disk(folder: Path) -> Iterator[Disk | None]:
    """A small disk mounted at a folder, which is made; None, and a plain folder, where nothing may be mounted."""
    folder.mkdir()
    if not may_mount():
        yield None
        return
    subprocess.run(_mount(folder), check=True)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@cache
def may_mount() -> bool:
    """Whether this process may mount, which is tried: root may, or root of a namespace (`unshare -rm`), mostly."""
    if shutil.which("mount") is None:
        return False
    with TemporaryDirectory(prefix="xuncha-mount-") as folder:
        tried = subprocess.run(_mount(Path(folder)), capture_output=True, check=False)
        if tried.returncode == 0:
            subprocess.run(["umount", folder], check=True)
    return tried.returncode == 0


def _mount(folder: Path) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "xuncha-chaos", str(folder)]
