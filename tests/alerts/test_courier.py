"""A batch goes out in order to each endpoint, side by side to all, and a receiver that hangs delays nobody else."""

import time
from collections.abc import Sequence
from datetime import timedelta

from alerts.courier import Courier, Order
from alerts.webhook import Sender
from schemas.alerts import Alert
from schemas.deliveries import Delivery, Outcome
from schemas.registry import Endpoint
from tests.alerts.receivers import BRISK, Scripted, World, hang, status
from tests.alerts.timeline import told


def alerts(count: int) -> list[Alert]:
    """As many alerts, each of its own transition."""
    return [told(id=f"t-{number}") for number in range(count)]


def to(endpoint: Endpoint, several: Sequence[Alert]) -> list[Order]:
    """Orders to one endpoint."""
    return [Order(alert, endpoint) for alert in several]


def outcomes(deliveries: Sequence[Delivery]) -> list[Outcome]:
    """How they ended."""
    return [delivery.outcome for delivery in deliveries]


async def test_one_endpoint_is_told_in_order() -> None:
    """Warnings come before breaches: what was ordered first arrives first, though an earlier one had to be repeated."""
    async with Sender(BRISK, World().surroundings) as sender, Scripted([status(500), status(200)]) as receiver:
        done = await Courier(sender).deliver(to(receiver.endpoint, alerts(5)))
    assert outcomes(done) == [Outcome.DELIVERED] * 5
    ids = [headers["webhook-id"] for headers in receiver.headers]
    assert ids == ["t-0", "t-0", "t-1", "t-2", "t-3", "t-4"]


async def test_deliveries_stand_in_the_order_of_the_orders() -> None:
    """However endpoints are mixed in a batch, each order finds its own delivery."""
    async with (
        Sender(BRISK, World().surroundings) as sender,
        Scripted([status(200)]) as one,
        Scripted([status(404)]) as two,
    ):
        mixed = [Order(alert, [one, two][place % 2].endpoint) for place, alert in enumerate(alerts(6))]
        done = await Courier(sender).deliver(mixed)
    assert outcomes(done) == [Outcome.DELIVERED, Outcome.REFUSED] * 3
    assert [delivery.transition for delivery in done] == [f"t-{number}" for number in range(6)]


async def test_a_receiver_that_hangs_delays_nobody_else_and_its_own_batch_once() -> None:
    """The first alert to it is tried to the end, the rest of its batch is skipped; the next batch tries again."""
    started = time.monotonic()
    async with (
        Sender(BRISK, World().surroundings) as sender,
        Scripted([hang]) as slow,
        Scripted([status(200)]) as quick,
    ):
        courier = Courier(sender)
        done = await courier.deliver(to(slow.endpoint, alerts(50)) + to(quick.endpoint, alerts(50)))
        assert outcomes(done) == [Outcome.EXHAUSTED, *[Outcome.SKIPPED] * 49, *[Outcome.DELIVERED] * 50]
        slow.answers[0] = status(200)
        assert outcomes(await courier.deliver(to(slow.endpoint, alerts(2)))) == [Outcome.DELIVERED] * 2
    assert time.monotonic() - started < 10


async def test_a_slow_receiver_has_its_time_and_no_more() -> None:
    """Each alert succeeds five seconds later, at the second attempt: after ten seconds the rest is skipped."""
    async with (
        Sender(BRISK, World().surroundings) as sender,
        Scripted([status(500), status(200), status(500), status(200), status(500)]) as receiver,
    ):
        courier = Courier(sender, budget=timedelta(seconds=10))
        done = await courier.deliver(to(receiver.endpoint, alerts(4)))
    assert outcomes(done) == [Outcome.DELIVERED, Outcome.DELIVERED, Outcome.SKIPPED, Outcome.SKIPPED]


async def test_what_is_wrong_with_one_alert_does_not_stop_the_next() -> None:
    """A refused alert says nothing of the endpoint; the next one is sent."""
    async with Sender(BRISK, World().surroundings) as sender, Scripted([status(400), status(200)]) as receiver:
        done = await Courier(sender).deliver(to(receiver.endpoint, alerts(2)))
    assert outcomes(done) == [Outcome.REFUSED, Outcome.DELIVERED]


async def test_an_endpoint_that_is_gone_is_left_alone() -> None:
    """After 410 nothing more is sent there, in this batch or a later one."""
    async with Sender(BRISK, World().surroundings) as sender, Scripted([status(410), status(200)]) as receiver:
        courier = Courier(sender)
        for _ in range(2):
            assert outcomes(await courier.deliver(to(receiver.endpoint, alerts(2)))) == [Outcome.GONE] * 2
    assert len(receiver.bodies) == 1


async def test_an_empty_batch() -> None:
    """Nothing to deliver is no work."""
    async with Sender(BRISK, World().surroundings) as sender:
        assert await Courier(sender).deliver([]) == []
