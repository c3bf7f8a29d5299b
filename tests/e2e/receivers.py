"""A unit's own system: it takes webhooks, and verifies them by the independent `standardwebhooks` package."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from tests.e2e.living import SECRET, now


@dataclass
class Told:
    """One webhook."""

    id: str
    at: datetime
    body: dict[str, Any]

    @property
    def change(self) -> str:
        """What it says happened."""
        return str(self.body["data"]["change"])


@dataclass
class Office:
    """Where one unit is told."""

    url: str = ""
    told: list[Told] = field(default_factory=list)

    def changes(self, rule: str) -> list[str]:
        """What it was told of a rule, in order."""
        return [one.change for one in self.told if one.body["data"]["rule"] == rule]

    async def take(self, request: web.Request) -> web.Response:
        """Take a webhook; a wrong signature raises, which the sender meets as a 500 and the test as nothing told."""
        body = await request.read()
        found = Webhook(SECRET).verify(body, {name.lower(): value for name, value in request.headers.items()})
        self.told.append(Told(request.headers["webhook-id"], now(), found))
        return web.Response(status=204)


@asynccontextmanager
async def office() -> AsyncIterator[Office]:
    """A receiver on a free port."""
    made = Office()
    app = web.Application()
    app.router.add_post("/told", made.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/told"
    try:
        yield made
    finally:
        await runner.cleanup()
