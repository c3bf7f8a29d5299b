"""Records for a journal, and what a journal says."""

from pathlib import Path

from streams.journal import Record, read_journal


def note(value: bytes) -> Record:
    """Return a record with `value`."""
    return Record("observation", "observations", b"4207000001", value)


def values(folder: Path) -> list[bytes]:
    """Return the values of all records that can be read, without opening the journal for writing."""
    return [record.value or b"" for record in read_journal(folder)]
