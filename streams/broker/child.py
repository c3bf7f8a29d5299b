"""A child process that cannot outlive us, with the last lines it wrote.

On Linux the kernel kills the child when its parent is gone, also after `kill -9`
(prctl PR_SET_PDEATHSIG). The kernel's "parent" is the *thread* that forked, so the child
is started, read and waited for by one keeper thread that lives as long as the child does;
the thread of an executor, which may end earlier, would take the child along.
Elsewhere (macOS) only a normal end of the parent, and an exception, stop the child: best effort.
"""

import atexit
import ctypes
import io
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
KEPT_LINES = 40

Born = Future[subprocess.Popen[bytes]]


def _die_with_parent() -> Callable[[], None] | None:
    """Return what the forked child does before it becomes the program; None where the kernel cannot help."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl: nobody would tell us any more
            os._exit(1)

    return ask_kernel


class Child:
    """One running program. Its standard output and error are read all the time; the last lines are kept."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start `command` with exactly `env`; raise OSError if it cannot be started."""
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._ended = threading.Event()
        born: Born = Future()
        keeper = threading.Thread(target=self._keep, args=(born, command, env), name="child-keeper", daemon=True)
        keeper.start()
        self._process = born.result()
        atexit.register(self.stop)

    @property
    def pid(self) -> int:
        """Process id; the child leads a process group of the same number."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """Exit status, negative for a signal; None while it runs."""
        return self._process.returncode if self._ended.is_set() else None

    def alive(self) -> bool:
        """Tell whether it still runs."""
        return not self._ended.is_set()

    def last_lines(self) -> list[str]:
        """Return what it wrote last, oldest first."""
        return list(self._lines)

    def wait(self, timeout_seconds: float) -> bool:
        """Wait until it has ended; False if it still runs after `timeout_seconds`."""
        return self._ended.wait(timeout_seconds)

    def stop(self, patience_seconds: float = 5.0) -> None:
        """End it: SIGTERM to its process group, SIGKILL after `patience_seconds`. Twice is harmless."""
        atexit.unregister(self.stop)
        self._signal(signal.SIGTERM)
        if not self.wait(patience_seconds):
            self._signal(signal.SIGKILL)
            self.wait(patience_seconds)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        atexit.unregister(self.stop)
        self._signal(signal.SIGKILL)
        self.wait(5.0)

    def _signal(self, number: signal.Signals) -> None:
        # Only while the keeper has not reaped it is the number surely still ours.
        if self.alive():
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:
                return

    def _keep(self, born: Born, command: Sequence[str], env: Mapping[str, str]) -> None:
        try:
            process = _spawn(command, env)
        except OSError as error:
            born.set_exception(error)
            return
        born.set_result(process)
        self._read(process)
        process.wait()
        self._ended.set()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        with process.stdout or io.BytesIO() as stream:
            for line in stream:
                self._lines.append(line.decode("utf-8", "replace").rstrip())


def _spawn(command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command),
        env=dict(env),
        cwd="/",  # a `.env` file in the user's folder must not configure it
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is ours to handle: workers drain first, the broker goes last
        preexec_fn=_die_with_parent(),  # noqa: PLW1509  # makes two system calls, imports and locks nothing
    )
