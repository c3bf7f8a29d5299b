"""What was told stays told, whoever wrote it down last: late words of a replaced worker know of less."""

import asyncio
import uuid
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from agents.deliveries import UNTRIED, Found, order_after, outcome_out, pending_out, read_deliveries, told_out
from agents.round import Round
from agents.rounds import Rounds
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


def order(tries: int, *outcomes: Outcome) -> Any:
    """The order of what came of so many rounds."""
    return order_after(tries, record(*outcomes).deliveries)


@pytest.mark.parametrize("still_open", [Outcome.EXHAUSTED, Outcome.SKIPPED, Outcome.POSTPONED, Outcome.NO_SECRET])
def test_what_is_settled_beats_what_is_open(still_open: Outcome) -> None:
    """A receiver took it from one worker; that another tried in vain is older, also where it comes last."""
    assert order(1, still_open) < order(1, Outcome.DELIVERED)
    assert order(1, still_open, still_open) < order(1, Outcome.DELIVERED, still_open)
    assert order(1, Outcome.DELIVERED, still_open) < order(1, Outcome.DELIVERED, Outcome.DELIVERED)


def test_who_knew_of_nobody_to_tell_is_older() -> None:
    """Another worker knows of an endpoint, or of one more: what it has open is not closed by who didn't."""
    assert order(1) < order(1, Outcome.EXHAUSTED)
    assert order(1, Outcome.DELIVERED) < order(1, Outcome.EXHAUSTED, Outcome.EXHAUSTED)


def test_a_later_round_is_newer_whatever_came_of_it() -> None:
    """The endpoint was taken out of the registry: nothing is open any more, also if it was before."""
    assert order(1, Outcome.EXHAUSTED) < order(2)
    assert UNTRIED < order(1) < order(1, Outcome.DELIVERED) < order(2, Outcome.EXHAUSTED)


def read(bootstrap: str, records: Iterable[Outgoing]) -> Found:
    """What is read of records that lie there in this order."""
    settings = Settings(kafka=bootstrap, prefix=f"t-{uuid.uuid4().hex[:8]}", partitions=1)
    ensure_topics(settings.kafka, settings.topics)

    async def work() -> Found:
        sender = Sender(settings.kafka, settings.topics)
        await sender.send(records)
        await sender.stop()
        return await read_deliveries(settings, 0)

    return asyncio.run(work())


@pytest.mark.parametrize("late", [False, True])
def test_a_takeover_reads_the_newest_wherever_it_stands(embedded_broker: str, late: bool) -> None:  # noqa: FBT001
    """Told by one, tried in vain by another: in whatever order their words came, it was told and nothing is open."""
    delivered, in_vain = record(Outcome.DELIVERED), record(Outcome.EXHAUSTED)
    words = [pending_out(ALERT, 0), *outcome(in_vain), *outcome(delivered)]
    assert read(embedded_broker, reversed(words) if late else words) == ([delivered], [], {})


def outcome(made: DeliveryRecord, tries: int = 1) -> list[Outgoing]:
    """What a worker writes after so many rounds."""
    return outcome_out(made, ALERT, tries, 0)


@pytest.mark.parametrize("late", [False, True])
def test_nobody_to_tell_closes_nothing_that_another_has_open(embedded_broker: str, late: bool) -> None:  # noqa: FBT001
    """A worker knew of no endpoint and was replaced; its successor knew one, tried in vain, and died too.

    Wherever the first one's words stand, the alert has still to be told, and whoever takes over goes on counting.
    """
    nobody, in_vain = record(), record(Outcome.EXHAUSTED)
    words = [outcome(in_vain), outcome(nobody)] if late else [outcome(nobody), outcome(in_vain)]
    found = read(embedded_broker, [pending_out(ALERT, 0), *words[0], *words[1]])
    assert found == ([in_vain], [ALERT], {ALERT.transition: 1})


def test_what_an_older_version_wrote_counts_as_rounds(embedded_broker: str) -> None:
    """It said how many are settled: whoever goes on is newer than that."""
    older = [pending_out(ALERT, 0), told_out(record(Outcome.EXHAUSTED), 0, (2,))]
    found = read(embedded_broker, older)
    assert found.tries == {ALERT.transition: 2}
    assert order(found.tries[ALERT.transition] + 1, Outcome.EXHAUSTED) > (2,)


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
