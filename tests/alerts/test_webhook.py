"""A webhook arrives signed, once in effect, whatever the receiver does in between; secrets stay where they are."""

import base64
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agents.deliveries import OPEN
from alerts.body import LARGEST
from alerts.signing import Signer, read_signer
from alerts.webhook import Sender
from schemas.deliveries import Attempt, Outcome, Problem
from schemas.errors import SecretError
from schemas.registry import Endpoint
from schemas.words import Change, State
from streams.broker.ports import free_port
from tests.alerts.receivers import BRISK, NAME, OTHER_SECRET, SECRET, Answer, Scripted, World, half, hang, reset, status
from tests.alerts.timeline import told


@pytest.fixture
def world() -> World:
    """A clock of our own."""
    return World()


@pytest.fixture
async def sender(world: World) -> AsyncIterator[Sender]:
    """An open sender in that world."""
    async with Sender(BRISK, world.surroundings) as opened:
        yield opened


def seen(attempts: tuple[Attempt, ...]) -> list[int | Problem | None]:
    """What each attempt met: a status, or else the problem."""
    return [attempt.status or attempt.problem for attempt in attempts]


async def test_an_alert_arrives_signed_with_the_transition_as_its_id(sender: Sender, world: World) -> None:
    """An independent library verifies it; type, time and data are Standard Webhooks' shape; the data is the alert."""
    alert = told()
    async with Scripted([status(204)]) as receiver:
        delivery = await sender.send(alert, receiver.endpoint)
    assert (delivery.outcome, seen(delivery.attempts), world.waited) == (Outcome.DELIVERED, [204], [])
    (message,) = receiver.messages
    assert (message["type"], message["timestamp"]) == ("alert.breached", "2024-02-24T08:00:00+08:00")
    assert message["data"] == alert.model_dump(mode="json")
    assert receiver.headers[0]["webhook-id"] == alert.transition
    assert receiver.headers[0]["content-type"] == "application/json; charset=utf-8"


async def test_the_signature_is_the_specifications_to_the_byte(sender: Sender, world: World) -> None:
    """HMAC-SHA256 over `id.timestamp.body` with the decoded secret, computed here by hand."""
    async with Scripted([status(200)]) as receiver:
        await sender.send(told(), receiver.endpoint)
    headers = receiver.headers[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + receiver.bodies[0]
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(world.clock.timestamp()))


async def test_each_change_has_its_own_type(sender: Sender) -> None:
    """A receiver tells changes apart without reading the data."""
    async with Scripted([status(200)]) as receiver:
        await sender.send(told(Change.RETRACTED, state=State.COMPLIANT), receiver.endpoint)
    assert receiver.messages[0]["type"] == "alert.retracted"


async def test_a_failure_is_tried_again_with_the_same_id_and_body(sender: Sender, world: World) -> None:
    """500, then 200 five seconds later: id and body stay, the timestamp and with it the signature are new."""
    async with Scripted([status(500), status(200)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, seen(delivery.attempts)) == (Outcome.DELIVERED, [500, 200])
    assert world.waited == [5]
    first, second = receiver.headers
    assert first["webhook-id"] == second["webhook-id"]
    assert receiver.bodies[0] == receiver.bodies[1]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 5
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        pytest.param(hang, Problem.TIMEOUT, id="hangs"),
        pytest.param(reset, Problem.BROKEN_OFF, id="breaks off"),
        pytest.param(status(503), 503, id="503"),
        pytest.param(status(408), 408, id="408"),
        pytest.param(status(429), 429, id="429"),
    ],
)
async def test_what_may_pass_is_tried_three_times(
    sender: Sender, world: World, answer: Answer, problem: Problem | int
) -> None:
    """A receiver that never recovers is given up by name after the last pause, and each attempt is on record."""
    async with Scripted([answer]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, seen(delivery.attempts)) == (Outcome.EXHAUSTED, [problem] * 3)
    assert world.waited == [5, 30]
    assert [attempt.number for attempt in delivery.attempts] == [1, 2, 3]


