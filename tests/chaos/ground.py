"""What serves many runs: one Apache Kafka node, and a door of its own for each worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from kafka.admin import KafkaAdminClient

from streams.broker.ports import free_port
from streams.settings import Settings
from tests.chaos.doors import Door
from tests.support.kafka_node import KafkaNode

#: As many workers as a run may have.
DOORS = 4


class Ground:
    """A node and its doors; open it by `ground`."""

    def __init__(self, node: KafkaNode, doors: list[Door]) -> None:
        self.node, self.doors = node, doors

    async def restart(self) -> None:
        """Start the node again after its death."""
        await asyncio.to_thread(self.node.start)

    async def heal(self) -> None:
        """Whatever a run left behind is put right; the node runs."""
        self.node.thaw()
        for door in self.doors:
            door.heal()
        if not self.node.alive:
            await self.restart()

    async def clear(self, settings: Settings) -> None:
        """Delete an installation's topics."""
        await asyncio.to_thread(_delete, settings)


@asynccontextmanager
async def ground(folder: Path) -> AsyncIterator[Ground]:
    """A node in a folder, and its doors."""
    doors = [Door(free_port(), free_port()) for _ in range(DOORS)]
    node = KafkaNode(folder, [(door.target, door.port) for door in doors])
    async with AsyncExitStack() as stack:
        for door in doors:
            await stack.enter_async_context(door)
        await asyncio.to_thread(node.start)
        try:
            yield Ground(node, doors)
        finally:
            node.thaw()
            await asyncio.to_thread(node.stop)


def _delete(settings: Settings) -> None:
    client = KafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        client.delete_topics([spec.name for spec in settings.topics.specs()])
    finally:
        client.close()
