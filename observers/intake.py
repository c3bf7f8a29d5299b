"""The HTTP intake: observations from whoever has no Kafka client, one CloudEvent or an array of them a request.

    POST /events   application/cloudevents+json, application/cloudevents-batch+json or application/json
    GET  /health

    202  at least one event is kept (journal, then broker) -> {"accepted": n, "refused": [{index, id, reason, error}]}
    400  nothing could be taken; the body says why, event by event
    413  the body is too large           415  the content type is none of the above
    503  the events could not be kept: send them again, what was kept already is recognised by its id

The answer goes out only when `accept` has returned, so what is answered with 202 survives a crash. Source: CloudEvents
1.0.2, HTTP protocol binding, structured and batched content mode.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import orjson
import structlog
from aiohttp import web

from observers.parcels import Item, Parcel, Read, Rejected, Sorted, parcels, sort_out
from schemas.deadletters import Refusal
from schemas.errors import PortInUse

log = structlog.get_logger(__name__)

DEFAULT_PORT: Final = 8642
LARGEST_BODY: Final = 16 * 1024 * 1024

_TYPES: Final = frozenset({"application/cloudevents+json", "application/cloudevents-batch+json", "application/json"})
_JSON: Final = "application/json"

Accept = Callable[[Sequence[Parcel]], Awaitable[None]]
Refuse = Callable[[Sequence[Rejected]], Awaitable[None]]


def make_intake(accept: Accept, read: Read, refuse: Refuse, *, largest_body: int = LARGEST_BODY) -> web.Application:
    """The intake as an aiohttp application.

    Args:
        accept: makes records durable and publishes them, in their order; whatever it raises becomes a 503.
        read: tells of one event's bytes whether they can be taken; called in a thread.
        refuse: is handed what was not taken, for the dead-letter topic; the sender is told in any case.
        largest_body: bytes.

    """
    app = web.Application(client_max_size=largest_body)
    intake = _Intake(accept, read, refuse, largest_body)
    app.add_routes([web.post("/events", intake.events), web.get("/health", _health)])
    return app


async def serve_intake(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Serve until the runner is cleaned up; the port is `runner.addresses[0][1]`.

    Raises:
        PortInUse: something else listens there.

    """
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise PortInUse(
            f"the intake can't listen on {host}:{port} ({error.strerror}): free it, or choose another port"
        ) from error
    return runner


class _Intake:
    """Answers requests; keeps nothing of its own."""

    def __init__(self, accept: Accept, read: Read, refuse: Refuse, largest_body: int) -> None:
        self._accept, self._read, self._refuse, self._largest = accept, read, refuse, largest_body

    async def events(self, request: web.Request) -> web.Response:
        """Take what can be taken, keep it, then answer."""
        if request.content_type not in _TYPES or "ce-id" in request.headers:
            said = f"send one of {', '.join(sorted(_TYPES))}, with all attributes in the body (structured mode)"
            return _answer(415, error=f"content type {request.content_type!r} or ce- headers are not taken: {said}")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _answer(413, error=f"the body has more than {self._largest} bytes: send smaller batches")
        return await self._take(await asyncio.to_thread(_sorted, body, self._read))

    async def _take(self, found: Sorted) -> web.Response:
        if found.taken and not await self._kept(found):
            return _answer(503, error="the events could not be kept: send them again in a while")
        await self._set_aside(found.rejected)
        status = 400 if found.rejected and not found.taken else 202
        return _answer(status, accepted=len(found.taken), refused=[_told(one) for one in found.rejected])

    async def _kept(self, found: Sorted) -> bool:
        try:
            await self._accept(list(parcels((one.owner, one.value) for one in found.taken)))
        except Exception:  # the sender must hear that nothing was promised, whatever the reason
            log.exception("events not kept", events=len(found.taken))
            return False
        return True

    async def _set_aside(self, rejected: Sequence[Rejected]) -> None:
        """Hand on what was refused; should that fail the sender still learns of it from the answer."""
        if not rejected:
            return
        try:
            await self._refuse(rejected)
        except Exception:  # what was accepted is kept: it must not be answered with an error
            log.exception("refused events not set aside", events=len(rejected))


async def _health(_request: web.Request) -> web.Response:
    return _answer(200, healthy=True)


def _sorted(body: bytes, read: Read) -> Sorted:
    try:
        plain = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return Sorted(rejected=[Rejected(0, Refusal.NOT_JSON, f"not JSON: {error}", body)])
    items = plain if isinstance(plain, list) else [plain]
    try:
        return sort_out([Item(place, orjson.dumps(one)) for place, one in enumerate(items)], read)
    except orjson.JSONEncodeError as error:  # it reads to a greater depth than it writes
        said = f"can't be taken apart ({error}): nest less deeply"
        return Sorted(rejected=[Rejected(0, Refusal.WRONG_SHAPE, said, body)])


def _told(one: Rejected) -> dict[str, Any]:
    return {"index": one.place, "id": one.event_id, "reason": one.reason.value, "error": one.error}


def _answer(status: int, **said: Any) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(said), content_type=_JSON)
