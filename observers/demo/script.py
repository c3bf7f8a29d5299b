"""What is collected while reconstructing: who said what when, and in what order it could be known."""

import hashlib
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from schemas.envelope import DATASCHEMA
from schemas.instants import MINUTE, to_text

_DIGITS = 24


class Rank(IntEnum):
    """Which of the things seen at one instant comes first."""

    BEFORE = 0  # how things stood when the observing began
    DURING = 1


class Line(NamedTuple):
    """One observation to be: sorted as it stands, `number` keeps the order of telling."""

    seen: int
    rank: Rank
    number: int
    time: int
    type: str
    subject: str
    part: str
    data: Mapping[str, Any]


class Script:
    """The lines of a reconstruction of [starts, ends), and the event of each."""

    def __init__(self, name: str, starts: int, ends: int) -> None:
        self.name = name
        self.starts = starts
        self.ends = ends
        self.lines: list[Line] = []

    def say(
        self, kind: str, subject: str, time: int, data: Mapping[str, Any], *, part: str, seen: int | None = None
    ) -> None:
        """Something became true at `time` and was seen then, or at `seen`; what is seen too late is left out."""
        known = time if seen is None else seen
        if known < self.ends:
            self.lines.append(Line(known, Rank.DURING, len(self.lines), time, kind, subject, part, data))

    def begin(
        self, kind: str, subject: str, time: int, data: Mapping[str, Any], *, part: str, seen: int | None = None
    ) -> None:
        """Something was true when the observing of its subject began, at `seen` or at the start."""
        known = self.starts if seen is None else seen
        self.lines.append(Line(known, Rank.BEFORE, len(self.lines), min(time, known), kind, subject, part, data))

    def event(self, line: Line) -> dict[str, Any]:
        """A line as a CloudEvents 1.0 event; its id is a hash of what it says."""
        time, source = to_text(line.time), f"reconstructed:{self.name}/{line.part}"
        said = f"{source}\x1f{line.type}\x1f{line.subject}\x1f{time}\x1f{line.data!r}"
        made: dict[str, Any] = {
            "specversion": "1.0",
            "id": hashlib.sha256(said.encode()).hexdigest()[:_DIGITS],
            "source": source,
            "type": line.type,
            "subject": line.subject,
            "time": time,
            "dataschema": DATASCHEMA,
            "data": dict(line.data),
        }
        return made if line.seen == line.time else {**made, "observedtime": to_text(line.seen)}

    def events(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """All events with the instant at which they could be known, in that order."""
        for line in sorted(self.lines, key=lambda line: line[:3]):
            yield line.seen, self.event(line)


def whole_minute(instant: float) -> int:
    """An instant cut to the minute: nobody publishes to the millisecond."""
    return int(instant) // MINUTE * MINUTE
