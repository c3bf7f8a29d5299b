"""Waiting until something is so."""

import asyncio
from collections.abc import Awaitable, Callable

_LOOK_SECONDS = 0.05


async def until(done: Callable[[], Awaitable[bool]], seconds: float, look_seconds: float = _LOOK_SECONDS) -> None:
    """Wait until something is so, looking again and again.

    Raises:
        TimeoutError: it was not, in so long.

    """
    async with asyncio.timeout(seconds):
        while True:
            if await done():
                return
            await asyncio.sleep(look_seconds)
