"""What a receiver has received: each message once, the newest at hand, all of them in a file of JSON lines."""

from collections import deque
from pathlib import Path
from typing import TextIO

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict

from schemas.alerts import Alert

log = structlog.get_logger(__name__)


class Message(BaseModel):
    """The body of a webhook."""

    model_config = ConfigDict(frozen=True)

    type: str
    timestamp: AwareDatetime
    data: Alert
    evidence_left_out: int = 0


class Received(Message):
    """A message with its id and when it was taken in; one line of the file."""

    id: str
    received_at: AwareDatetime


class Inbox:
    """Takes messages; `newest` holds the last `keep` of them, the newest last.

    Args:
        out: the file to append to; None keeps nothing beyond memory.
        keep: how many to hold at hand.

    """

    def __init__(self, out: Path | None = None, keep: int = 1000) -> None:
        self.newest: deque[Received] = deque(maxlen=keep)
        self._ids: set[str] = set()
        self._out = out
        self._file: TextIO | None = None

    def open(self) -> None:
        """Read what the file already holds, and open it to be continued."""
        if self._out is None:
            return
        self._out.parent.mkdir(parents=True, exist_ok=True)
        cut = self._read_back(self._out) if self._out.exists() else False
        self._file = self._out.open("a", encoding="utf-8")
        if cut:  # so that the next line is a line
            self._file.write("\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def take(self, received: Received) -> bool:
        """Take a message, and write it down before the sender is told so; False if it was here already."""
        if received.id in self._ids:
            return False
        if self._file is not None:
            self._file.write(received.model_dump_json() + "\n")
            self._file.flush()
        self._remember(received)
        return True

    def _remember(self, received: Received) -> None:
        self._ids.add(received.id)
        self.newest.append(received)

    def _read_back(self, out: Path) -> bool:
        """Remember the file's lines; whether its last one was cut off in the middle of being written."""
        text = out.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.split("\n"), start=1):
            self._read_line(out, number, line)
        return bool(text) and not text.endswith("\n")

    def _read_line(self, out: Path, number: int, line: str) -> None:
        if not line:
            return
        try:
            self._remember(Received.model_validate_json(line))
        except ValueError:
            log.warning("line of the receiver's file left out: not a whole message", file=str(out), line=number)
