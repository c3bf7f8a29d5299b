"""Workers as child processes: each with its settings in the environment, its log in a file, its end noticed."""

import os
import re
import sys
from collections.abc import Mapping

import aiohttp

from schemas.errors import OperationError
from streams.broker.child import Child
from streams.settings import Settings

_FOLDED = re.compile(r'^xuncha_observations_folded_total\{topic="observations"\} (\S+)$', re.MULTILINE)


class WorkerProcess:
    """One `xuncha worker` that can't outlive us."""

    def __init__(self, name: str, settings: Settings, secrets: Mapping[str, str]) -> None:
        self.name = name
        self.url = f"http://{settings.http_host}:{settings.http_port}"
        self._log = settings.data / f"{name}.log"
        env = {**os.environ, **secrets, **_environment(settings.model_copy(update={"log_file": self._log}))}
        self._child = Child([sys.executable, "-m", "console", "worker"], env)

    def check(self) -> None:
        """Raise if it has ended.

        Raises:
            OperationError: with its exit status and its last words.

        """
        if not self._child.alive():
            words = "; ".join(self._child.last_lines()[-3:])
            said = f"; its last words: {words}" if words else ""
            raise OperationError(f"the {self.name} {_ended(self._child.exit_status)}: see {self._log}{said}")

    async def ready(self, session: aiohttp.ClientSession) -> bool:
        """Whether it has loaded the state of its partitions."""
        try:
            async with session.get(f"{self.url}/ready") as answer:
                return answer.status == 200  # noqa: PLR2004
        except aiohttp.ClientError:
            return False

    async def folded(self, session: aiohttp.ClientSession) -> int:
        """How many observations it has folded, as its metrics say; 0 while it does not answer."""
        try:
            async with session.get(f"{self.url}/metrics") as answer:
                found = _FOLDED.search(await answer.text())
        except aiohttp.ClientError:
            return 0
        return int(float(found[1])) if found else 0

    def stop(self, patience_seconds: float) -> None:
        """End it, at once after so long; twice is harmless."""
        self._child.stop(patience_seconds)


def _ended(status: int | None) -> str:
    """How a process ended, in words."""
    return f"was ended by signal {-status}" if status is not None and status < 0 else f"ended with status {status}"


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as a worker reads them."""
    plain = settings.model_dump(mode="json", exclude={"packs"})
    made = {f"XUNCHA_{name.upper()}": str(value) for name, value in plain.items() if value is not None}
    made["XUNCHA_PACKS"] = "[" + ",".join(f'"{folder}"' for folder in settings.packs) + "]"
    return made