@pytest.mark.parametrize("answer", [hang, reset])
async def test_one_bad_moment_costs_nothing(sender: Sender, answer: Answer) -> None:
    """A receiver that hangs or breaks off once gets the alert at the next attempt."""
    async with Scripted([answer, status(200)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert delivery.outcome is Outcome.DELIVERED


async def test_an_answer_counts_from_its_first_line(sender: Sender) -> None:
    """A receiver that says 200 and then hangs in the body has taken the alert."""
    async with Scripted([half]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, len(delivery.attempts)) == (Outcome.DELIVERED, 1)


async def test_nobody_listens(sender: Sender) -> None:
    """A closed port is a named problem, not an exception."""
    delivery = await sender.send(told(), Endpoint(url=f"http://127.0.0.1:{free_port()}/", secret_env=NAME))
    assert (delivery.outcome, seen(delivery.attempts)) == (Outcome.EXHAUSTED, [Problem.NOT_CONNECTED] * 3)


async def test_a_name_that_does_not_exist(sender: Sender) -> None:
    """A host that can't be resolved is told apart from one that is down."""
    delivery = await sender.send(told(), Endpoint(url="http://nobody.invalid/", secret_env=NAME))
    assert delivery.attempts[0].problem in {Problem.NAME_UNKNOWN, Problem.TIMEOUT}


async def test_tls_where_there_is_none(sender: Sender) -> None:
    """An https endpoint that speaks plain http is a problem of TLS: nothing is sent in the clear."""
    async with Scripted([status(200)]) as receiver:
        url = receiver.base.replace("http://", "https://")
        delivery = await sender.send(told(), Endpoint(url=url, secret_env=NAME))
    assert (seen(delivery.attempts), receiver.bodies) == ([Problem.TLS] * 3, [])


async def test_a_malformed_url_is_an_outcome_too(sender: Sender) -> None:
    """What a registry let through can't stop the sender."""
    delivery = await sender.send(told(), Endpoint(url="http://[::1/", secret_env=NAME))
    assert (delivery.outcome, delivery.where) == (Outcome.EXHAUSTED, "malformed URL")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(410, Outcome.GONE), (400, Outcome.REFUSED), (401, Outcome.REFUSED), (404, Outcome.REFUSED)],
)
async def test_what_will_not_pass_is_not_tried_again(sender: Sender, code: int, outcome: Outcome) -> None:
    """410 means that the receiver wants nothing more; another 4xx that somebody has to mend it first."""
    async with Scripted([status(code)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, seen(delivery.attempts)) == (outcome, [code])


def http_date(at: datetime) -> str:
    """An instant as servers write it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


@pytest.mark.parametrize("hours", [-3, -1, 1, 3])
async def test_a_refusal_while_our_clock_is_wrong_is_none(sender: Sender, world: World, hours: int) -> None:
    """Our clock is hours off, so that the receiver holds the signature for too old; set right, the alert is taken.

    Until then it is not lost: if nobody sets the clock it stays open, under a name that says why.
    """
    date = http_date(world.clock + timedelta(hours=hours))
    async with Scripted([status(401, Date=date), status(204)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, world.waited) == (Outcome.DELIVERED, [5])
    async with Scripted([status(401, Date=date)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, delivery.outcome in OPEN) == (Outcome.EXHAUSTED, True)
    assert {attempt.problem for attempt in delivery.attempts} == {Problem.CLOCK}


@pytest.mark.parametrize("date", ["", "yesterday", None])
async def test_a_refusal_by_a_receiver_whose_clock_is_ours(sender: Sender, world: World, date: str | None) -> None:
    """Where its clock agrees with ours, or it says nothing legible of it, a refusal is one."""
    async with Scripted([status(401, Date=http_date(world.clock) if date is None else date)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, len(delivery.attempts)) == (Outcome.REFUSED, 1)


@pytest.mark.parametrize("code", [301, 302, 307, 308])
async def test_a_redirect_is_never_followed(sender: Sender, code: int) -> None:
    """A signed alert goes where it was meant to go: the place that the receiver points at hears nothing."""
    async with Scripted([status(200)]) as elsewhere, Scripted([status(code, Location=elsewhere.base)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, seen(delivery.attempts), elsewhere.bodies) == (Outcome.REDIRECTED, [code], [])


async def test_a_receiver_says_when_to_come_back(sender: Sender, world: World) -> None:
    """Retry-After prolongs a pause and never shortens it."""
    async with Scripted([status(429, Retry_After="20"), status(503, Retry_After="3"), status(200)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, world.waited) == (Outcome.DELIVERED, [20, 30])


async def test_who_asks_for_too_much_time_is_postponed(sender: Sender, world: World) -> None:
    """A minute is waited for in the process; a second more is left to whoever keeps the records, with the instant."""
    async with Scripted([status(429, Retry_After="60"), status(200)]) as receiver:
        assert (await sender.send(told(), receiver.endpoint)).outcome is Outcome.DELIVERED
    async with Scripted([status(429, Retry_After="61")]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
    assert (delivery.outcome, delivery.not_before) == (Outcome.POSTPONED, world.clock + timedelta(seconds=61))


async def test_pauses_are_spread(world: World) -> None:
    """Receivers that went down together are not all called together: a pause grows by up to a fifth."""
    world.dice = 1.0
    async with Sender(BRISK, world.surroundings) as sender, Scripted([status(500)]) as receiver:
        await sender.send(told(), receiver.endpoint)
    assert world.waited == [6, 36]


async def test_a_secret_is_replaced_without_a_gap(sender: Sender, world: World) -> None:
    """While two secrets are given, a receiver that knows either of them verifies the alert."""
    world.env[NAME] = f"{OTHER_SECRET} {SECRET}"
    async with Scripted([status(200)]) as old, Scripted([status(200)], secret=OTHER_SECRET) as new:
        for receiver in (old, new):
            assert (await sender.send(told(), receiver.endpoint)).outcome is Outcome.DELIVERED


async def test_without_a_secret_nothing_is_sent(sender: Sender, world: World) -> None:
    """An unsigned alert could be anybody's: the delivery ends by name, before a connection is made."""
    world.env.clear()
    async with Scripted([status(200)]) as receiver:
        delivery = await sender.send(told(), receiver.endpoint)
        unnamed = await sender.send(told(), Endpoint(url=receiver.base))
    assert [delivery.outcome, unnamed.outcome, receiver.bodies] == [Outcome.NO_SECRET, Outcome.NO_SECRET, []]


async def test_a_body_stays_below_twenty_kilobytes(sender: Sender) -> None:
    """Evidence that doesn't fit is left out from its end, and how much of it is said."""
    alert = told(evidence=tuple(f"{number:02d}" + "证" * 1000 for number in range(20)))
    async with Scripted([status(200)]) as receiver:
        await sender.send(alert, receiver.endpoint)
    message = receiver.messages[0]
    kept = len(message["data"]["evidence"])
    assert len(receiver.bodies[0]) <= LARGEST < len(receiver.bodies[0]) + 3004
    assert message["data"]["evidence"] == list(alert.evidence[:kept])
    assert message["evidence_left_out"] == 20 - kept


async def test_an_alert_that_cannot_be_made_to_fit(sender: Sender) -> None:
    """Nothing is cut silently: such an alert is not sent, by name."""
    async with Scripted([status(200)]) as receiver:
        delivery = await sender.send(told(subject="wechat:" + "x" * LARGEST), receiver.endpoint)
    assert (delivery.outcome, receiver.bodies) == (Outcome.TOO_LARGE, [])


async def test_no_secret_is_ever_said(
    sender: Sender, world: World, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Neither secrets nor a URL's user and query get into logs, records or errors, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    with capture_logs() as logs:
        async with Scripted([status(500), reset, status(200)]) as receiver:
            url = receiver.base.replace("http://", "http://me:pa55word@") + "/webhook?token=t0ken"
            said.append(str(await sender.send(told(), Endpoint(url=url, secret_env=NAME))))
        gone = Endpoint(url="http://me:pa55word@127.0.0.1:9/?token=t0ken", secret_env=NAME)
        said.append(str(await sender.send(told(), gone)))
        for written in (SECRET[:-4], SECRET.removeprefix("whsec_"), "whsec_" + SECRET[6:14], SECRET + "§"):
            world.env[NAME] = written
            said.append(str(await sender.send(told(), gone)))
    (tmp_path / "secret").write_bytes(SECRET.encode() + b"\xff")
    with pytest.raises(SecretError) as error:
        read_signer(NAME, {f"{NAME}_FILE": str(tmp_path / "secret")})
    said += [str(error.value), repr(error.value.__cause__), repr(Signer(SECRET, NAME)), caplog.text, str(logs)]
    assert not [each for each in said for leak in (SECRET[6:14], "pa55word", "t0ken") if leak in each]
