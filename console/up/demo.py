"""The demo quarter through the embedded stack: played in event time, judged by the agents, collected as four files."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from console.results import Quarter, write_quarter
from console.up.collect import Collector
from console.up.play import play
from console.up.stack import SECRET_NAME, Stack
from console.up.view import Told, overview
from console.up.workers import WorkerProcess
from observers.demo import demo_checkpoint, demo_events, demo_registry, demo_size, demo_story
from rules.loader import load_pack
from schemas.registry import Endpoint

PREFIX = "demo"
CLOSE_SECONDS = 300.0
#: After the quarter is closed, deliveries are waited for until none has come for so long (seconds).
QUIET_SECONDS = 1.5


class DemoRun:
    """One play of the demo quarter."""

    def __init__(self, stack: Stack, console: Console, out: Path) -> None:
        self._stack, self._console, self._out = stack, console, out
        self._checkpoint = demo_checkpoint()
        self._registry = demo_registry()
        self._settings = stack.settings(prefix=PREFIX, group=PREFIX, live=False, tick_seconds=0)
        self._collector = Collector(self._settings.kafka, self._settings.topics)
        self._folded = 0

    async def run(self) -> str:
        """Play, wait for the close, write the four files; returns the bulletin."""
        sender = await self._stack.sender(self._settings)
        worker = self._stack.worker("demo-worker", self._settings)
        self._stack.background(self._collector.run())
        total = demo_size()
        progress = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        task = progress.add_task(f"{self._registry.area} {self._checkpoint.period}", total=total)
        with Live(console=self._console, refresh_per_second=4, transient=False) as live:
            show = asyncio.create_task(self._show(live, progress, task, worker))
            try:
                async for _ in play(sender, self._events(), self._checkpoint):
                    self._stack.check()
                await self._close()
                self._folded = total
                progress.update(task, completed=total)
            finally:
                show.cancel()
                await asyncio.gather(show, return_exceptions=True)
            live.update(self._page(progress))
        return self._write(self._collector.collected.quarter(self._checkpoint.period))

    def _events(self) -> Iterator[dict[str, Any]]:
        """The demo's events, every unit told at the local receiver."""
        here = Endpoint(url=self._stack.receiver.url, secret_env=SECRET_NAME).model_dump(mode="json")
        for event in demo_events():
            if event["type"] == "unit.registered":
                event["data"]["endpoints"] = [here]
            yield event

    async def _close(self) -> None:
        """Wait until the quarter is closed and the webhooks have gone quiet."""
        collected = self._collector.collected
        await self._stack.wait(
            lambda: collected.closed(self._checkpoint.period, 1), CLOSE_SECONDS, "closing the quarter"
        )
        count, quiet = -1, 0.0
        while quiet < QUIET_SECONDS:
            await asyncio.sleep(0.25)
            self._stack.check()
            now = len(collected.transitions) + len(self._stack.receiver.received)
            quiet = quiet + 0.25 if now == count else 0.0
            count = now

    async def _show(self, live: Live, progress: Progress, task: TaskID, worker: WorkerProcess) -> None:
        """Keep the screen as things are: how much the worker has folded, and what came of it."""
        async with aiohttp.ClientSession() as session:
            while True:
                self._folded = max(self._folded, await worker.folded(session))
                progress.update(task, completed=self._folded)
                live.update(self._page(progress))
                await asyncio.sleep(0.25)

    def _page(self, progress: Progress) -> Group:
        counts = self._stack.receiver.counts
        told = Told(
            *(sum(count for kind, count in counts.items() if kind == name) for name in ("accepted", "duplicate"))
        )
        return Group(progress, overview(self._registry, self._collector.collected, told, seen=self._folded))

    def _write(self, quarter: Quarter) -> str:
        pack = load_pack(self._settings.pack)
        return write_quarter(self._out, quarter, pack, self._registry, notice=demo_story().notice)
