"""What was told stays told, whoever wrote it down last: late words of a replaced worker know of less."""

import asyncio
import uuid
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from agents.deliveries import crossed_out, pending_out, read_deliveries, told_out
from agents.round import Round
from agents.rounds import Rounds
from schemas.alerts import Alert
from schemas.deliveries import Delivery, DeliveryRecord, Outcome, Routing
from streams.admin import ensure_topics
from streams.log.order import order_of
from streams.log.sender import Outgoing, Sender
from streams.log.source import Message
from streams.settings import Settings
from streams.topics import Name
from tests.alerts.timeline import NAMES, at, pack, told, transition

ALERT = told()


def record(*outcomes: Outcome) -> DeliveryRecord:
    """What came of the alert at so many endpoints."""
    deliveries = tuple(
        Delivery(transition="t-1", episode="e-1", endpoint=f"e{number}", where="", outcome=outcome)
        for number, outcome in enumerate(outcomes)
    )
    return DeliveryRecord(
        transition="t-1", episode="e-1", routing=Routing.DELIVER, deliveries=deliveries, at=at("02-24 08:01")
    )


def order(*outcomes: Outcome) -> Any:
    """The order of such a record."""
    return order_of(told_out(record(*outcomes), 0).headers)


@pytest.mark.parametrize("still_open", [Outcome.EXHAUSTED, Outcome.SKIPPED, Outcome.POSTPONED, Outcome.NO_SECRET])
def test_what_is_settled_beats_what_is_open(still_open: Outcome) -> None:
    """A receiver took it from one worker; that another tried in vain is older, also where it comes last."""
    assert order(still_open) < order(Outcome.DELIVERED)
    assert order(still_open, still_open) < order(Outcome.DELIVERED, still_open)
    assert order(Outcome.DELIVERED, still_open) < order(Outcome.DELIVERED, Outcome.DELIVERED)


def test_nobody_to_tell_is_settled_too() -> None:
    """Where there was no endpoint nothing is open; what one has taken since is newer."""
    assert order(Outcome.EXHAUSTED) < order() < order(Outcome.DELIVERED)


def test_what_is_crossed_out_is_newer() -> None:
    """Whoever wrote down late what has to be told does not open it again."""
    assert order_of(pending_out(ALERT, 0).headers) == (0,)
    assert order_of(crossed_out(ALERT.transition, 0).headers) == (1,)


def read(bootstrap: str, records: Iterable[Outgoing]) -> tuple[list[DeliveryRecord], list[Alert]]:
    """What is read of records that lie there in this order."""
    settings = Settings(kafka=bootstrap, prefix=f"t-{uuid.uuid4().hex[:8]}", partitions=1)
    ensure_topics(settings.kafka, settings.topics)

    async def work() -> tuple[list[DeliveryRecord], list[Alert]]:
        sender = Sender(settings.kafka, settings.topics)
        await sender.send(records)
        await sender.stop()
        return await read_deliveries(settings, 0)

    return asyncio.run(work())


@pytest.mark.parametrize("late", [False, True])
def test_a_takeover_reads_the_newest_wherever_it_stands(embedded_broker: str, late: bool) -> None:  # noqa: FBT001
    """Told by one, tried in vain by another: in whatever order their words came, it was told and nothing is open."""
    delivered, in_vain = record(Outcome.DELIVERED), record(Outcome.EXHAUSTED)
    words = [told_out(in_vain, 0), told_out(delivered, 0), pending_out(ALERT, 0), crossed_out(ALERT.transition, 0)]
    assert read(embedded_broker, reversed(words) if late else words) == ([delivered], [])


class Died(Exception):  # it is no fault of anybody's
    """The worker has died."""


async def test_the_episode_is_written_before_what_has_to_be_told() -> None:
    """A worker that dies between the two leaves nothing pending: the transition comes again, and the alert with it."""
    sent: list[Outgoing] = []

    async def send(records: Iterable[Outgoing]) -> None:
        sent.extend(records)
        raise Died

    async def know(_transitions: Any) -> None:
        """All are known."""

    context: Any = SimpleNamespace(
        law=SimpleNamespace(pack=pack()), sender=SimpleNamespace(send=send), source=lambda _name: None
    )
    reader: Any = SimpleNamespace(know=know)
    rounds = Rounds(context, NAMES, reader, lambda found: found.noticed_at)
    said = Message(0, 7, b"wechat:gh_health", transition().model_dump_json().encode())
    with pytest.raises(Died):
        await rounds._take(Round(), 0, [said])
    assert [(one.topic, one.key, order_of(one.headers)) for one in sent] == [(Name.ALERTS, b"e-1", (2,))]
