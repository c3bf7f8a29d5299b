"""What serves many runs: one Apache Kafka node, and a door of its own for each worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from kafka.admin import KafkaAdminClient

from streams.broker.ports import free_port
from streams.settings import Settings
from tests.chaos.disk import Disk, disk
from tests.chaos.doors import Door
from tests.chaos.versions import made_version
from tests.support.kafka_node import KafkaNode

#: As many workers as a run may have.
DOORS = 4


class Ground:
    """A node, its doors and its disk (None where it can't be a small one); `beside` is another version of Xuncha."""

    def __init__(self, node: KafkaNode, doors: list[Door], disk: Disk | None, beside: Path) -> None:
        self.node, self.doors, self.disk, self.beside = node, doors, disk, beside

    async def restart(self) -> None:
        """Start the node again after its death."""
        await asyncio.to_thread(self.node.start)

    async def heal(self) -> None:
        """Whatever a run left behind is put right; the node runs."""
        self.node.thaw()
        if self.disk is not None:
            await asyncio.to_thread(self.disk.free)
        for door in self.doors:
            door.heal()
        if not self.node.alive:
            await self.restart()

    async def clear(self, settings: Settings) -> None:
        """Delete an installation's topics."""
        await asyncio.to_thread(_delete, settings)


@asynccontextmanager
async def ground(folder: Path, beside: Path | None = None) -> AsyncIterator[Ground]:
    """A node in a folder, and its doors; another version is made where none is named."""
    doors = [Door(free_port(), free_port()) for _ in range(DOORS)]
    node = KafkaNode(folder / "kafka", [(door.target, door.port) for door in doors])
    other = beside if beside is not None else await asyncio.to_thread(made_version, folder / "beside")
    async with AsyncExitStack() as stack:
        room = stack.enter_context(disk(folder / "kafka"))
        for door in doors:
            await stack.enter_async_context(door)
        await asyncio.to_thread(node.start)
        try:
            yield Ground(node, doors, room, other)
        finally:
            node.thaw()
            await asyncio.to_thread(node.stop)


def _delete(settings: Settings) -> None:
    client = KafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        client.delete_topics([spec.name for spec in settings.topics.specs()])
    finally:
        client.close()
