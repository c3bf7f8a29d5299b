"""What an operator's tools ask of a worker over HTTP: /live, /ready and /metrics.

`ready` only when the state of every partition that this worker owns is loaded. No data of any subject is served here.
"""

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from schemas.errors import OperationError


async def serve(
    host: str, port: int, registry: CollectorRegistry, ready: Callable[[], bool], collect: Callable[[], None]
) -> web.AppRunner:
    """Serve until the runner is cleaned up; the port is `runner.addresses[0][1]`.

    Raises:
        OperationError: the port is taken.

    """

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def is_ready(_request: web.Request) -> web.Response:
        return web.json_response({"ready": ready()}, status=200 if ready() else 503)

    async def metrics(_request: web.Request) -> web.Response:
        collect()
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes([web.get("/live", live), web.get("/ready", is_ready), web.get("/metrics", metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise OperationError(f"port {port} on {host} is in use: set XUNCHA_HTTP_PORT to a free one, or to 0") from error
    return runner
