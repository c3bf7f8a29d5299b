"""Parquet by DuckDB: the only module that speaks SQL to it.

Why DuckDB and not pyarrow: docs/decisions/0005-archive.md.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import ArchiveBroken
from streams.archive.rows import Row

if TYPE_CHECKING:
    import duckdb

#: Values are handed out so many at a time.
_AT_ONCE: Final = 2_000
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


def write_rows(rows: Sequence[Row], file: Path) -> None:
    """Write rows as a Parquet file."""
    unnested = ", ".join(f'unnest(?) as "{name}"' for name in Row._fields)
    typed = ", ".join(f'{_TYPES.get(name, "{}").format(_quoted(name))} as "{name}"' for name in Row._fields)
    query = f"copy (select {typed} from (select {unnested}) {_ORDER}) to {_text(file)} {_WRITTEN}"  # noqa: S608
    with _connected(file, threads=1) as connection:
        connection.execute(query, [list(column) for column in zip(*rows, strict=True)])


def merge(files: Sequence[Path], into: Path) -> int:
    """Write what files hold, each fact once, into another; how many facts there are."""
    query = f"copy ({_ONCE} {_ORDER}) to {_text(into)} {_WRITTEN}"
    with _connected(into) as connection:
        found = connection.execute(query, [_names(files)]).fetchone()
    return int(found[0]) if found else 0


def values(files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Each fact that files hold once, with its place, in the order in which the facts were seen."""
    query = f'select partition, "offset", value from ({_ONCE}) {_ORDER}'  # noqa: S608
    with _connected(files[0].parent) as connection:
        found = connection.execute(query, [_names(files)])
        while rows := found.fetchmany(_AT_ONCE):
            for partition, offset, value in rows:
                yield f"{files[0].parent} partition {partition} offset {offset}", value.encode()


@contextmanager
def _connected(about: Path, **config: Any) -> Iterator["duckdb.DuckDBPyConnection"]:
    """DuckDB for a moment: in memory, spilling into the system's temporary folder, and asking no network for anything.

    Raises:
        ArchiveBroken: a file can't be read or written; the message names it.

    """
    import duckdb  # noqa: PLC0415  # takes a tenth of a second, and whoever reads files and journals needs none of it

    quiet: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "temp_directory": tempfile.gettempdir(),
        "TimeZone": "UTC",
    }
    try:
        with duckdb.connect(config=quiet | config) as connection:
            yield connection
    except duckdb.Error as error:
        said = str(error).partition("\n")[0]
        raise ArchiveBroken(f"{about}: {said}: restore the file from a copy, or move it away to go on") from error


def _names(files: Sequence[Path]) -> list[str]:
    return [str(file) for file in files]


def _quoted(name: str) -> str:
    return f'"{name}"'


def _text(file: Path) -> str:
    """A path as SQL text."""
    return "'" + str(file).replace("'", "''") + "'"
