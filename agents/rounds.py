"""The rounds: carry alerts to units, each unit's in order, no unit waiting for another's receiver.

What has to be told is written down (`pending:` + transition id) before the transition is committed and crossed out
when it has been told, both in the deliveries topic; a worker that takes over a partition goes on with what is open. The
webhook's id is the transition's, so a receiver that was told just before a crash knows it again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import structlog

from agents.context import Context
from agents.deliveries import OPEN, is_open, outcome_out, pending_out, read_deliveries, read_position
from agents.directory import DirectoryReader
from agents.round import Round
from alerts.compose import compose
from alerts.courier import Courier, Order
from alerts.endpoints import endpoint_id
from alerts.ledger import Ledger
from alerts.names import Names
from alerts.routing import decide
from alerts.webhook import Sender as Webhooks
from alerts.webhook import without_attempt
from schemas.alerts import Alert
from schemas.deliveries import Delivery, DeliveryRecord, Outcome, Routing
from schemas.registry import Endpoint
from schemas.transitions import TransitionRecord
from streams.log.held import Held
from streams.log.order import ordered
from streams.log.sender import Outgoing
from streams.log.source import Message
from streams.topics import Name

log = structlog.get_logger(__name__)

Detected = Callable[[TransitionRecord], datetime]

#: An alert that stays open is tried again so much later (seconds).
RETRY_LATER = 300.0
#: An endpoint that has just failed is left alone so long (seconds).
REST = 60.0


class Rounds:
    """The rounds of the transitions' partitions that this worker owns."""

    def __init__(self, context: Context, names: Names, reader: DirectoryReader, detected: Detected) -> None:
        self.outcomes: dict[str, int] = defaultdict(int)
        self.routings: dict[str, int] = defaultdict(int)
        self.latencies: list[float] = []
        self._context, self._names, self._reader, self._detected = context, names, reader, detected
        self._source = context.source(Name.TRANSITIONS)
        self._held = Held(self._take_up, put_down=Round.close)
        self._resting: dict[str, float] = {}
        self._webhooks = Webhooks()
        self._courier = Courier(self._webhooks)
        self._opened = False

    async def round(self, partition: int) -> Round:
        """The round of a partition; on first use what is open is taken up again."""
        return await self._held.get(partition)

    async def release(self) -> None:
        """Leave all partitions, to another worker or to ourselves after a rebalance."""
        rounds = list(self._held.now.values())
        self._held.keep_only(())
        await asyncio.gather(*(one.ended() for one in rounds))

    async def close(self) -> None:
        """Stop all rounds."""
        await self.release()
        if self._opened:
            await self._webhooks.__aexit__(None, None, None)

    async def handle(self, messages: list[Message]) -> None:
        """Write down what has to be told; when this returns the transitions may be committed."""
        by_partition: dict[int, list[Message]] = defaultdict(list)
        for message in messages:
            by_partition[message.partition].append(message)
        for partition, records in by_partition.items():
            own = await self.round(partition)
            async for whole in self._source.after(own.position, records):
                await self._take(own, partition, whole)
                own.position = whole[-1].offset

    # -- one alert ---------------------------------------------------------------------------------------------

    async def _take(self, own: Round, partition: int, records: Sequence[Message]) -> None:
        transitions = list(self._fresh(own, records))
        await self._reader.know(transitions)
        alerts = [self._compose(one) for one in transitions]
        await self._context.sender.send(_alert_out(alert) for alert in alerts)
        await self._context.sender.send(pending_out(alert, partition) for alert in alerts)
        own.done.update(alert.transition for alert in alerts)
        for alert in alerts:
            self._enqueue(own, partition, alert)

    def _fresh(self, own: Round, records: Sequence[Message]) -> Iterator[TransitionRecord]:
        """What was not written down before, each once, of rules that the pack knows."""
        known = set(own.done)
        for record in records:
            transition = TransitionRecord.model_validate_json(record.value or b"")
            if transition.id not in known and transition.rule in self._context.law.pack.rules:
                known.add(transition.id)
                yield transition

    def _compose(self, transition: TransitionRecord) -> Alert:
        rule = self._context.law.pack.rule(transition.rule)
        alert = compose(transition, rule, self._names, self._detected(transition))
        self.latencies.append((alert.detected_at - alert.at).total_seconds())
        return alert

    def _enqueue(self, own: Round, partition: int, alert: Alert) -> None:
        queue = own.queues.get(alert.unit)
        if queue is None:
            queue = own.queues[alert.unit] = asyncio.Queue()
            own.begin(self._serve(own, partition, queue))
        queue.put_nowait(alert)

    async def _serve(self, own: Round, partition: int, queue: "asyncio.Queue[Alert]") -> None:
        """Tell one unit its alerts in order."""
        while True:
            alert = await queue.get()
            await own.tell(self._told(own, partition, alert))

    async def _told(self, own: Round, partition: int, alert: Alert) -> None:
        try:
            await self._tell(own, partition, alert)
        except Exception as error:  # noqa: BLE001  # an alert that can't be written down must not be lost
            self._context.fatal(error)

    async def _tell(self, own: Round, partition: int, alert: Alert) -> None:
        decision = decide(alert, self._names.endpoints(alert.unit), own.told.history(alert.episode))
        self.routings[decision.reason.value] += 1
        deliveries = await asyncio.gather(*(self._send(alert, endpoint) for endpoint in decision.targets))
        for delivery in deliveries:
            self.outcomes[delivery.outcome.value] += 1
        await self._note(own, partition, alert, decision.reason, deliveries)

    async def _send(self, alert: Alert, endpoint: Endpoint) -> Delivery:
        """Send to one endpoint, unless it has just failed and rests."""
        loop = asyncio.get_running_loop()
        name = endpoint_id(endpoint)
        if self._resting.get(name, 0.0) > loop.time():
            return without_attempt(alert, endpoint, Outcome.SKIPPED)
        (delivery,) = await self._courier.deliver([Order(alert, endpoint)])
        if delivery.outcome is Outcome.EXHAUSTED:
            self._resting[name] = loop.time() + REST
        return delivery

    async def _note(
        self, own: Round, partition: int, alert: Alert, routing: Routing, deliveries: Iterable[Delivery]
    ) -> None:
        """Write down what was told; what is still open stays pending and is taken up again later."""
        earlier = [one for one in own.made.pop(alert.transition, ()) if one.outcome not in OPEN]
        made = (*earlier, *deliveries)
        record = DeliveryRecord(
            transition=alert.transition,
            episode=alert.episode,
            routing=_whole(routing, made),
            deliveries=made,
            at=alert.detected_at,
        )
        own.told.add(record)
        tries = own.tries.pop(alert.transition, 0) + 1
        if is_open(made):
            own.made[alert.transition], own.tries[alert.transition] = made, tries
            own.begin(self._later(own, partition, alert))
        await self._context.sender.send(outcome_out(record, alert, tries, partition))

    async def _later(self, own: Round, partition: int, alert: Alert) -> None:
        await asyncio.sleep(RETRY_LATER)
        self._enqueue(own, partition, alert)

    # -- taking over -------------------------------------------------------------------------------------------

    async def _take_up(self, partition: int) -> Round:
        await self._open_webhooks()
        await self._reader.ready.wait()
        position = await read_position(self._context.settings, partition)
        records, pending, tries = await read_deliveries(self._context.settings, partition)
        done = {record.transition for record in records} | {one.transition for one in pending}
        own = Round(Ledger(records), done, position, tries=tries)
        own.made = {record.transition: record.deliveries for record in records if record.deliveries}
        for alert in sorted(pending, key=lambda one: (one.detected_at, one.episode, one.sequence)):
            self._enqueue(own, partition, alert)
        if records or pending:
            log.info("deliveries taken up", partition=partition, told=len(records), open=len(pending))
        return own

    async def _open_webhooks(self) -> None:
        if not self._opened:
            self._opened = True
            await self._webhooks.__aenter__()


def _alert_out(alert: Alert) -> Outgoing:
    """The episode as it stands now. Its transitions are counted."""
    value = alert.model_dump_json().encode()
    return Outgoing(Name.ALERTS, alert.episode.encode(), value, headers=ordered(alert.sequence))


def _whole(routing: Routing, made: tuple[Delivery, ...]) -> Routing:
    """What the record says of an alert that took several rounds: it was to be delivered."""
    return Routing.DELIVER if made else routing
