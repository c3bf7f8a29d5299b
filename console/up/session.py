"""One run of `xuncha up`, from the first line on screen to Ctrl-C, or to the SIGTERM of whoever runs services."""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from console.logs import log_to
from console.stopping import Signals
from console.up.addresses import forget_addresses, write_addresses
from console.up.folders import usable
from console.up.intake import open_intake
from console.up.stack import Ports, Stack
from schemas.errors import InputError
from streams.journal import CutReport
from streams.settings import Settings


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    demo: bool
    once: bool
    out: Path
    data: Path
    ports: tuple[int, int, int, int]


class Session:
    """Runs until it is done, or until somebody stops it."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._console = Console()
        self._intake = ""

    async def run(self) -> None:
        """Run.

        Raises:
            XunchaError: a part can't start or has failed; one sentence says which and what to do.
            SystemExit: Ctrl-C or SIGTERM has stopped it; the status is that of the signal.

        """
        if self._wish.once and not self._wish.demo:
            raise InputError("--once ends when the demo quarter is closed: say --demo --once")
        task = asyncio.ensure_future(self._run())
        signals = Signals(task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            self._console.print("stopped 已停止")
            signals.end()
            raise

    async def _run(self) -> None:
        log_to(usable(self._wish.data) / "up.log")
        if self._wish.demo:
            usable(self._wish.out)
        stack = Stack(self._wish.data, Ports(*self._wish.ports))
        async with stack.running():
            settings = stack.settings(http_port=stack.ports.metrics)
            if not self._wish.once:
                await self._begin_live(stack, settings)
            if self._wish.demo:
                await self._play(stack)
            if not self._wish.once:
                await self._stay(stack, settings)

    async def _begin_live(self, stack: Stack, settings: Settings) -> None:
        """The installation for the user's own events; its past comes back before its worker starts."""
        sender = await stack.sender(settings)
        logbook = await stack.logbook(settings, sender)
        forget_addresses(stack.data)
        if stack.cut is not None:
            self._print(f"[yellow]{_cut(stack.cut)}[/]")
        if stack.restored:
            self._print(f"journal: {stack.restored} records restored 已从日志恢复")
        self._intake = await open_intake(stack, settings, logbook, sender)
        stack.worker("worker", settings)

    async def _play(self, stack: Stack) -> None:
        from console.up.demo import DemoRun  # without the demo its data need not be there

        bulletin = await DemoRun(stack, self._console, self._wish.out).run()
        self._console.print(Markdown(bulletin))
        self._print(f"written: {self._wish.out}/aggregate.json findings.jsonl transitions.jsonl bulletin.md")

    async def _stay(self, stack: Stack, settings: Settings) -> None:
        await stack.ready(stack.workers[0])
        own = {"broker": stack.bootstrap, "prefix": settings.prefix, "intake": self._intake}
        write_addresses(stack.data, **own, metrics=stack.workers[0].url, receiver=stack.receiver.url)
        stack.on_leaving(partial(asyncio.to_thread, forget_addresses, stack.data))
        self._print(_next_steps(stack, settings, self._intake))
        while True:
            stack.check()
            await asyncio.sleep(0.5)

    def _print(self, text: str) -> None:
        """Print lines as they are: what is to be copied must not be broken where a window ends."""
        self._console.print(text, soft_wrap=True)


def _cut(report: CutReport) -> str:
    """What a crash left at the journal's end, and that nothing of it was promised to anybody."""
    return (
        f"journal: its last {report.size} bytes, from byte {report.offset} of {report.segment.name} on, were no whole "
        f"record; they are kept in {report.kept_in.name} and were never acknowledged 日志末尾的残缺记录已截去"
    )


def _next_steps(stack: Stack, settings: Settings, intake: str) -> str:
    """What to try next, with this run's own addresses."""
    bootstrap = stack.bootstrap
    return f"""
[bold]Up 已就绪[/]   broker {bootstrap}   intake {intake}   metrics {stack.workers[0].url}/metrics
webhook receiver {stack.receiver.url} (what it got: {stack.data}/received.jsonl)

Try next 接下来可以:
  xuncha rules show M-V2a
  XUNCHA_INTAKE={intake} xuncha publish docs/examples/overdue-account.jsonl
  kcat -b {bootstrap} -P -t {settings.prefix}.observations -k wechat:gh_example < event.json
  XUNCHA_KAFKA={bootstrap} xuncha tail alerts
Stop with Ctrl-C; what was acknowledged comes back at the next start.
"""
