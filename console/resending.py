"""Sending dead letters again: their own bytes or mended ones, as events under the right keys."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from console.letters import Letter
from console.output import remark, write, write_json
from console.sending.publishing import Published, check, publish
from console.sending.report import DONE, SOME_REFUSED, plain, tell_faults
from console.sending.targets import Target
from observers.parcels import Rejected, Taken
from schemas.deadletters import Refusal
from schemas.errors import InputError
from streams.settings import Settings

#: What can't be taken as it is, however often it is sent.
_NEEDS_MENDING: Final = "it would be refused again: mend its bytes and send them with --edited FILE"


@dataclass(slots=True)
class Selection:
    """What is sent again, and why the rest is not: (letter's id, reason)."""

    events: list[Taken] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    letters: int = 0


def select(letters: list[Letter], settings: Settings) -> Selection:
    """The events in letters that would be taken now; a letter of which one event would not be taken is left whole."""
    found = Selection()
    for letter in letters:
        why, events = _judge(letter, settings)
        if why is None:
            found.events += events
            found.letters += 1
        else:
            found.left.append((letter.about.id, why))
    return found


def _judge(letter: Letter, settings: Settings) -> tuple[str | None, list[Taken]]:
    if letter.about.kept and letter.about.reason is not Refusal.UNKNOWN_SUBJECT:
        return "what it says is kept: it need not be sent again", []
    if letter.about.kept:
        return "the event is kept and waits for its subject to be registered: it need not be sent again", []
    if letter.about.size > len(letter.raw):
        return f"only {len(letter.raw)} of its {letter.about.size} bytes were kept: ask its sender", []
    found = check(letter.raw, settings)
    if found.rejected:
        return f"{_said(found.rejected)}; {_NEEDS_MENDING}", []
    return None, found.taken


def _said(rejected: list[Rejected]) -> str:
    first = rejected[0]
    more = f" (and {len(rejected) - 1} more)" if len(rejected) > 1 else ""
    return f"{first.reason}: {first.error}{more}"


def mended(letter: Letter, path: Path) -> Letter:
    """A letter with other bytes.

    Raises:
        InputError: the file can't be read.

    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}): name the file with the mended event") from error
    return Letter(letter.about.model_copy(update={"kept": False, "size": len(raw)}), raw)


def send(selection: Selection, target: Target, *, json: bool) -> int:
    """Send a selection and say what became of it: 0 if every letter was sent and kept, 1 if not."""
    published = publish(selection.events, target) if selection.events else Published("nowhere")
    if json:
        left = [{"id": one, "why": why} for one, why in selection.left]
        write_json(plain(published, published.refused) | {"letters": selection.letters, "left": left})
    else:
        for one, why in selection.left:
            remark(f"{one}: {why}")
        tell_faults(published.refused, "event")
        write(f"{selection.letters} dead letters with {published.accepted} events are sent again ({published.to})")
    return SOME_REFUSED if selection.left or published.refused else DONE
