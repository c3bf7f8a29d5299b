"""The observer: a process that sends a run's events, notes how far it came, and after its death goes on from there.

`python -m tests.chaos.observer SETTINGS RECORDS NOTE`. The note is written after the broker has acknowledged, so that a
death between the two sends a batch twice and never leaves one out. One that lost its note begins anew, as whoever runs
`xuncha publish FILE` again does.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from streams.broker.child import Child
from streams.log.sender import Outgoing, Sender
from streams.settings import Settings
from tests.chaos.progress import followed, play
from tests.chaos.waiting import until

_ROOT = Path(__file__).parents[2]
_RECORDS = msgspec.msgpack.Decoder(list[Outgoing])


class Observer:
    """Its process, as the harness holds it; open it by `async with`."""

    def __init__(self, settings: Settings, records: Sequence[Outgoing], folder: Path) -> None:
        self._files = [folder / f"observer.{name}" for name in ("settings", "records", "note")]
        self._files[0].write_text(settings.model_dump_json(), encoding="utf-8")
        self._files[1].write_bytes(msgspec.msgpack.encode(records))
        self._child: Child | None = None

    async def start(self, *, forgetful: bool = False) -> None:
        """Start it, again after its death; a forgetful one begins anew."""
        if forgetful:
            await asyncio.to_thread(_forget, self._files[2])
        command = [sys.executable, "-m", "tests.chaos.observer", *map(str, self._files)]
        self._child = await asyncio.to_thread(Child, command, os.environ | {"PYTHONPATH": str(_ROOT)})

    async def kill(self) -> None:
        """End it as kill -9 does."""
        if self._child is not None:
            await asyncio.to_thread(self._child.kill)

    async def done(self, seconds: float) -> None:
        """Wait until it has sent everything.

        Raises:
            TimeoutError: it has not, in so long.
            RuntimeError: it ended otherwise.

        """
        child = self._child
        if child is None:
            raise RuntimeError("the observer is not started")

        async def ended() -> bool:
            return not child.alive()

        await until(ended, seconds)
        if child.exit_status:
            raise RuntimeError(f"the observer ended with {child.exit_status}: " + "\n".join(child.last_lines()))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()


async def _observe(settings: Settings, records: Sequence[Outgoing], note: Path) -> None:
    first, repeated = _read(note)
    sender = Sender(settings.kafka, settings.topics)
    await sender.start()
    try:
        async with followed(settings, len(records)) as progress:
            await play(
                sender, records[first:], progress, first + repeated, lambda sent: _write(note, first + sent, repeated)
            )
    finally:
        await sender.stop()


def _read(note: Path) -> tuple[int, int]:
    """How far it came, and how many it had sent before it forgot; the harness keeps the second for the pace."""
    if not note.exists():
        return 0, 0
    first, repeated = note.read_text(encoding="ascii").split()
    return int(first), int(repeated)


def _write(note: Path, first: int, repeated: int) -> None:
    part = note.with_suffix(".part")
    part.write_text(f"{first} {repeated}", encoding="ascii")
    part.rename(note)


def _forget(note: Path) -> None:
    _write(note, 0, sum(_read(note)))


def main() -> None:
    """Send what a file holds."""
    settings, records, note = map(Path, sys.argv[1:])
    told = Settings.model_validate_json(settings.read_bytes())
    asyncio.run(_observe(told, _RECORDS.decode(records.read_bytes()), note))


if __name__ == "__main__":
    main()
