"""One partition's round: what was told of it, what is being told, and how it ends when the partition goes away."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from alerts.ledger import Ledger
from schemas.alerts import Alert
from schemas.deliveries import Delivery

#: How long a webhook that is under way may take to end when the partition is given back (seconds).
GRACE_SECONDS = 3.0


@dataclass(slots=True)
class Round:
    """Alerts of one partition, each unit's in a queue of its own."""

    told: Ledger = field(default_factory=Ledger)
    done: set[str] = field(default_factory=set)
    position: int = -1  # of the last transition that was written down
    queues: dict[str, "asyncio.Queue[Alert]"] = field(default_factory=dict)
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    telling: set["asyncio.Task[Any]"] = field(default_factory=set)
    made: dict[str, tuple[Delivery, ...]] = field(default_factory=dict)  # of alerts that are still open
    tries: dict[str, int] = field(default_factory=dict)  # of these: how many rounds there were
    closed: bool = False

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside, until the round is closed."""
        if self.closed:
            work.close()
            return
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def tell(self, work: Coroutine[Any, Any, None]) -> None:
        """Tell one alert; a round that closes lets it end."""
        task = asyncio.create_task(work)
        self.telling.add(task)
        task.add_done_callback(self.telling.discard)
        await asyncio.shield(task)

    def close(self) -> None:
        """Begin nothing more; what is being told may end."""
        self.closed = True
        for task in self.tasks:
            task.cancel()

    async def ended(self) -> None:
        """Wait for what is being told, and leave what does not end soon: the next owner finds it pending."""
        if self.telling:
            await asyncio.wait(self.telling, timeout=GRACE_SECONDS)
        for task in self.telling:
            task.cancel()
