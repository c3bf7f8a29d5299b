"""The receiver that ships with us: verifies, takes each alert once, and remembers over a restart."""

import json
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from standardwebhooks import Webhook

from alerts.body import LARGEST, body_of
from alerts.receiver import Receiver, Reception
from alerts.signing import new_secret
from alerts.webhook import Sender
from schemas.alerts import Alert
from schemas.deliveries import Outcome
from schemas.errors import OperationError, PortInUse, SecretError
from schemas.registry import Endpoint
from tests.alerts.receivers import BRISK, NAME, OTHER_SECRET, SECRET, World
from tests.alerts.timeline import told


async def send(receiver: Receiver, *alerts: Alert) -> list[Outcome]:
    """Send alerts with our own sender."""
    endpoint = Endpoint(url=receiver.url, secret_env=NAME)
    async with Sender(BRISK, World().surroundings) as sender:
        return [(await sender.send(alert, endpoint)).outcome for alert in alerts]


async def post(receiver: Receiver, body: bytes, **headers: str) -> int:
    """Send anything; headers with `_` for `-`. The status."""
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as http, http.post(receiver.url, data=body, headers=shown) as answer:
        return answer.status


def signed(body: str, secret: str = SECRET, message: str = "t-1") -> dict[str, str]:
    """The headers that belong to a body, by the independent library."""
    now = datetime.now(UTC)
    return {
        "webhook_id": message,
        "webhook_timestamp": str(int(now.timestamp())),
        "webhook_signature": Webhook(secret).sign(message, now, body),
    }


async def test_our_sender_and_our_receiver_understand_each_other(tmp_path: Path) -> None:
    """An alert is received whole, counted, held for the table and written as a line of JSON."""
    out = tmp_path / "deep" / "alerts.jsonl"
    async with Receiver(SECRET, out=out) as receiver:
        assert await send(receiver, told()) == [Outcome.DELIVERED]
        (received,) = receiver.received
    assert (received.id, received.type, received.data) == ("t-1", "alert.breached", told())
    assert dict(receiver.counts) == {Reception.ACCEPTED: 1}
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["data"]["summary"]["zh"] == told().summary.zh


async def test_each_alert_is_taken_once() -> None:
    """The same id again is answered with success, so that the sender rests, and has no second effect."""
    async with Receiver(SECRET) as receiver:
        assert await send(receiver, told(), told(), told(id="t-2")) == [Outcome.DELIVERED] * 3
    assert [received.id for received in receiver.received] == ["t-1", "t-2"]
    assert receiver.counts == {Reception.ACCEPTED: 2, Reception.DUPLICATE: 1}


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    """Started again on its file, the receiver shows what it had and takes nothing twice."""
    out = tmp_path / "alerts.jsonl"
    async with Receiver(SECRET, out=out) as receiver:
        await send(receiver, told())
    async with Receiver(SECRET, out=out) as again:
        await send(again, told(), told(id="t-2"))
        assert [received.id for received in again.received] == ["t-1", "t-2"]
    assert again.counts == {Reception.DUPLICATE: 1, Reception.ACCEPTED: 1}
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2


async def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path: Path) -> None:
    """A message whose line was cut was not acknowledged either: it comes again, on a line of its own."""
    out = tmp_path / "alerts.jsonl"
    async with Receiver(SECRET, out=out) as receiver:
        await send(receiver, told(), told(id="t-2"))
    whole = out.read_bytes()
    out.write_bytes(whole[: whole.rindex("微".encode()) + 1])
    async with Receiver(SECRET, out=out) as again:
        await send(again, told(id="t-2"))
    async with Receiver(SECRET, out=out) as third:
        assert [received.id for received in third.received] == ["t-1", "t-2"]


async def test_only_the_newest_are_at_hand() -> None:
    """The table's memory is bounded; counts go on."""
    async with Receiver(SECRET, keep=2) as receiver:
        await send(receiver, *(told(id=f"t-{number}") for number in range(5)))
    assert [received.id for received in receiver.received] == ["t-3", "t-4"]
    assert receiver.counts[Reception.ACCEPTED] == 5


async def test_a_stranger_is_turned_away() -> None:
    """Unsigned, wrongly signed, altered, old or garbled: 401, counted, not taken."""
    body = str(body_of(told()))
    old = datetime(2024, 2, 24, tzinfo=UTC)
    headers = [
        {},
        signed(body, OTHER_SECRET),
        signed(body + " "),
        signed(body) | {"webhook_id": "t-2"},
        signed(body) | {"webhook_signature": "v1"},
        signed(body) | {"webhook_signature": "v1,§§"},
        {"webhook_id": "t", "webhook_timestamp": "0", "webhook_signature": Webhook(SECRET).sign("t", old, body)},
    ]
    async with Receiver(SECRET) as receiver:
        statuses = [await post(receiver, body.encode(), **each) for each in headers]
    assert statuses == [401] * len(headers)
    assert (receiver.counts, len(receiver.received)) == ({Reception.BAD_SIGNATURE: len(headers)}, 0)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"type":"alert.breached"', '{"type":"x","timestamp":"2024","data":{}}']
)
async def test_what_is_signed_but_no_alert_is_refused(body: str) -> None:
    """A body that is no message of ours gets 400, so that the sender doesn't try it for days."""
    async with Receiver(SECRET) as receiver:
        assert await post(receiver, body.encode(), **signed(body)) == 400
    assert receiver.counts == {Reception.MALFORMED: 1}


async def test_bytes_that_are_no_text_are_turned_away() -> None:
    """What isn't UTF-8 can't have been signed by us."""
    async with Receiver(SECRET) as receiver:
        assert await post(receiver, b"\xff\xfe", **signed("x")) == 401


@pytest.mark.parametrize(("size", "status"), [(LARGEST, 400), (LARGEST + 1, 413)])
async def test_the_largest_body(size: int, status: int) -> None:
    """Twenty kilobytes are read, a byte more is not."""
    body = " " * size
    async with Receiver(SECRET) as receiver:
        assert await post(receiver, body.encode(), **signed(body)) == status


async def test_a_port_in_use_is_one_clear_sentence() -> None:
    """The error names the address and what to do; nothing stays open behind it."""
    async with Receiver(SECRET) as first:
        port = int(first.url.rsplit(":", 1)[1].partition("/")[0])
        with pytest.raises(PortInUse, match=rf"^something else listens on 127\.0\.0\.1:{port}: stop it, or give"):
            await Receiver(SECRET, port=port).start()
    async with Receiver(SECRET, port=port) as second:
        assert second.url == first.url


async def test_a_host_that_is_not_ours() -> None:
    """An address that this machine doesn't have is an error of the operator's, by name."""
    with pytest.raises(OperationError, match=r"can't listen on 203\.0\.113\.1:0"):
        await Receiver(SECRET, host="203.0.113.1").start()


async def test_stopping_twice_is_stopping() -> None:
    """Ctrl-C may come while it is closing already."""
    receiver = Receiver(new_secret())
    await receiver.start()
    await receiver.stop()
    await receiver.stop()


def test_a_malformed_secret_is_refused_at_once() -> None:
    """A receiver that could verify nothing doesn't start."""
    with pytest.raises(SecretError, match="the receiver's secret holds no secret"):
        Receiver("hunter2")
