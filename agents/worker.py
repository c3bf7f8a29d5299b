"""A worker put together: the Faust app with all agents, the ticker, the directory, the web page for probes and metrics."""

import faust

from agents.context import Context
from agents.hold import add_hold
from agents.observe import add_observe
from agents.sum_up import add_sums
from agents.ticker import Ticker
from streams.app import make_app


class Worker:
    """One worker; `app` is what Faust runs."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.app: faust.App = make_app(context.settings)
        self.keepers = [add_observe(self.app, context), add_hold(self.app, context)]
        self.summers = add_sums(self.app, context)
        self.ticker = Ticker(context, self.app, self.keepers[0])
        self._hook()

    def _hook(self) -> None:
        @self.app.task()
        async def begin(_app: object) -> None:
            await self.ticker.run()

        @self.app.on_before_shutdown.connect(weak=False)
        async def end(_app: object, **_kwargs: object) -> None:
            await self.context.sender.stop()
