"""TCP ports on this machine: is one free, give me a free one, does anybody answer."""

import errno
import socket

from schemas.errors import BrokerPortInUse


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port on which nothing listens now; somebody may take it before you do."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(host: str, port: int) -> None:
    """Raise BrokerPortInUse unless `port` of `host` can be bound now.

    SO_REUSEADDR is what the broker itself uses: connections that linger after a restart
    do not count, a listener does, also one on all addresses.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise BrokerPortInUse(_in_use(host, port, error)) from error


def _in_use(host: str, port: int, error: OSError) -> str:
    return (
        f"Port {port} of {host} cannot be had ({error.strerror}): "
        "stop the program that uses it or choose another port for the broker."
    )


def answers(host: str, port: int, timeout_seconds: float = 0.2) -> bool:
    """Tell whether something accepts a connection on `port` of `host`."""
    try:
        with socket.create_connection((host, port), timeout_seconds):
            return True
    except OSError:
        return False
