"""Writing the journal: open it, mend what a crash left, append, begin new segments."""

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from schemas.errors import JournalBroken, JournalFull
from streams.journal import disk
from streams.journal.files import HEADER_BYTES, SUFFIX, Record, SegmentReader, frame_of, new_header, segments
from streams.journal.reading import last_sequence, read_up_to

SEGMENT_BYTES: Final = 64 * 1024 * 1024
# These bound the memory that writing or reading one frame takes.
FRAME_RECORDS: Final = 10_000
FRAME_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class CutReport:
    """What opening cut off after a crash: a frame that was being written and was never acknowledged.

    Attributes:
        segment: the file that was cut.
        offset: where, in bytes from its beginning.
        size: how many bytes were cut off.
        kept_in: the file in which these bytes are kept.
    """

    segment: Path
    offset: int
    size: int
    kept_in: Path


class Journal:
    """An append-only journal in `directory`, open for writing; at most one process holds it.

    Args:
        directory: made if it is missing.
        fsync: whether `append` waits for the disk. Without it a crash of the process loses nothing
            but a power cut may.
        segment_bytes: size from which a segment is closed and a new one begun.

    Attributes:
        cut: what opening cut off after a crash, None if nothing.

    Raises:
        JournalLocked: another process (or another Journal of this one) holds it.
        JournalCorrupt: the newest segment is damaged before its end.
        JournalFull: there is no room to open it.
    """

    def __init__(self, directory: Path, *, fsync: bool = True, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._directory = directory
        self._fsync = fsync
        self._segment_bytes = segment_bytes
        self._mutex = threading.Lock()
        self._broken = False
        self._number = self._last = self._end = self._salt = 0
        self._file = -1
        self.cut: CutReport | None = None
        with disk.named_errors(directory):
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = disk.lock(directory)
        try:
            with disk.named_errors(directory):
                self._open()
        except BaseException:
            self.close()
            raise

    @property
    def last_sequence(self) -> int:
        """Number of the newest record; 0 if there never was one."""
        return self._last

    def append(self, records: Iterable[Record]) -> int:
        """Make `records` durable and return the number of the last.

        Many records in one call cost one wait for the disk per 10,000 (or per 16 MiB). Either all are kept or an
        error says that none was; only a crash in the middle of a call of more than that may keep the first of them.

        Raises:
            JournalFull: no room; none of them was kept, and a later `append` may succeed.
            JournalBroken: the disk failed; close the journal.
        """
        with self._mutex:
            self._require_usable()
            numbered = [
                msgspec.structs.replace(record, sequence=number)
                for number, record in enumerate(records, self._last + 1)
            ]
            if numbered:
                self._write_or_undo(numbered)
                self._last = numbered[-1].sequence
            return self._last

    def read(self, after: int = 0) -> Iterator[Record]:
        """Yield the records with numbers above `after`, oldest first, up to the newest one at the time of the call.

        Raises:
            JournalCorrupt: a record is damaged or missing; the message names file and offset.
        """
        return read_up_to(self._last, self._directory, after)

    def close(self) -> None:
        """Close the journal and let others have it. Twice is harmless."""
        with self._mutex:
            for descriptor in (self._file, self._lock):
                if descriptor >= 0:
                    os.close(descriptor)
            self._file = self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        found = segments(self._directory)
        if not found:
            self._begin_segment()
            return
        reader = SegmentReader(found[-1])
        self._number = int(found[-1].stem)
        self._last = last_sequence(reader)
        self._mend(reader)
        if reader.header is None:  # torn while it was being made: go on with the one before
            reader.path.unlink()
            self._number -= 1
            self._open()
            return
        self._file = os.open(reader.path, os.O_RDWR)
        self._end, self._salt = reader.good_end, reader.header.salt

    def _mend(self, reader: SegmentReader) -> None:
        """Cut a torn end off, after copying it aside; raise JournalCorrupt if it is damage and no torn end."""
        rest = reader.rest()
        if not rest:
            return
        if reader.is_damaged():
            raise reader.corrupt("good records stand behind a bad one")
        kept_in = disk.spare_name(reader.path)
        os.close(disk.create(kept_in, rest))
        disk.cut(reader.path, reader.good_end)
        self.cut = CutReport(reader.path, reader.good_end, len(rest), kept_in)

    def _begin_segment(self) -> None:
        header, data = new_header(self._last + 1)
        descriptor = disk.create(self._directory / f"{self._number + 1:06}{SUFFIX}", data)
        if self._file >= 0:
            os.close(self._file)
        self._file, self._end, self._salt = descriptor, HEADER_BYTES, header.salt
        self._number += 1

    def _require_usable(self) -> None:
        if self._broken or self._file < 0:
            state = "failed before" if self._broken else "is closed"
            raise JournalBroken(f"The journal in {self._directory} {state}: open it again before writing to it.")

    def _write_or_undo(self, numbered: Sequence[Record]) -> None:
        try:
            if self._end >= self._segment_bytes:
                self._begin_segment()
        except OSError as error:
            raise disk.name(error, self._directory) from error
        start = self._end
        try:
            self._write(numbered)
        except BaseException as error:
            self._undo(start, error)
            raise

    def _write(self, numbered: Sequence[Record]) -> None:
        for group in _frame_groups(numbered):
            frame = frame_of(group, self._salt)
            disk.write_all(self._file, frame, self._end)
            # Each frame before the next: so only the last can be torn, whatever order the disk writes its blocks in.
            if self._fsync:
                disk.sync(self._file)
            self._end += len(frame)

    def _undo(self, start: int, cause: BaseException) -> None:
        """Go back to the last acknowledged byte; raise the journal's own error if the disk was the cause."""
        try:
            os.ftruncate(self._file, start)
            disk.sync(self._file)
            self._end = start
        except OSError as error:
            self._broken = True
            raise disk.broken(error, self._directory) from cause
        if isinstance(cause, OSError):
            named = disk.name(cause, self._directory)
            # After a failed sync nobody knows what the disk holds: only reading it again can tell.
            self._broken = not isinstance(named, JournalFull)
            raise named from cause


def _frame_groups(records: Sequence[Record]) -> Iterator[list[Record]]:
    """Cut `records` into groups, each for one frame."""
    group: list[Record] = []
    size = 0
    for record in records:
        group.append(record)
        size += len(record.key or b"") + len(record.value or b"")
        if len(group) >= FRAME_RECORDS or size >= FRAME_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group
