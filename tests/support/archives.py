"""Archives for tests: written as the archiver writes them, and read by nothing of ours."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import orjson

from streams.archive.layout import file_for, put
from streams.archive.parquet import Parquet
from streams.archive.rows import rows_of
from streams.archive.stretch import Stretches
from streams.log.intake import Gate
from streams.log.source import Message

GATE = Gate(largest=1 << 20)


def message(offset: int, value: Any, partition: int = 0, key: bytes | None = None, came: int | None = None) -> Message:
    """A record; a value that is no bytes is written as JSON."""
    return Message(partition, offset, key, value if isinstance(value, bytes) else orjson.dumps(value), came=came)


def archive(root: Path, messages: Iterable[Message], gate: Gate = GATE) -> list[Path]:
    """Write one stretch; the files in which it is."""
    held = Stretches()
    for one in messages:
        held.add(one.partition, one.offset, rows_of(one, gate))
    files = []
    with Parquet(threads=1) as parquet:
        for day, rows in held.files(held.of):
            files.append(file_for(root, day, rows))
            put(files[-1], partial(parquet.write, rows))
    return files


def query(root: Path, sql: str) -> list[Any]:
    """What anybody's DuckDB says of `archive`, all files of it."""
    with duckdb.connect() as connection:
        connection.execute(f"create view archive as from read_parquet('{root}/*/*.parquet')")
        return connection.execute(sql).fetchall()


def places(root: Path) -> list[tuple[int, int, int]]:
    """Partition, offset and place of every row of every file, twice where two files hold it."""
    return query(root, 'select partition, "offset", place from archive order by all')
