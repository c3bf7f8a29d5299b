"""Receivers that misbehave on real sockets, one answer after another, and verify what they get by themselves."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from standardwebhooks import Webhook

from alerts.patience import Patience
from alerts.webhook import Surroundings
from schemas.registry import Endpoint

SECRET = "whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
OTHER_SECRET = "whsec_" + "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC"
NAME = "WEBHOOK_SECRET_U_HEALTH"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def status(code: int, **headers: str) -> Answer:
    """Answer with a status, and headers (`_` for `-`)."""
    shown = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=shown)

    return answer


async def hang(_request: web.Request) -> web.StreamResponse:
    """Take the request and say nothing for as long as a test may last."""
    await asyncio.sleep(60)
    return web.Response()


async def reset(request: web.Request) -> web.StreamResponse:
    """Take the request and break the connection off."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    """Answer 200, promise a body and hang in the middle of it."""
    response = web.StreamResponse(headers={"content-length": "100"})
    await response.prepare(request)
    await response.write(b"half")
    await asyncio.sleep(60)
    return response


@dataclass
class Scripted:
    """A receiver that gives its answers one by one, the last one for ever; `messages` holds what was verified."""

    answers: list[Answer]
    secret: str = SECRET
    messages: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    base: str = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{any:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def endpoint(self) -> Endpoint:
        """This receiver as a unit registers it."""
        return Endpoint(url=f"{self.base}/webhook", secret_env=NAME)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.bodies.append(body)
        self.headers.append(headers)
        self.messages.append(Webhook(self.secret).verify(body, headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)


@dataclass
class World:
    """A clock that moves when somebody waits, and what was waited."""

    clock: datetime = field(default_factory=lambda: datetime.now(UTC))
    waited: list[float] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=lambda: {NAME: SECRET})
    dice: float = 0.0

    async def sleep(self, seconds: float) -> None:
        """Wait in no time."""
        self.waited.append(seconds)
        self.clock += timedelta(seconds=seconds)

    @property
    def surroundings(self) -> Surroundings:
        """This world, as a sender takes it."""
        return Surroundings(now=lambda: self.clock, sleep=self.sleep, dice=lambda: self.dice, env=self.env)


BRISK = Patience(waits=(0, 5, 30), longest_wait=60, spread=0.2, timeout=0.3)
"""The product's patience, but for an attempt's timeout: a test doesn't wait twenty seconds."""
