"""A local webhook receiver: what a unit's own system does, for the demonstration, for trying out and for tests.

It verifies signatures, takes each `webhook-id` once, keeps the newest alerts for a live table and appends each to a
file of JSON lines. Started again on the same file, it still knows what it has received.
"""

import errno
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import structlog
from aiohttp import web
from pydantic import ValidationError

from alerts.body import LARGEST
from alerts.received import Inbox, Message, Received
from alerts.signing import Signer
from schemas.errors import OperationError, PortInUse

log = structlog.get_logger(__name__)

PATH: Final = "/webhook"
_GRACE_SECONDS: Final = 1.0


class Reception(StrEnum):
    """What the receiver made of a request."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    BAD_SIGNATURE = "bad_signature"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"


_STATUS: Final = {
    Reception.ACCEPTED: HTTPStatus.NO_CONTENT,
    Reception.DUPLICATE: HTTPStatus.NO_CONTENT,
    Reception.BAD_SIGNATURE: HTTPStatus.UNAUTHORIZED,
    Reception.MALFORMED: HTTPStatus.BAD_REQUEST,
    Reception.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


def _now() -> datetime:
    return datetime.now(UTC)


class Receiver:
    """Receives webhooks while it is open.

        async with Receiver(new_secret(), out=Path("alerts.jsonl")) as receiver:
            receiver.url, receiver.received, receiver.counts[Reception.DUPLICATE]

    Args:
        secret: `whsec_…`; several with spaces between while one is being replaced.
        host: where to listen; the machine itself unless told otherwise.
        port: 0 takes a free one.
        out: the file to append messages to.
        keep: how many messages to hold at hand.
        now: the clock for `received_at`.

    Raises:
        SecretError: the secret is malformed.
        PortInUse: on opening, when something else listens there.

    """

    def __init__(
        self,
        secret: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        out: Path | None = None,
        keep: int = 1000,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.counts: Counter[Reception] = Counter()
        self._signer = Signer(secret, "the receiver's secret")
        self._host, self._port, self._now = host, port, now
        self._inbox = Inbox(out, keep)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where to send to, once it is open."""
        return f"http://{self._host}:{self._port}{PATH}"

    @property
    def received(self) -> deque[Received]:
        """The newest messages, the newest last."""
        return self._inbox.newest

    async def start(self) -> None:
        """Open the file, then the port."""
        self._inbox.open()
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(PATH, self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE_SECONDS)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self.stop()
            raise _not_listening(error, self._host, self._port) from error
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port, then the file. Twice is once."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self._inbox.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _handle(self, request: web.Request) -> web.Response:
        reception = await self._receive(request)
        self.counts[reception] += 1
        if reception is not Reception.ACCEPTED:
            log.info("webhook received", reception=reception, id=request.headers.get("webhook-id", ""))
        return web.Response(status=_STATUS[reception])

    async def _receive(self, request: web.Request) -> Reception:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return Reception.TOO_LARGE
        if not self._signer.verifies(request.headers, body):
            return Reception.BAD_SIGNATURE
        return self._take(request.headers["webhook-id"], body)

    def _take(self, message: str, body: bytes) -> Reception:
        try:
            read = Message.model_validate_json(body)
        except ValidationError:
            return Reception.MALFORMED
        received = Received(**dict(read), id=message, received_at=self._now())
        return Reception.ACCEPTED if self._inbox.take(received) else Reception.DUPLICATE


def _not_listening(error: OSError, host: str, port: int) -> OperationError:
    if error.errno == errno.EADDRINUSE:
        return PortInUse(f"something else listens on {host}:{port}: stop it, or give the webhook receiver another port")
    return OperationError(f"can't listen on {host}:{port}: {error.strerror}; give the receiver another host or port")
