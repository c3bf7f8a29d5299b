"""A webhook receiver in a process of its own, with moods: `python -m tests.chaos.receiver PORT FILE`.

It is the product's receiver; each message that it takes is written down, with its id, before it is answered. The secret
comes by the environment, and moods by a header of their own.
"""

import asyncio
import os
import sys
from enum import StrEnum
from pathlib import Path

import orjson
from aiohttp import web

from alerts.receiver import Receiver, Reception
from tests.support.installation import SECRET_NAME

#: The header that brings a mood.
MOOD = "x-mood"


class Mood(StrEnum):
    """How it answers."""

    WELL = "well"
    FAILS = "fails"
    HANGS = "hangs"
    FORGETS = "forgets"


class Moody(Receiver):
    """The product's receiver, except for its moods."""

    def __init__(self, secret: str, port: int, out: Path) -> None:
        super().__init__(secret, port=port, keep=100_000)
        self._path = out
        self._mood, self._changed = Mood.WELL, asyncio.Event()

    async def _handle(self, request: web.Request) -> web.Response:
        if MOOD in request.headers:
            return self._change(Mood(request.headers[MOOD]))
        if self._mood is Mood.FAILS:
            return web.Response(status=500)
        if self._mood is Mood.HANGS:
            await self._changed.wait()
            return web.Response(status=503)
        answer = await super()._handle(request)
        if self._mood is Mood.FORGETS and request.transport is not None:
            request.transport.abort()
        return answer

    def _change(self, mood: Mood) -> web.Response:
        self._mood = mood
        self._changed.set()
        self._changed = asyncio.Event()
        return web.Response(status=204)

    async def _receive(self, request: web.Request) -> Reception:
        reception = await super()._receive(request)
        note = {"id": request.headers.get("webhook-id", ""), "reception": reception, "body": await request.text()}
        with self._path.open("ab") as file:
            file.write(orjson.dumps(note) + b"\n")
        return reception


async def _serve(port: int, out: Path) -> None:
    async with Moody(os.environ[SECRET_NAME], port, out):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
