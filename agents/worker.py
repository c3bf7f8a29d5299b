"""A worker put together: the Faust app with all agents, the ticker, the directory, the page for probes and metrics."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

import faust
import structlog
from faust.types import TP

from agents.context import Context
from agents.deliver import add_deliver
from agents.directory import Directory, DirectoryReader
from agents.hold import add_hold
from agents.meters import Meters
from agents.observe import add_observe
from agents.patience import Patience
from agents.stragglers import LOOK_SECONDS as STRAGGLERS_SECONDS
from agents.stragglers import Stragglers
from agents.sum_up import add_sums
from agents.ticker import Ticker
from agents.uphold import add_uphold
from agents.web import serve
from schemas.transitions import TransitionRecord
from streams.app import make_app, ownership_of
from streams.topics import Name

log = structlog.get_logger(__name__)

#: How often a worker looks whether it was given partitions whose state is not loaded yet (seconds).
LOOK_SECONDS = 0.2
#: Partitions whose state is loaded side by side.
LOADED_AT_ONCE = 8


class Worker:
    """One worker; `app` is what Faust runs."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.app: faust.App = make_app(context.settings)
        self.ownership = ownership_of(self.app)
        self.directory = Directory()
        self.reader = DirectoryReader(context.settings, self.directory)
        self.keepers = [add_observe(self.app, context), add_hold(self.app, context)]
        self.summers = add_sums(self.app, context)
        self.upholders = add_uphold(self.app, context)
        self.rounds = add_deliver(self.app, context, self.directory, self.reader, self._detected)
        self.ticker = Ticker(context, self.app, self.keepers[0])
        self.meters = Meters(self.app, self.keepers, self.rounds)
        self.patience = Patience(context.settings.recovery_seconds, self._is_settled, context.fatal)
        self.stragglers = Stragglers(self.app)
        self._begun = False
        self._loaded: frozenset[TP] | None = None
        self._loading = asyncio.Semaphore(LOADED_AT_ONCE)
        self._hook()

    def _detected(self, transition: TransitionRecord) -> datetime:
        """When something was found out: by the wall clock, or in event time where the past is played."""
        return datetime.now(UTC) if self.context.settings.live else transition.noticed_at

    def _hook(self) -> None:
        for work in (self._beat, self.reader.run, self.ticker.run, self._keep_loaded, self._look_after, self._serve):
            self.app.task()(self._guarded(work))
        self.ownership.on_take(self._forget)

        @self.app.on_before_shutdown.connect(weak=False)
        async def end(_app: Any, **_kwargs: Any) -> None:
            await self.ownership.release()
            await self.rounds.close()
            await self.context.sender.stop()

    def _guarded(self, work: Any) -> Any:
        """A background task whose failure ends the worker instead of being a line in a log."""

        async def run(_app: Any) -> None:
            try:
                await work()
            except Exception as error:  # noqa: BLE001  # the worker can't do without it
                self.context.fatal(error)

        run.__name__ = work.__name__
        return run

    async def _beat(self) -> None:
        self.context.pulse.start()

    def _is_settled(self) -> bool:
        """Whether the group has given us partitions and Faust, which may wait for the broker even then, goes on."""
        return self._begun and self.ownership.settled

    @property
    def ready(self) -> bool:
        """Whether the state of every partition that this worker owns is loaded; it may own none."""
        return self.ownership.settled and self._loaded == self.ownership.owned

    async def _keep_loaded(self) -> None:
        """Load the state of every partition that is given to us, also where nothing comes in; then say ready."""
        self._begun = True
        await self.reader.ready.wait()
        while not self.app.should_stop:
            owned = self.ownership.owned
            await asyncio.gather(*(self._load(one.topic, one.partition) for one in sorted(owned)))
            if self.ownership.settled and owned is self.ownership.owned and owned != self._loaded:
                self._loaded = owned
                log.info("worker ready", partitions=len(owned), law=self.context.law.label)
            await asyncio.sleep(LOOK_SECONDS)

    async def _look_after(self) -> None:
        while not self.app.should_stop:
            await asyncio.sleep(STRAGGLERS_SECONDS)
            if self.ready:
                await self.stragglers.look()

    def _forget(self, _kept: frozenset[TP]) -> None:
        """After a rebalance what is loaded has to be looked at again."""
        self._loaded = None

    async def _load(self, topic: str, partition: int) -> None:
        async with self._loading:
            for work in self._loads(topic, partition):
                await work

    def _loads(self, topic: str, partition: int) -> list[Coroutine[Any, Any, Any]]:
        loads: list[Coroutine[Any, Any, Any]] = []
        loads += [keeper.shard(partition) for keeper in self.keepers if self._is(topic, keeper.source)]
        loads += [summer.shard(partition) for summer in self.summers if self._is(topic, summer.source)]
        loads += [one.watched(partition) for one in self.upholders if self._is(topic, one.source)]
        if self._is(topic, Name.TRANSITIONS):
            loads.append(self.rounds.round(partition))
        return loads

    def _is(self, topic: str, name: Name) -> bool:
        return topic == self.context.topics.of(name)

    async def _serve(self) -> None:
        settings = self.context.settings
        runner = await serve(
            settings.http_host, settings.http_port, self.meters.registry, lambda: self.ready, self.meters.collect
        )
        log.info("metrics served", port=runner.addresses[0][1])
        try:
            await self.app.wait_until_stopped()
        finally:
            await runner.cleanup()
