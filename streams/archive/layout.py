"""Where the archive's files lie, how they are called, and how one comes to be there whole or not at all."""

import errno
import fcntl
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schemas.errors import ArchiveBroken, ArchiveError, ArchiveLocked
from streams.archive.rows import Row
from streams.journal.disk import sync, sync_folder

SUFFIX: Final = ".parquet"
_DAY: Final = "day="
_PART: Final = ".part"
_LOCK: Final = ".compact.lock"  # hidden, so that nobody takes it for data
#: An unfinished file so old (seconds) belongs to a process that was killed: writing one takes seconds.
_STALE: Final = 24 * 60 * 60
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_archive(path: Path) -> bool:
    """Whether a path is an archive, one of its days or one of its files."""
    if not path.is_dir():
        return path.suffix == SUFFIX
    return any(path.glob(f"*{SUFFIX}")) or any(path.glob(f"{_DAY}*/*{SUFFIX}"))


def files_of(path: Path) -> list[list[Path]]:
    """The files of an archive or of one of its days: a list for each day, oldest first."""
    days = [path, *sorted(path.glob(f"{_DAY}*"))]
    return [files for day in days if (files := sorted(day.glob(f"*{SUFFIX}")))]


def days_of(root: Path) -> Iterator[tuple[str, Path]]:
    """The days of an archive and their folders, oldest first."""
    return ((folder.name.removeprefix(_DAY), folder) for folder in sorted(root.glob(f"{_DAY}*")))


def file_for(root: Path, day: str, rows: Sequence[Row]) -> Path:
    """The file for rows of one partition and day: the same rows have the same name."""
    digest = hashlib.blake2b(digest_size=6)
    for row in rows:
        digest.update(f"{row.offset}/{row.place}/{row.value}\n".encode())
    first, last = rows[0].offset, rows[-1].offset
    name = f"p{rows[0].partition:04d}-{first:020d}-{last:020d}-{digest.hexdigest()}{SUFFIX}"
    return root / f"{_DAY}{day}" / name


def merged_file(folder: Path, files: Sequence[Path]) -> Path:
    """The file into which files of a day are merged; no two of one name hold different facts, so none is replaced."""
    digest = hashlib.blake2b("\n".join(file.name for file in files).encode(), digest_size=6)
    return folder / f"whole-{digest.hexdigest()}{SUFFIX}"


def put(file: Path, write: Callable[[Path], None]) -> None:
    """Have a file written and make it durable under its name, in which nobody ever sees it half written.

    Raises:
        ArchiveError: the disk is full or failed; nothing has that name which had not before.

    """
    part = file.with_name(f".{file.name}.{uuid.uuid4().hex}{_PART}")  # two that write the same must not share it
    with named_errors(file):
        make_folder(file.parent)
        try:
            write(part)
            _sync_file(part)
            part.replace(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(file.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, for its owner alone: citizens' letters pass through here. Durable."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        sync_folder(one.parent)


def remove(files: Iterable[Path], folder: Path) -> None:
    """Remove what stands elsewhere by now."""
    with named_errors(folder):
        for file in files:
            file.unlink(missing_ok=True)
        sync_folder(folder)


def unfinished(root: Path) -> list[Path]:
    """What processes that were killed left behind."""
    before = time.time() - _STALE
    return [part for part in root.glob(f"{_DAY}*/.*{_PART}") if part.stat().st_mtime < before]


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep other compactions of this archive out; a crash lets them in.

    Raises:
        ArchiveLocked: one is under way.

    """
    descriptor = os.open(root / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ArchiveLocked(f"the archive in {root} is being compacted by another process: let it finish") from error
    finally:
        os.close(descriptor)


@contextmanager
def named_errors(file: Path) -> Iterator[None]:
    """Raise what the disk says as the archive's own error."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ArchiveError(
                f"there is no room for {file} ({error.strerror}): free space, then start again; nothing was committed"
            ) from error
        raise ArchiveBroken(f"{file}: {error.strerror or error}: check the disk and its permissions") from error


def _sync_file(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)
