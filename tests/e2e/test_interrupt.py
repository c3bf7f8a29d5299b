"""Ctrl-C at any moment: status 130 (SIGTERM: 143), no traceback, and nothing is left running."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.support.stack import Up, running_up
from tests.support.workers import Process, gone

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

INTERRUPTED, TERMINATED = 130, 143


async def interrupted(up: Up) -> None:
    """Interrupt it, and hold it to its promise."""
    known = up.family()
    up.interrupt()
    await ended_well(up, known)


async def ended_well(up: Up, known: list[Process], status: int = INTERRUPTED) -> None:
    """Its status, its output, and that its whole family is gone, also who was born while it was ending."""
    assert await up.ended(40) == status, up.err
    assert gone(known) == []
    assert "Traceback" not in up.out + up.err
    assert up.err == ""
    assert still_on(up.data) == []
    assert not (up.data / "up.json").exists()


def still_on(data: Path) -> list[str]:
    """Processes that were given this data folder."""
    found = subprocess.run(["pgrep", "--full", "--list-full", str(data)], capture_output=True, text=True, check=False)
    return found.stdout.splitlines()


@pytest.mark.parametrize("seconds", [0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
async def test_while_it_starts(tmp_path: Path, seconds: float) -> None:
    """While modules load, the broker starts, topics are made, the worker joins its group."""
    with running_up(tmp_path / "data") as up:
        await asyncio.sleep(seconds)
        await interrupted(up)


async def test_when_it_is_up(tmp_path: Path) -> None:
    """The ordinary end: it says that it has stopped."""
    with running_up(tmp_path / "data") as up:
        await up.ready()
        await interrupted(up)
        assert "stopped 已停止" in up.out


async def test_twice_in_a_row(tmp_path: Path) -> None:
    """Who presses it again does not leave half of it running."""
    with running_up(tmp_path / "data") as up:
        await up.ready()
        known = up.family()
        for _ in range(3):
            up.interrupt()
            await asyncio.sleep(0.2)
        await ended_well(up, known)


@pytest.mark.parametrize("folded", [1, 40_000])
async def test_while_the_demonstration_is_played(tmp_path: Path, folded: int) -> None:
    """Soon after its beginning, and in the middle."""
    with running_up(tmp_path / "data", "--demo", "--once", "--out", str(tmp_path / "out")) as up:
        log = up.data / "demo-worker.log"
        await up.until(lambda: log.exists() and b"worker ready" in log.read_bytes(), 90, "begin")
        await asyncio.sleep(folded / 5_000)
        await interrupted(up)


async def test_an_ordinary_end_from_outside(tmp_path: Path) -> None:
    """SIGTERM, as systemd or docker stop send it, ends it as Ctrl-C does, with the status that those expect: 143."""
    with running_up(tmp_path / "data") as up:
        await up.ready()
        known = up.family()
        up.running.terminate()
        await ended_well(up, known, TERMINATED)
