"""SIGTERM ends a worker with 143 and without a word, whatever it is about."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from signal import SIG_BLOCK, SIG_SETMASK, SIGTERM, pthread_sigmask
from typing import NoReturn

import pytest

from agents import run
from agents.context import FATAL_STATUS
from agents.overdue import END_SECONDS, Overdue
from agents.patience import Patience
from observers.demo import demo_checkpoint, demo_events
from schemas.envelope import owner_of
from schemas.errors import OperationError
from streams.ending import TERMINATED, Ending
from streams.settings import Settings
from tests.support.installation import Event, Installation, installation

TRIES = 12
LONGEST = 6.0
EVERY = 30


class Left(Exception):  # what a process does that leaves
    """The process has ended."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def leave(status: int) -> NoReturn:
    """End, as far as a test can."""
    raise Left(status)


def told(ending: Ending) -> None:
    """SIGTERM comes."""
    ending._tell()


@contextmanager
def held_back() -> Iterator[None]:
    """Whoever is started in here gets SIGTERM only when it is ready for it."""
    before = pthread_sigmask(SIG_BLOCK, {SIGTERM})
    try:
        yield
    finally:
        pthread_sigmask(SIG_SETMASK, before)


# -- the signal ----------------------------------------------------------------------------------------------------


def test_at_once_as_long_as_nothing_is_under_way() -> None:
    """Whoever has nothing to finish ends where it is."""
    with pytest.raises(Left) as left:
        told(Ending(leave))
    assert left.value.status == TERMINATED == 143


def test_gently_once_something_is() -> None:
    """The word is passed on, each time; the end comes when what was under way is done."""
    ending, words = Ending(leave), iter([True, True, False])
    ending.gently(lambda: next(words))
    ending.end()
    told(ending)
    told(ending)
    with pytest.raises(Left):
        ending.end()
    with pytest.raises(Left):
        told(ending)  # nobody is left to pass the word on to


def test_who_was_told_says_so_whatever_fails_over_it() -> None:
    """A worker that has to end has a status for that, unless it was told to end."""
    ending = Ending(leave)
    ending.gently(lambda: True)
    assert ending.status(FATAL_STATUS) == FATAL_STATUS
    told(ending)
    assert ending.status(FATAL_STATUS) == TERMINATED


def test_it_is_the_first_thing() -> None:
    """Before anything is imported that takes time."""
    asked = "import sys, console.cli; print(*{'asyncio', 'cyclopts', 'faust', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# -- a worker ------------------------------------------------------------------------------------------------------


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Ending:
    """A worker of this process that does not run, and how it ends."""
    made = Ending(leave)
    monkeypatch.setattr(run, "ENDING", made)
    monkeypatch.setattr(run, "ensure_topics", lambda *_args: None)
    monkeypatch.setattr(run, "watch", lambda *_args: None)
    monkeypatch.setattr(run, "_spare_the_collector", lambda: None)
    monkeypatch.setattr(Patience, "start", lambda _self: None)
    return made


def runs(monkeypatch: pytest.MonkeyPatch, as_told: Callable[[], None]) -> None:
    """Run a worker of which Faust says in the end that it has failed."""

    def execute(_runner: run.Runner) -> NoReturn:
        as_told()
        raise SystemExit(1)

    monkeypatch.setattr(run.Runner, "execute_from_commandline", execute)
    run.run_worker(Settings(kafka="127.0.0.1:1"), now=lambda: 0)


async def test_faust_trips_over_its_end(ending: Ending, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust ends with 1 where stopping fails; the worker was told to end all the same."""

    def tell() -> None:
        ending.gently(lambda: True)
        told(ending)

    with pytest.raises(Left) as left:
        runs(monkeypatch, tell)
    assert left.value.status == TERMINATED


@pytest.mark.usefixtures("ending")
async def test_faust_fails_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asked it to: the status is that of a worker that ended by itself."""
    with pytest.raises(SystemExit) as end:
        runs(monkeypatch, lambda: None)
    assert end.value.code == FATAL_STATUS


@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.usefixtures("ending")
async def test_ctrl_c(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Who pressed Ctrl-C is told so by 130, whatever Faust makes of it."""

    def execute(runner: run.Runner) -> NoReturn:
        runner._interrupt()
        raise SystemExit(status)

    monkeypatch.setattr(run.Runner, "execute_from_commandline", execute)
    monkeypatch.setattr(run.Runner, "_on_sigint", lambda _self: None)
    with pytest.raises(SystemExit) as end:
        run.run_worker(Settings(kafka="127.0.0.1:1"), now=lambda: 0)
    assert end.value.code == 130


def test_an_end_that_does_not_come() -> None:
    """Whoever can't stop in time is left; before SIGTERM it has all the time there is."""
    ending, seconds = Ending(leave), iter([1000.0, 1000.0, 1000.0 + END_SECONDS, 1000.1 + END_SECONDS])
    ending.gently(lambda: True)
    overdue = Overdue(lambda: ending.told, lambda: next(seconds))
    overdue.look()
    told(ending)
    overdue.look()
    overdue.look()
    with pytest.raises(OperationError, match="stopping took longer than 25 s"):
        overdue.look()


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_at_any_moment(broker: str, tmp_path: Path) -> None:
    """Starting, joining, recovering what the one before has left, folding, ending: 143, and nothing on the screen."""
    async with installation(broker, tmp_path) as city:
        await city.play(events(), demo_checkpoint())
        chance = Random(2019)
        ended = [await tried(city, f"w{number}", chance) for number in range(TRIES)]
    assert ended == [(TERMINATED, [])] * TRIES


def events() -> list[Event]:
    """A part of the demonstration, the whole quarter long."""
    everything = list(demo_events())
    owners = sorted({owner_of(event["subject"]) for event in everything})
    left_out = {one for number, one in enumerate(owners) if number % EVERY and not one.startswith("unit:")}
    return [event for event in everything if owner_of(event["subject"]) not in left_out]


async def tried(city: Installation, name: str, chance: Random) -> tuple[int | None, list[str]]:
    """Start a worker, end it soon, perhaps tell it once more: its status, and what it said besides its log."""
    worker = city.worker(name)
    with held_back():
        worker.start()
    await asyncio.sleep(chance.uniform(0, LONGEST))
    worker.terminate()
    await asyncio.sleep(chance.uniform(0, 1))
    if worker.alive and chance.random() < 0.5:
        worker.terminate()
    return await asyncio.to_thread(worker.wait_ended, 40), worker.words()
