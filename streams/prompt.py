"""Faust's consumer, made to ask for records at short notice.

Faust 0.15.3 asks the broker to wait 1.5 s for records and takes no setting for it. Apache Kafka answers as soon as a
record is there, so that its wait costs nothing; Tansu looks again only after a part of it (measured: 0.02 s of 0.1 s,
0.12 s of 0.5 s, 0.62 s of 1.5 s). A record passes two topics on its way to a webhook, which has two seconds.
"""

from typing import Any, ClassVar

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Transport

from streams.delivery import DirectConsumer

#: How long the broker may wait for records before it answers with none (milliseconds).
FETCH_WAIT_MS = 100


class PromptThread(AIOKafkaConsumerThread):
    """The thread that holds aiokafka's consumer."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001  # read when the consumer starts, by nothing before
        return consumer


class PromptConsumer(DirectConsumer):
    """Faust's consumer with our thread."""

    def _new_consumer_thread(self) -> PromptThread:
        return PromptThread(self, loop=self.loop, beacon=self.beacon)


class PromptTransport(Transport):
    """Faust's Kafka transport with our consumer."""

    Consumer: ClassVar[Any] = PromptConsumer


# Else both would log under this module's name, and be as loud as we are.
PromptThread.logger = AIOKafkaConsumerThread.logger
PromptConsumer.logger = DirectConsumer.logger
