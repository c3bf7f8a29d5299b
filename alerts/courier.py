"""Delivers a batch of alerts: in order to each endpoint, side by side to different ones, in bounded time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from alerts.endpoints import endpoint_id
from alerts.webhook import Sender, without_attempt
from schemas.alerts import Alert
from schemas.deliveries import Delivery, Outcome
from schemas.registry import Endpoint

_FAILING: Final = frozenset({Outcome.EXHAUSTED, Outcome.POSTPONED, Outcome.REDIRECTED, Outcome.NO_SECRET})
"""Outcomes that speak of the endpoint and not of the alert: what comes next would fare no better."""


@dataclass(frozen=True, slots=True)
class Order:
    """An alert, and where it goes."""

    alert: Alert
    endpoint: Endpoint


class Courier:
    """Delivers batches.

    A receiver that hangs delays nobody else's alerts, and its own batch no longer than one delivery beyond `budget`:
    once it has failed, or has used up the budget, the rest of its batch is `skipped`. An endpoint that answered 410 is
    sent nothing more until the process starts anew. What was skipped or postponed is for whoever keeps the records of
    deliveries to send again; a schedule that outlives the process belongs there.

    Args:
        sender: an open sender.
        abreast: how many endpoints are served side by side.
        budget: how long one endpoint's part of a batch may take before the rest is skipped.

    """

    def __init__(self, sender: Sender, abreast: int = 16, budget: timedelta = timedelta(seconds=60)) -> None:
        self._sender = sender
        self._places = asyncio.Semaphore(abreast)
        self._budget = budget
        self._gone: set[str] = set()

    async def deliver(self, orders: Sequence[Order]) -> list[Delivery]:
        """Deliver a batch; the deliveries stand in the order of the orders."""
        lines: dict[str, list[Order]] = {}
        for order in orders:
            lines.setdefault(endpoint_id(order.endpoint), []).append(order)
        served = await asyncio.gather(*(self._serve(line) for line in lines.values()))
        done = {endpoint: iter(deliveries) for endpoint, deliveries in zip(lines, served, strict=True)}
        return [next(done[endpoint_id(order.endpoint)]) for order in orders]

    async def _serve(self, line: Sequence[Order]) -> list[Delivery]:
        """One endpoint's orders, one after the other."""
        async with self._places:
            done: list[Delivery] = []
            until = self._sender.now() + self._budget
            for order in line:
                failing = any(each.outcome in _FAILING for each in done)
                done.append(await self._one(order, skip=failing or self._sender.now() >= until))
            return done

    async def _one(self, order: Order, *, skip: bool) -> Delivery:
        if endpoint_id(order.endpoint) in self._gone:
            return without_attempt(order.alert, order.endpoint, Outcome.GONE)
        if skip:
            return without_attempt(order.alert, order.endpoint, Outcome.SKIPPED)
        delivery = await self._sender.send(order.alert, order.endpoint)
        if delivery.outcome is Outcome.GONE:
            self._gone.add(delivery.endpoint)
        return delivery
