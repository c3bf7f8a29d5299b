"""What a window says of a subject at an instant, and how windows speak of instants that never come."""

from typing import NamedTuple

from schemas.words import Reason, State

#: Later than any instant (year 292278994). Using None instead would make every min() clunky.
NEVER = 2**62

#: A finding shows this many event ids at most; the rest is found by replay.
EVIDENCE_SHOWN = 20


class Answer(NamedTuple):
    """A window's answer.

    `due_at` is the instant (ms UTC) at which it breaks, or broke; NEVER where none is known beforehand.
    `provisional` says that a working-day calendar without its State Council notice went into `due_at`. `waiting` says
    that a look could change the answer, though it is not `unknown` itself: that of a part of what it counts is.
    `partly` says that of what is counted some is broken or `unknown`: it awaits no deadline, but once it is mended it
    can break again.
    """

    state: State
    reason: Reason
    due_at: int = NEVER
    evidence: tuple[str, ...] = ()
    provisional: bool = False
    waiting: bool = False
    partly: bool = False
