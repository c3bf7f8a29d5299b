"""One Apache Kafka node of our own, started by deploy/kafka/run.sh, that a test may kill and restart."""

import os
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from streams.broker.child import Child
from streams.broker.ports import answers, free_port

RUN_SH = Path(__file__).parents[2] / "deploy" / "kafka" / "run.sh"
# A start takes about three seconds; the very first also fetches 45 MB from Maven.
START_SECONDS = 110.0


def missing_tools() -> list[str]:
    """Return the programs that run.sh needs and this machine lacks."""
    return [tool for tool in ("bash", "java", "mvn") if shutil.which(tool) is None]


class KafkaNode:
    """A Kafka process with its data in `data`; its ports stay the same over restarts.

    Args:
        data: its folder.
        vias: (port, port shown) of further listeners, for clients that come through a proxy.

    """

    def __init__(self, data: Path, vias: Sequence[tuple[int, int]] = ()) -> None:
        self.data = data
        self._vias = tuple(vias)
        self.port = free_port()
        self._controller_port = free_port()
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.alive()

    def start(self) -> None:
        """Start it and wait until it answers as a broker."""
        self._child = Child([str(RUN_SH), *self._arguments()], os.environ)
        deadline = time.monotonic() + START_SECONDS
        while not _is_up(self.port):
            if self._child.wait(0.1) or time.monotonic() > deadline:
                raise RuntimeError("Apache Kafka did not start:\n" + "\n".join(self._child.last_lines()))

    def stop(self) -> None:
        """End it as Ctrl-C would: it closes its logs."""
        if self._child is not None:
            self._child.stop(patience_seconds=30.0)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._child is not None:
            self._child.kill()

    def freeze(self) -> None:
        """SIGSTOP: it holds its connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start it again on the same ports and data, whether it was stopped, killed or still runs."""
        self.stop()
        self.start()

    def _arguments(self) -> list[str]:
        return [
            f"--port={self.port}",
            f"--controller-port={self._controller_port}",
            f"--data={self.data}",
            *(f"--via={port}:{shown}" for port, shown in self._vias),
        ]

    def _signal(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.alive():
            os.killpg(self._child.pid, number)


def _is_up(port: int) -> bool:
    """Tell whether the node is a full member of its cluster, not merely listening."""
    if not answers("127.0.0.1", port):
        return False
    try:
        client = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=5000)
    except KafkaError:
        return False
    try:
        return bool(client.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        client.close()
