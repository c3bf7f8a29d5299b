"""Reading a log that is at hand: JSON files, JSON lines, batches, a journal's folder, or an archive.

Yields sound observations in the order of the log; what can't be taken is told, never passed over in silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path
from typing import Any

import orjson

from schemas.deadletters import Refusal
from schemas.errors import InputError
from streams.archive import archived_values, is_archive
from streams.journal import read_journal
from streams.log.intake import Gate, Refused
from streams.topics import Name

_FILE_GATE = Gate(largest=1 << 30)


@dataclass(slots=True)
class Log:
    """Observations from files and folders, merged by the time at which they were seen."""

    paths: tuple[Path, ...]
    refused: list[tuple[str, Refused]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Any]:
        """Every observation.

        Raises:
            InputError: a path is not there, or is neither JSON nor a journal nor an archive.

        """
        return merge(*(self._read(path) for path in self.paths), key=seen_at)

    def _read(self, path: Path) -> Iterator[Any]:
        if not path.exists():
            raise InputError(
                f"{path} is not there: name files of events, an archive, or the data folder of `xuncha up`"
            )
        for place, value in _values(path):
            reading = _FILE_GATE.read(None, value, None)
            self.refused.extend((place, refused) for refused in reading.refused)
            yield from reading.events


def _values(path: Path) -> Iterator[tuple[str, bytes]]:
    """The records of whatever a path is, each with its place."""
    if is_archive(path):
        return archived_values(path)
    return journal_values(path) if path.is_dir() else file_values(path)


def seen_at(event: Any) -> int:
    """When an observation was seen (ms UTC)."""
    return int(event.seen)


def journal_values(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The observations' records of a journal; `folder` is the journal's, or the data folder around it."""
    journal = folder / "journal" if (folder / "journal").is_dir() else folder
    for record in read_journal(journal):
        if record.topic == Name.OBSERVATIONS.value and record.value is not None:
            yield f"{folder} record {record.sequence}", record.value


def file_values(path: Path) -> Iterator[tuple[str, bytes]]:
    """The records of a file: one document, or one a line."""
    with path.open("rb") as file:
        first = file.readline()
        file.seek(0)
        if _is_whole(first):
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path} line {number}", line.strip()
        else:
            yield str(path), file.read()


def _is_whole(line: bytes) -> bool:
    """Whether the first line is a document of its own."""
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def summary(log: Log) -> dict[str, int]:
    """How many records were refused, by reason."""
    counts: dict[str, int] = {reason.value: 0 for reason in Refusal}
    for _, refused in log.refused:
        counts[refused.reason.value] += 1
    return {reason: count for reason, count in counts.items() if count}
