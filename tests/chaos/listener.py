"""The receiver's process, as the harness holds it: its moods, its end, and all that it was told."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson

from alerts.received import Message, Received
from alerts.receiver import PATH, Reception
from streams.broker.child import Child
from streams.broker.ports import answers, free_port
from tests.chaos.receiver import MOOD, Mood
from tests.chaos.waiting import until
from tests.support.installation import SECRET_NAME

_START_SECONDS = 30.0
_TAKEN = frozenset({Reception.ACCEPTED, Reception.DUPLICATE})
_ROOT = Path(__file__).parents[2]


class Listener:
    """Open it with `async with`; its port and its notes stay over restarts."""

    def __init__(self, secret: str, folder: Path) -> None:
        self._secret, self._notes, self._port = secret, folder / "told.jsonl", free_port()
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Where to send to."""
        return f"http://127.0.0.1:{self._port}{PATH}"

    @property
    def received(self) -> list[Received]:
        """All that it took, again and again what came again."""
        now = datetime.now(UTC)
        return [_received(note, now) for note in self._written() if Reception(note["reception"]) in _TAKEN]

    @property
    def counts(self) -> Mapping[Reception, int]:
        """What it made of the requests."""
        return Counter(Reception(note["reception"]) for note in self._written())

    def _written(self) -> list[dict[str, Any]]:
        if not self._notes.exists():
            return []
        return [orjson.loads(line) for line in self._notes.read_bytes().splitlines() if line.endswith(b"}")]

    # -- what is done to it ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start it, again after an end, and wait until it listens."""
        command = [sys.executable, "-m", "tests.chaos.receiver", str(self._port), str(self._notes)]
        env = os.environ | {SECRET_NAME: self._secret, "PYTHONPATH": str(_ROOT)}
        self._child = await asyncio.to_thread(Child, command, env)
        await until(lambda: asyncio.to_thread(answers, "127.0.0.1", self._port), _START_SECONDS)

    async def kill(self) -> None:
        """End it as kill -9 does."""
        if self._child is not None:
            await asyncio.to_thread(self._child.kill)

    async def be(self, mood: Mood) -> None:
        """Give it a mood, as soon as it listens; one that is started anew is well."""
        await until(lambda: self._became(mood), _START_SECONDS)

    async def _became(self, mood: Mood) -> bool:
        try:
            async with aiohttp.ClientSession() as http, http.post(self.url, headers={MOOD: mood}) as answer:
                return answer.ok
        except (aiohttp.ClientError, OSError):
            return False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()


def _received(note: dict[str, Any], now: datetime) -> Received:
    message = Message.model_validate_json(note["body"])
    return Received(**dict(message), id=note["id"], received_at=now)
