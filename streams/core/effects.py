"""What folding an input brings about. The shell carries it out: transitions first, then state, then acknowledgement."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schemas.words import Change, Reason, State


class Transition(NamedTuple):
    """A change of judgement at the instant `at` (ms UTC) at which it became true; `noticed` is the clock then."""

    id: str
    episode: str
    sequence: int
    change: Change
    state: State
    reason: Reason
    rule: str
    pack: str
    subject: str
    unit: str
    start: int
    since: int
    at: int
    due_at: int
    noticed: int
    evidence: tuple[str, ...]
    provisional: bool
    note: str = ""
    promised_at: int | None = None


class Forward(NamedTuple):
    """A small event for a topic with another key: `topic` is a name of `streams.topics`."""

    topic: str
    key: str
    event: dict[str, Any]


@dataclass
class Effects:
    """Everything that one or more inputs brought about, in order."""

    transitions: list[Transition] = field(default_factory=list)
    forwards: list[Forward] = field(default_factory=list)
    dirty: dict[str, str] = field(default_factory=dict)  # subject id -> owner
    touched: dict[str, None] = field(default_factory=dict)  # owners whose standing may have changed
    strangers: list[str] = field(default_factory=list)  # subjects nobody has registered

    def change(self, owner: str, subject: str) -> None:
        """A subject's state has to be written."""
        self.dirty[subject] = owner
