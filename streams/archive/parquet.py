"""Parquet by DuckDB: the only module that speaks SQL to it.

Why DuckDB and not pyarrow: docs/decisions/0006-archive.md.
"""

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from schemas.errors import ArchiveBroken, ArchiveError
from streams.archive.rows import Row

#: Values are handed out so many at a time.
_AT_ONCE: Final = 2_000
#: What DuckDB says where a disk is full; it has no number for it.
_FULL: Final = os.strerror(errno.ENOSPC)
#: In the file's own metadata: what reads it later can tell which columns to expect.
_FORMAT: Final = "xuncha-archive-1"
_WRITTEN: Final = f"(format parquet, compression zstd, use_tmp_file false, kv_metadata {{xuncha: '{_FORMAT}'}})"

#: One fact is in two files where a stretch was written again, or where compaction was killed. Offsets alone do not tell
#: that: a topic that was made anew begins with 0 again.
_ONCE: Final = 'select distinct on (partition, "offset", place, value) * from read_parquet(?, hive_partitioning=false)'
#: As the topic is read: by the instant at which a fact was seen, then as the log has it.
_ORDER: Final = 'order by coalesce(observedtime, "time"), partition, "offset", place'

_TYPES: Final = {
    "time": "make_timestamptz({} * 1000)",
    "observedtime": "make_timestamptz({}::bigint * 1000)",
    "partition": "{}::integer",
    "offset": "{}::bigint",
    "place": "{}::integer",
}


def _column(name: str) -> str:
    """A column of a file out of the list of the same name."""
    return _TYPES.get(name, "{0}").format(f'"{name}"') + f' as "{name}"'


_UNNESTED: Final = ", ".join(f'unnest(?) as "{name}"' for name in Row._fields)
_TYPED: Final = ", ".join(_column(name) for name in Row._fields)


class Parquet:
    """Reads and writes Parquet files; opening one takes a while (measured: 0.03 s), so it is kept for many files.

    In memory, spilling into the system's temporary folder, and asking no network for anything.
    """

    def __init__(self, threads: int | None = None) -> None:
        import duckdb  # noqa: PLC0415  # takes a tenth of a second, and whoever reads files and journals needs none

        config: dict[str, Any] = {"autoinstall_known_extensions": False, "TimeZone": "UTC"}
        config["temp_directory"] = tempfile.gettempdir()
        self._errors = duckdb.Error
        self._connection = duckdb.connect(config=config | ({"threads": threads} if threads else {}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def write(self, rows: Sequence[Row], file: Path) -> None:
        """Write rows as a Parquet file."""
        query = f"copy (select {_TYPED} from (select {_UNNESTED}) {_ORDER}) to {_text(file)} {_WRITTEN}"  # noqa: S608
        with self._named(file):
            self._connection.execute(query, [list(column) for column in zip(*rows, strict=True)])

    def merge(self, files: Sequence[Path], into: Path) -> int:
        """Write what files hold, each fact once, into another; how many facts there are."""
        query = f"copy ({_ONCE} {_ORDER}) to {_text(into)} {_WRITTEN}"
        with self._named(into.parent):
            found = self._connection.execute(query, [_names(files)]).fetchone()
        return int(found[0]) if found else 0

    def values(self, files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
        """Each fact that files hold once, with its place, in the order in which the facts were seen."""
        query = f'select partition, "offset", value from ({_ONCE}) {_ORDER}'  # noqa: S608
        day = files[0].parent
        with self._named(day):
            found = self._connection.execute(query, [_names(files)])
            while rows := found.fetchmany(_AT_ONCE):
                for partition, offset, value in rows:
                    yield f"{day} partition {partition} offset {offset}", value.encode()

    @contextmanager
    def _named(self, about: Path) -> Iterator[None]:
        """Raise what DuckDB says as ArchiveBroken; it names the file."""
        try:
            yield
        except self._errors as error:
            said = str(error).partition("\n")[0]
            if _FULL in said:
                raise ArchiveError(f"there is no room for {about}: free space, then start again") from error
            raise ArchiveBroken(f"{about}: {said}: restore the file from a copy, or move it away to go on") from error


def _names(files: Sequence[Path]) -> list[str]:
    return [str(file) for file in files]


def _text(file: Path) -> str:
    """A path as SQL text."""
    return "'" + str(file).replace("'", "''") + "'"
