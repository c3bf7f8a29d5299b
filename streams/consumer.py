"""Faust's consumer with our bookkeeping: commits what was handled, not what was acknowledged; hands over in order.

Faust 0.15.3 acknowledges a batch whose handler failed or was cancelled (#189), acknowledges records that it skips
during a rebalance, and takes offsets for committed whose commit failed (#316). None of it matters to who commits only
what its own agents report as handled.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer
from faust.types import TP

from streams.log.source import ISOLATION
from streams.ownership import Ownership
from streams.prompt import PromptConsumer, PromptThread, PromptTransport


class OwnedThread(PromptThread):
    """The thread that holds aiokafka's consumer."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = ISOLATION  # noqa: SLF001  # Faust ties it to its own transactions
        return consumer


class OwnedConsumer(PromptConsumer):
    """Faust's consumer, which asks the ownership."""

    def _new_consumer_thread(self) -> OwnedThread:
        return OwnedThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def _ownership(self) -> Ownership:
        transport: Any = self.transport
        ownership: Ownership = transport.ownership
        return ownership

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish and commit before Faust forgets what was ours."""
        await self._ownership.release()
        if revoked:
            await self.commit()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Know what is ours before Faust lets records flow."""
        self._ownership.take(assigned, generation_id)
        await super().on_partitions_assigned(assigned, generation_id)

    def _filter_committable_offsets(self, tps: Iterable[TP]) -> dict[TP, int]:  # noqa: ARG002  # as Faust calls it
        """What was handled since the last commit, whatever Faust thinks of."""
        handled = self._ownership.handled
        return {tp: offset for tp, offset in handled.items() if self._should_commit(tp, offset)}


class OwnedTransport(PromptTransport):
    """Faust's Kafka transport with our consumer."""

    Consumer: ClassVar[Any] = OwnedConsumer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ownership = Ownership()


# Else both would log under this module's name, and be as loud as we are.
OwnedThread.logger = AIOKafkaConsumerThread.logger
OwnedConsumer.logger = Consumer.logger
