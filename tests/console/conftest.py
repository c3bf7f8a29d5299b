"""Running `xuncha` in this process, against an installation of the test's own."""

import sys
import uuid
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from console.cli import main
from streams.admin import ensure_topics
from streams.ending import ENDING
from streams.settings import Settings


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as one document."""
        return orjson.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """What it printed, as JSON lines."""
        return [orjson.loads(line) for line in self.out.splitlines()]


Xuncha = Callable[..., Ran]


@pytest.fixture
def xuncha(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Xuncha:
    """`xuncha("publish", "FILE")` runs the command; nothing of the environment or the folder names an installation."""
    monkeypatch.setenv("XUNCHA_DATA", str(tmp_path / "xuncha-data"))
    for name in ("XUNCHA_KAFKA", "XUNCHA_INTAKE", "XUNCHA_PREFIX", "XUNCHA_PACK", "XUNCHA_PACKS"):
        monkeypatch.delenv(name, raising=False)

    monkeypatch.setattr(ENDING, "begin", lambda: None)  # this process's SIGTERM is pytest's

    def run(*args: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["xuncha", *map(str, args)])
        # Cyclopts wonders whether a test means what it says.
        with pytest.raises(SystemExit) as ended, warnings.catch_warnings(action="ignore", category=UserWarning):
            main()
        out, err = capsys.readouterr()
        return Ran(ended.value.code if isinstance(ended.value.code, int) else 1, out, err)

    return run


@pytest.fixture
def installation(embedded_broker: str, monkeypatch: pytest.MonkeyPatch, xuncha: Xuncha) -> Settings:
    """Topics of the test's own on the embedded broker, which the environment names."""
    settings = Settings(kafka=embedded_broker, prefix=f"t{uuid.uuid4().hex[:10]}", partitions=3)
    ensure_topics(settings.kafka, settings.topics)
    monkeypatch.setenv("XUNCHA_KAFKA", settings.kafka)
    monkeypatch.setenv("XUNCHA_PREFIX", settings.prefix)
    return settings
