"""What the journal asks of the disk: locks, writes that are whole, syncs that are real, errors with names."""

import errno
import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schemas.errors import JournalBroken, JournalError, JournalFull, JournalLocked

LOCK_NAME: Final = "journal.lock"
OWNER_ONLY: Final = 0o600  # citizens' letters pass through here
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def lock(directory: Path) -> int:
    """Take the journal's lock and return its descriptor, whose closing releases it; raise JournalLocked.

    flock rather than lockf: it belongs to this opening of the file, so a second Journal of the same process
    is kept out too, and a crash releases it.
    """
    descriptor = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace") or "unknown"
        os.close(descriptor)
        raise JournalLocked(
            f"The journal in {directory} is in use by process {holder}: stop that one, or give this one another folder."
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
    return descriptor


def write_all(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset`; a full disk may take a part and refuse the rest."""
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def sync(descriptor: int) -> None:
    """Wait until the disk, not only the system, has what was written."""
    if hasattr(fcntl, "F_FULLFSYNC"):  # macOS: fsync leaves it in the drive's own cache
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(directory: Path) -> None:
    """Make the names in a folder durable: a new file's data without its name would be lost."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create(path: Path, data: bytes) -> int:
    """Create a file with `data`, durable under its name, and return its descriptor; leave nothing if that fails."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        write_all(descriptor, data, 0)
        sync(descriptor)
        sync_folder(path.parent)
    except BaseException:
        os.close(descriptor)
        path.unlink()
        raise
    return descriptor


def cut(path: Path, length: int) -> None:
    """Shorten a file to `length` bytes, durably."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.ftruncate(descriptor, length)
        sync(descriptor)
    finally:
        os.close(descriptor)


def spare_name(path: Path) -> Path:
    """Return NNNNNN.torn for a segment, or NNNNNN-2.torn and so on: what an earlier crash left is never overwritten."""
    names = itertools.chain([f"{path.stem}.torn"], (f"{path.stem}-{n}.torn" for n in itertools.count(2)))
    return next(found for name in names if not (found := path.with_name(name)).exists())


@contextmanager
def named_errors(directory: Path) -> Iterator[None]:
    """Raise what the disk says as JournalFull or JournalBroken."""
    try:
        yield
    except OSError as error:
        raise name(error, directory) from error


def name(error: OSError, directory: Path) -> JournalError:
    """Return the journal's own error for the system's."""
    if error.errno not in _FULL:
        return broken(error, directory)
    return JournalFull(
        f"There is no room for the journal in {directory} ({error.strerror}): nothing of this was kept. "
        "Free space or move the data directory, then send again."
    )


def broken(error: OSError, directory: Path) -> JournalBroken:
    """Return the error for a disk that cannot be trusted."""
    return JournalBroken(
        f"The disk failed under the journal in {directory} ({error.strerror}): nothing more is taken. "
        "Check the disk and its permissions, then start again."
    )
