"""The receiver's process, as the measurement of detection holds it: when each breach was told."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import orjson

from alerts.receiver import PATH
from alerts.signing import new_secret
from schemas.instants import read_at
from streams.broker.child import Child
from streams.broker.ports import answers, free_port
from tests.bench.peers.racers import environment
from tests.support.installation import SECRET_NAME

#: The rules that are timed; others that a breach brings with it are told too.
_RULES = frozenset({"M-V1a", "M-V2a"})


class Told:
    """Open it by `start`; `breached` says when (ms UTC) each account's breach came, after `read`."""

    def __init__(self, folder: Path) -> None:
        self.secret, self._file, self._port = new_secret(), folder / "told.jsonl", free_port()
        self.breached: dict[str, int] = {}
        self._place = self._count = 0

    @property
    def url(self) -> str:
        """Where to send to."""
        return f"http://127.0.0.1:{self._port}{PATH}"

    async def start(self) -> Child:
        """Start it and wait until it listens."""
        command = [sys.executable, "-m", "tests.bench.witness", str(self._port), str(self._file)]
        child = Child(command, environment({SECRET_NAME: self.secret}))
        await asyncio.to_thread(self._listens)
        return child

    def _listens(self) -> None:
        while not answers("127.0.0.1", self._port):
            time.sleep(0.1)

    def read(self) -> int:
        """Read what was told since; how much it is by now."""
        with self._file.open("rb") as file:
            file.seek(self._place)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._place += len(line)
                self._count += 1
                self._take(orjson.loads(line))
        return self._count

    def _take(self, message: dict[str, Any]) -> None:
        alert = message["data"]
        if alert["change"] == "breached" and alert["rule"] in _RULES:
            self.breached.setdefault(alert["subject"], read_at(message["received_at"]))
