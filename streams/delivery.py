"""Records from Faust's consumer into the hands of an agent, many at a time.

Faust 0.15.3 spends two tasks and a wait on each record that it hands to an agent, a turn of the event loop on each that
the agent takes, and its own statistics on both; measured together that was two thirds of a worker's time. Its queues
and its flow control stay as they are; its acknowledgements decide nothing (`streams.consumer`) and are left out.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import faust
from faust.sensors import Monitor
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP

#: So many records are handed over between two turns of the event loop.
_AT_ONCE = 200
_POLL_SECONDS = 1.0


#: So many bytes are enough for one batch, however few records they are.
_ENOUGH_BYTES = 8 * 1024 * 1024


async def take(stream: Any, most: int, linger_seconds: float) -> AsyncIterator[list[Any]]:
    """Messages as they come: what is there when the first has waited `linger_seconds`, at most so many.

    A message of an assignment that is over is left out, as Faust does, because it comes again to whoever owns it now.
    """
    channel = aiter(stream.channel)
    while not stream.should_stop:
        try:
            messages = [await anext(channel)]
        except StopAsyncIteration:  # how Faust ends an agent
            return
        if channel.queue.qsize() < most:
            await asyncio.sleep(linger_seconds)
        size = len(messages[0].value or b"")
        while len(messages) < most and size < _ENOUGH_BYTES and not channel.queue.empty():
            messages.append(channel.queue.get_nowait())
            size += len(messages[-1].value or b"")
        generation = stream.app.consumer_generation_id
        current = [message for message in messages if message.generation_id == generation]
        if current and stream.app.flow_control.is_active():
            yield current


class AsItCame(faust.Schema[bytes, bytes]):
    """Hands on Faust's message itself, bytes and place; Faust would build two more objects of each."""

    def compile(self, app: Any, **options: Any) -> Any:  # noqa: ARG002  # as Faust calls it
        """The function that makes of a message what agents are handed."""

        async def decode(message: Any, **_options: Any) -> Any:
            return message

        return decode


class DirectConsumer(Consumer):
    """Faust's consumer, which hands a record over without a task of its own."""

    async def _drain_messages(self, fetcher: Any) -> None:
        """Fetch and hand over until it is stopped."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                await asyncio.sleep(0)
                await self._hand_over_what_comes()
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise

    async def _hand_over_what_comes(self) -> None:
        handed = 0
        async for tp, message in self.getmany(timeout=_POLL_SECONDS):
            await self._hand_over(tp, message)
            handed += 1
            if handed % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _hand_over(self, tp: TP, message: Any) -> None:
        """Give one record to its agent, unless it was given before; a rebalance ends the waiting for a full queue."""
        read = self._read_offset[tp]
        if read is not None and message.offset < read:
            return
        if self._has_room(tp) and self.app.flow_control.is_active():
            await self.callback(message)
        else:
            await self.wait_first(self.callback(message), self.suspend_flow.wait())
        self._read_offset[tp] = message.offset

    def _has_room(self, tp: TP) -> bool:
        topics: Any = self.app.topics
        return not any(channel.queue.full() for channel in topics._tp_index.get(tp, ()))  # noqa: SLF001


class SilentMonitor(Monitor):
    """Faust's statistics, left out where they are kept of each record; our own are in `agents.meters`."""

    def on_message_in(self, tp: TP, offset: int, message: Any) -> None:
        """Nothing is kept."""

    def on_stream_event_in(self, tp: TP, offset: int, stream: Any, event: Any) -> None:
        """Nothing is kept."""

    def on_stream_event_out(self, tp: TP, offset: int, stream: Any, event: Any, state: Any = None) -> None:
        """Nothing is kept."""

    def on_message_out(self, tp: TP, offset: int, message: Any) -> None:
        """Nothing is kept."""

    def track_tp_end_offset(self, tp: TP, offset: int | None) -> None:
        """Nothing is kept."""
