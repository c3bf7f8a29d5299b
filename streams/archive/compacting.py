"""Compaction: a day's many small files become one. Killed anywhere it leaves every fact at least once."""

from pathlib import Path
from typing import NamedTuple

from streams.archive.layout import days_of, files_of, locked, merged_file, put, remove, unfinished
from streams.archive.parquet import Parquet


class Compacted(NamedTuple):
    """One day that was compacted: how many files became one, and how many facts it holds."""

    day: str
    files: int
    facts: int


def compact(root: Path, before: str) -> list[Compacted]:
    """Make one file of each day before `before` (2024-01-31); days that have one only are left as they are.

    Only what was read is removed, and only when it stands in the new file, durably: what an archiver puts there
    meanwhile, late events for example, stays for the next time.

    Raises:
        ArchiveLocked: another process compacts.
        ArchiveBroken: a file can't be read; the message names it.

    """
    with locked(root), Parquet() as parquet:
        for part in unfinished(root):
            remove([part], part.parent)
        found = [_compact(parquet, day, folder) for day, folder in days_of(root) if day < before]
    return [one for one in found if one is not None]


def _compact(parquet: Parquet, day: str, folder: Path) -> Compacted | None:
    files = [file for one in files_of(folder) for file in one]
    if len(files) < 2:  # noqa: PLR2004  # it is compact
        return None
    facts: list[int] = []
    put(merged_file(folder, files), lambda part: facts.append(parquet.merge(files, part)))
    remove(files, folder)
    return Compacted(day, len(files), *facts)
