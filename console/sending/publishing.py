"""Checking events and handing them in, batch by batch, in their order."""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from console.sending.entries import Entry, Unreadable, read_entries
from console.sending.targets import Target
from observers.parcels import LARGEST_BYTES, LARGEST_COUNT, Item, Rejected, Sorted, Taken, sort_out
from schemas.deadletters import Refusal
from schemas.envelope import owner_of
from schemas.instants import SECOND
from streams.log.intake import Gate
from streams.settings import Settings


@dataclass(slots=True)
class Published:
    """What became of events: how many were handed in and kept, and which were refused on the other side."""

    to: str
    accepted: int = 0
    refused: list[Rejected] = field(default_factory=list)


def check(content: bytes, settings: Settings) -> Sorted:
    """Sort a file's events by whether the worker would take them; places are lines."""
    gate = Gate(settings.largest_record, int(settings.future_seconds * SECOND))
    now = time.time_ns() // 1_000_000 if settings.live else None
    entries = list(read_entries(content))
    found = sort_out(
        (Item(*one) for one in entries if isinstance(one, Entry)), lambda value: gate.read(None, value, now)
    )
    unreadable = (one for one in entries if isinstance(one, Unreadable))
    found.rejected += [Rejected(line, Refusal.NOT_JSON, error, value) for line, error, value in unreadable]
    found.rejected.sort(key=lambda one: one.place)
    return found


def unchecked(content: bytes) -> list[Taken]:
    """A file's events as they stand, what can't be read too, for whoever wants to see it refused.

    Send them one by one (`largest=1`), so that each is refused alone.
    """
    return [Taken(one.line, _owner(one.value), one.value) for one in read_entries(content)]


def _owner(value: bytes) -> str:
    """The owner that a subject names; empty where nothing can be made of it."""
    try:
        plain = orjson.loads(value)
    except orjson.JSONDecodeError:
        return ""
    subject = plain.get("subject") if isinstance(plain, dict) else None
    return owner_of(subject) if isinstance(subject, str) else ""


def made(events: Sequence[dict[str, Any]]) -> list[Taken]:
    """Events that a command has made itself."""
    return [Taken(place, owner_of(event["subject"]), orjson.dumps(event)) for place, event in enumerate(events, 1)]


def publish(events: Sequence[Taken], target: Target, *, largest: int = LARGEST_COUNT) -> Published:
    """Hand events in, at most `largest` at once, with a progress bar where somebody looks.

    Raises:
        OperationError: the target can't be reached or can't keep them; what was handed in before is kept, and sending
            all again is harmless.

    """
    return asyncio.run(_publish(events, target, largest))


async def _publish(events: Sequence[Taken], target: Target, largest: int) -> Published:
    published = Published(target.name)
    async with target:
        with _progress() as progress:
            task = progress.add_task("observations", total=len(events))
            for batch in _batches(events, largest):
                refused = await target.send(batch)
                published.refused += refused
                published.accepted += len(batch) - len(refused)
                progress.update(task, advance=len(batch))
    return published


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _batches(events: Sequence[Taken], largest: int) -> Iterator[list[Taken]]:
    batch, size = list[Taken](), 0
    for event in events:
        if batch and (len(batch) >= largest or size + len(event.value) > LARGEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += len(event.value)
    if batch:
        yield batch
