"""The keeper of a topic's shards: loads their state, folds batches, writes what comes of them.

Order of writing (DESIGN §5): transitions and forwards, awaited; then state, awaited; then the caller commits. A crash
anywhere in between makes the same batch come again, and the same ids come out of it. Registry entries go out before all
else: whoever is told of a transition has to find the unit's address.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from schemas.deadletters import Refusal
from schemas.instants import to_ms
from streams.log.deadletter import Place, dead_letter, standing_letter, stranger_letter
from streams.log.held import Held
from streams.log.homes import Homes
from streams.log.intake import Gate, Reading, Refused
from streams.log.order import order_of
from streams.log.outputs import Outputs
from streams.log.records import SENT_ON
from streams.log.sender import Outgoing, Sender
from streams.log.shard import FAULTS, Outcome, Shard, Spot, read_time
from streams.log.source import Message, Source, by_partition
from streams.log.store import Store

log = structlog.get_logger(__name__)

#: How long (seconds) folding may keep the event loop to itself: heartbeats and deliveries go on between.
LONGEST_WORK = 0.02

_SENT_ON = ((SENT_ON, b"1"),)


@dataclass(slots=True)
class Meters:
    """What the keeper counts for the metrics; plain numbers, so that nothing here knows of Prometheus."""

    folded: int = 0
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    transitions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    recovered_subjects: int = 0
    recovery_seconds: float = 0.0


class Keeper:
    """The shards of one source topic that this worker owns."""

    def __init__(
        self, source: Source, sender: Sender, store: Store, gate: Gate, outputs: Outputs,
        make_shard: Callable[[int], Shard], now: Callable[[], int] | None,
    ) -> None:  # fmt: skip
        self.source = source.name
        self.meters = Meters()
        self.now = now
        self._log = source
        self._sender, self._store, self._gate, self._outputs = sender, store, gate, outputs
        self._make_shard = make_shard
        self._held = Held(self._load)
        self._homes = Homes(sender.topics.count(self.source))

    @property
    def topic(self) -> str:
        """The full name of the source."""
        return self._log.topic

    @property
    def shards(self) -> dict[int, Shard]:
        """The shards that are loaded, by partition."""
        return self._held.now

    # -- partitions --------------------------------------------------------------------------------------------

    async def shard(self, partition: int) -> Shard:
        """The shard of a partition, its state loaded on first use."""
        return await self._held.get(partition)

    async def _load(self, partition: int) -> Shard:
        began = time.perf_counter()
        states = await self._store.load(partition)
        shard = self._make_shard(partition)
        shard.restore(states)
        seconds = time.perf_counter() - began
        self.meters.recovered_subjects += len(states)
        self.meters.recovery_seconds = max(self.meters.recovery_seconds, seconds)
        log.info("state loaded", topic=self.source, partition=partition, records=len(states), seconds=round(seconds, 3))
        return shard

    def keep_only(self, partitions: Iterable[int]) -> None:
        """Forget the others, which another worker has owned."""
        self._held.keep_only(partitions)

    # -- batches -----------------------------------------------------------------------------------------------

    async def handle(self, messages: list[Message]) -> None:
        """Fold a batch and write what comes of it; when this returns the batch may be committed."""
        # While one partition's results are under way to the broker, the next one is folded.
        await asyncio.gather(*(self._handle_partition(*one) for one in by_partition(messages).items()))

    async def _handle_partition(self, partition: int, messages: list[Message]) -> None:
        shard = await self.shard(partition)
        async for records in self._log.after(shard.position, messages):
            await self._take(shard, partition, records)

    async def _take(self, shard: Shard, partition: int, records: Sequence[Message]) -> None:
        outcome = Outcome()
        aside: list[Outgoing] = []
        breath = time.monotonic()
        for message in records:
            aside.extend(self._fold(shard, message, outcome))
            outcome.place(message.offset)
            shard.position = message.offset
            if outcome.checkpoints:  # nothing that comes after a checkpoint may overtake it on its way on
                await self._write(shard, partition, records, aside, outcome)
                outcome, aside = Outcome(), []
            if time.monotonic() - breath > LONGEST_WORK:
                await asyncio.sleep(0)
                breath = time.monotonic()
        await self._write(shard, partition, records, aside, outcome)

    async def _write(
        self, shard: Shard, partition: int, records: Sequence[Message], aside: list[Outgoing], outcome: Outcome
    ) -> None:
        """Write what came of some records, then the state that they left."""
        aside.extend(self._running(shard, records, outcome))
        self._count(outcome)
        await self._sender.send(self._outputs.entries(outcome))
        await self._sender.send([*aside, *self._outputs.transitions(outcome)])
        await self._sender.send(self._outputs.rest(partition, shard.position, outcome))
        await self._sender.send(self._store.records(partition, shard.position, shard.states(outcome)))
        shard.rest()

    def _fold(self, shard: Shard, message: Message, outcome: Outcome) -> list[Outgoing]:
        """Fold one record; what has to be set aside: dead letters, records that lie in the wrong partition."""
        place = Place(self.topic, message.partition, message.offset, message.key)
        now = self._now(message)
        try:
            reading = self._gate.read(message.key, message.value, now)
        except FAULTS as error:
            return [self._set_aside(place, error, message.value or b"", now)]
        if reading.control is not None:
            return self._control(shard, reading.control, message, outcome, place, now)
        letters = [dead_letter(place, refused, now) for refused in reading.refused]
        for refused in reading.refused:
            self.meters.refused[refused.reason.value] += 1
        elsewhere = self._misplaced(message, reading)
        if elsewhere:
            return [*letters, *elsewhere]
        return [*letters, *self._observe(shard, reading, outcome, place, now)]

    def _now(self, message: Message) -> int | None:
        """When a record came: what is in the future is so by then, however long it lay, and whoever reads it again.

        By the broker's clock alone where it puts the time on: ours may be behind, and all that is true would lie in
        its future. Where senders stamp the records themselves, their clocks may be ahead, and ours has a say as well.
        None where the past is played.
        """
        if self.now is None:
            return None
        if message.sworn and message.came is not None:
            return message.came
        return self.now() if message.came is None else min(message.came, self.now())

    def _control(
        self, shard: Shard, control: Any, message: Message, outcome: Outcome, place: Place, now: int | None
    ) -> list[Outgoing]:
        """Let time pass. A record that can't be read as time is set aside before anything has changed.

        What fails while time passes ends the worker: some deadlines are told by then and others are not, and a state
        of which nobody knows how far it came must not be written.
        """
        try:
            read_time(control)
        except FAULTS as error:
            return [self._set_aside(place, error, message.value or b"", now)]
        if control.type == "xuncha.checkpoint":
            shard.checkpoint(control, outcome, order_of(message.headers))
        else:
            shard.tick(to_ms(control.data.at), control.data.origin, outcome)
        return self._waited_in_vain(message.partition, outcome, now)

    def _waited_in_vain(self, partition: int, outcome: Outcome, now: int | None) -> list[Outgoing]:
        """What came in earlier, has waited for its time, and then could not be folded; it is named by its own place."""
        failed, outcome.failed = outcome.failed, []
        letters = []
        for event, spot, error in failed:
            place = Place(self.topic, partition, spot.offset, event.owner.encode())
            letters.append(self._set_event_aside(place, spot, error, event, now))
        return letters

    def _running(self, shard: Shard, records: Sequence[Message], outcome: Outcome) -> list[Outgoing]:
        """Reckon the running quarter; dead letters for owners of whom it can't be said, whose state is kept.

        The letter names the owner's last record of the batch, or the batch's last where only time has passed.
        """
        letters = []
        for owner in sorted(outcome.effects.touched):
            try:
                shard.running(owner, outcome)
            except FAULTS as error:
                log.exception("standing left out", owner=owner, partition=records[-1].partition)
                self.meters.refused[Refusal.HANDLER_FAILED.value] += 1
                message = next((one for one in reversed(records) if one.key == owner.encode()), records[-1])
                place = Place(self.topic, message.partition, message.offset, message.key)
                letters.append(standing_letter(place, owner, error, message.value, self.now() if self.now else None))
        return letters

    def _observe(
        self, shard: Shard, reading: Reading, outcome: Outcome, place: Place, now: int | None
    ) -> Iterator[Outgoing]:
        """Fold events behind the guard: what the core can't digest is set aside, and the worker goes on."""
        events, strangers, outcome.done = reading.events, outcome.effects.strangers, 0
        spots = [_spot(place, reading, number) for number in range(len(events))] if shard.waits else []
        self.meters.folded += len(events)
        while outcome.done < len(events):
            known = len(strangers)
            try:
                shard.observe_all(events, now, outcome, spots)
            except FAULTS as error:
                spot, event = _spot(place, reading, outcome.done), events[outcome.done]
                yield self._set_event_aside(place, spot, error, event, now)
                self.meters.folded -= 1
                outcome.done += 1
                continue
            if len(strangers) > known:
                self.meters.refused[Refusal.UNKNOWN_SUBJECT.value] += 1
                yield stranger_letter(place, events[outcome.done - 1], now)

    def _set_event_aside(self, place: Place, spot: Spot, error: Exception, event: Any, now: int | None) -> Outgoing:
        about = {"event_id": event.id, "subject": event.subject}
        return self._set_aside(place, error, _json(event), now, spot.number, **about)

    def _set_aside(
        self, place: Place, error: Exception, value: bytes, now: int | None, index: int | None = None, **about: str
    ) -> Outgoing:
        log.error("set aside", exc_info=error, partition=place.partition, offset=place.offset, **about)
        self.meters.refused[Refusal.HANDLER_FAILED.value] += 1
        return dead_letter(place, Refused(Refusal.HANDLER_FAILED, repr(error), value, index), now)

    def _misplaced(self, message: Message, reading: Reading) -> list[Outgoing]:
        """The record again, for the partitions its events belong to; empty where all are at home.

        Clients built on librdkafka place keys by another hash, and a record without a key lies anywhere. What was
        refused has its dead letter already and is not sent on.
        """
        owners = {event.owner for event in reading.events}
        if self._homes.are_all(owners, message.partition):
            return []
        if len(owners) == 1 and not reading.refused:
            return [self._sent_on(next(iter(owners)), message.value)]
        return [self._sent_on(event.owner, _json(event)) for event in reading.events]

    def _sent_on(self, owner: str, value: bytes | None) -> Outgoing:
        return Outgoing(self.source, owner.encode(), value, headers=_SENT_ON)

    def _count(self, outcome: Outcome) -> None:
        for transition in outcome.effects.transitions:
            self.meters.transitions[transition.change.value] += 1


def _spot(place: Place, reading: Reading, number: int) -> Spot:
    return Spot(place.offset, reading.places[number] if reading.places else number)


def _json(event: Any) -> bytes:
    return bytes(event.model_dump_json(exclude_none=True).encode())
