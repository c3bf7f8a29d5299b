"""Sends an alert to an endpoint by Standard Webhooks 1.0.0, and says by name how it ended.

`webhook-id` is the transition's id, the same at every attempt: the receiver's idempotency key. The timestamp and the
signature are made anew at each. A redirect is a failure: a signed body goes where it was meant to go or nowhere.
"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import aiohttp
import structlog

from alerts.body import body_of
from alerts.endpoints import endpoint_id, shown_url
from alerts.patience import Patience, apart, ending, retry_after
from alerts.signing import Signer, read_signer
from schemas.alerts import Alert
from schemas.deliveries import Attempt, Delivery, Outcome, Problem
from schemas.errors import SecretError
from schemas.registry import Endpoint

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a sender takes from outside: a clock, a way to wait (seconds), dice from 0 to 1, and where secrets stand."""

    now: Callable[[], datetime] = _now
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    dice: Callable[[], float] = random.random
    env: Mapping[str, str] = field(default_factory=lambda: os.environ)


class Sender:
    """Delivers alerts; open it with `async with`. One delivery at a time to an endpoint is the caller's affair."""

    def __init__(self, patience: Patience | None = None, surroundings: Surroundings | None = None) -> None:
        self.patience = patience or Patience()
        self._around = surroundings or Surroundings()
        self._http: aiohttp.ClientSession | None = None

    def now(self) -> datetime:
        """The sender's clock."""
        return self._around.now()

    async def __aenter__(self) -> Self:
        # No cookies: what one unit's receiver sets is nothing to another's.
        timeout = aiohttp.ClientTimeout(total=self.patience.timeout)
        self._http = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http:
            await self._http.close()

    async def send(self, alert: Alert, endpoint: Endpoint) -> Delivery:
        """Deliver an alert, trying again as `patience` says. Raises nothing that the network may bring about."""
        delivery = await self._deliver(alert, endpoint)
        statuses = [attempt.status or attempt.problem for attempt in delivery.attempts]
        log.info(
            "webhook",
            transition=alert.transition,
            unit=alert.unit,
            rule=alert.rule,
            subject=alert.subject,
            where=delivery.where,
            outcome=delivery.outcome,
            attempts=statuses,
        )
        return delivery

    async def _deliver(self, alert: Alert, endpoint: Endpoint) -> Delivery:
        try:
            signer = read_signer(endpoint.secret_env, self._around.env)
        except SecretError as error:
            log.error("webhook secret", where=shown_url(endpoint), error=str(error))  # noqa: TRY400  (nothing to trace)
            return without_attempt(alert, endpoint, Outcome.NO_SECRET)
        body = body_of(alert)
        if body is None:
            return without_attempt(alert, endpoint, Outcome.TOO_LARGE)
        return await self._try(alert, endpoint, signer, body)

    async def _try(self, alert: Alert, endpoint: Endpoint, signer: Signer, body: str) -> Delivery:
        attempts: list[Attempt] = []
        for number, wait in enumerate(self.patience.waits, start=1):
            asked = attempts[-1].retry_after if attempts else None
            if asked is not None and asked > self.patience.longest_wait:
                break
            await self._pause(wait, asked)
            attempts.append(await self._attempt(number, endpoint, self._headers(alert, signer, body), body))
            outcome = None if attempts[-1].problem is Problem.CLOCK else ending(attempts[-1].status)
            if outcome is not None:
                return _delivery(alert, endpoint, outcome, attempts)
        return _given_up(alert, endpoint, attempts, self.patience)

    async def _pause(self, wait: float, asked: float | None) -> None:
        pause = max(wait * (1 + self.patience.spread * self._around.dice()), asked or 0)
        if pause:
            await self._around.sleep(pause)

    def _headers(self, alert: Alert, signer: Signer, body: str) -> dict[str, str]:
        now = self.now()
        return {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "xuncha",
            "webhook-id": alert.transition,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(alert.transition, now, body),
        }

    async def _attempt(self, number: int, endpoint: Endpoint, headers: dict[str, str], body: str) -> Attempt:
        if self._http is None:
            raise RuntimeError("open the sender first: async with Sender() as sender")
        at = self.now()
        try:
            async with self._http.post(
                endpoint.url, data=body.encode(), headers=headers, allow_redirects=False
            ) as answer:
                asked, wrong = retry_after(answer.headers, self.now()), apart(answer.headers, self.now())
        except (aiohttp.ClientError, OSError) as error:
            return Attempt(number=number, at=at, problem=problem_of(error))
        problem = _problem(ending(answer.status), wrong=wrong)
        return Attempt(number=number, at=at, status=answer.status, problem=problem, retry_after=asked)


def _problem(outcome: Outcome | None, *, wrong: bool) -> Problem | None:
    """What was wrong with an answer; a refusal may be for our clock's sake, which somebody will set."""
    if outcome is Outcome.DELIVERED:
        return None
    return Problem.CLOCK if outcome is Outcome.REFUSED and wrong else Problem.STATUS


def problem_of(error: Exception) -> Problem:
    """The name of what went wrong on the way; the error's own text may hold the URL whole, so it is never kept."""
    table: tuple[tuple[type[Exception], Problem], ...] = (
        (TimeoutError, Problem.TIMEOUT),
        (aiohttp.ClientConnectorDNSError, Problem.NAME_UNKNOWN),
        (aiohttp.ClientSSLError, Problem.TLS),
        (aiohttp.ClientConnectorError, Problem.NOT_CONNECTED),
    )
    return next((problem for kind, problem in table if isinstance(error, kind)), Problem.BROKEN_OFF)


def _given_up(alert: Alert, endpoint: Endpoint, attempts: list[Attempt], patience: Patience) -> Delivery:
    """After the last attempt, or where the receiver asked for more time than there is."""
    asked = attempts[-1].retry_after if attempts else None
    if asked is None:
        return _delivery(alert, endpoint, Outcome.EXHAUSTED, attempts)
    outcome = Outcome.POSTPONED if asked > patience.longest_wait else Outcome.EXHAUSTED
    return _delivery(alert, endpoint, outcome, attempts, attempts[-1].at + timedelta(seconds=asked))


def without_attempt(alert: Alert, endpoint: Endpoint, outcome: Outcome) -> Delivery:
    """A delivery that ended before anything was sent."""
    return _delivery(alert, endpoint, outcome)


def _delivery(
    alert: Alert,
    endpoint: Endpoint,
    outcome: Outcome,
    attempts: list[Attempt] | None = None,
    not_before: datetime | None = None,
) -> Delivery:
    return Delivery(
        transition=alert.transition,
        episode=alert.episode,
        endpoint=endpoint_id(endpoint),
        where=shown_url(endpoint),
        outcome=outcome,
        attempts=tuple(attempts or ()),
        not_before=not_before,
    )
