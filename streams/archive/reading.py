"""Reading an archive, whoever writes or compacts it meanwhile: each fact once, in the order in which they were seen."""

from collections.abc import Iterator
from pathlib import Path

from schemas.errors import ArchiveBroken
from streams.archive.layout import files_of
from streams.archive.parquet import Parquet

_TRIES = 3


def archived_values(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each event of an archive, of one of its days or files: its place, and the bytes in which it came.

    Day by day, so that a day has to fit into memory and the whole need not. That is the order of the whole as well,
    because an event's day is that on which it was seen.

    Raises:
        ArchiveBroken: a file can't be read; the message names it.

    """
    with Parquet() as parquet:
        if path.is_file():
            yield from parquet.values([path])
            return
        for files in files_of(path):
            yield from _day(parquet, files)


def _day(parquet: Parquet, files: list[Path]) -> Iterator[tuple[str, bytes]]:
    """The events of one day; a compaction that takes files away between looking and reading only makes us look again.

    What has been handed out stays so: files are opened and sorted before the first event comes.
    """
    for attempt in range(_TRIES):
        found = parquet.values(files)
        try:
            first = next(found, None)
        except ArchiveBroken:
            there = [file for file in files if file.exists()]
            if there == files or attempt == _TRIES - 1:
                raise
            files = files_of(files[0].parent)[0]
            continue
        if first is not None:
            yield first
            yield from found
        return
