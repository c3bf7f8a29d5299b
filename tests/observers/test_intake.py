"""The HTTP intake: what is answered with 202 is kept, what is refused is said, event by event."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import pytest

from observers.intake import make_intake, serve_intake
from observers.parcels import Parcel, Rejected
from schemas.deadletters import Refusal
from schemas.errors import BrokerError, PortInUse
from schemas.instants import read_at
from streams.broker.ports import free_port
from streams.log.intake import Gate
from tests.support.events import OTHER_SITE, SITE, event

NOW = read_at("2031-04-01T09:00:00+08:00")
BATCH = "application/cloudevents-batch+json"


@dataclass
class Keeping:
    """Where accepted records go in these tests."""

    records: list[Parcel] = field(default_factory=list)
    aside: list[Rejected] = field(default_factory=list)
    fails: bool = False

    async def accept(self, records: Sequence[Parcel]) -> None:
        """Keep records, unless the broker is gone."""
        if self.fails:
            raise BrokerError("the broker is gone")
        self.records.extend(records)

    async def refuse(self, rejected: Sequence[Rejected]) -> None:
        """Set aside."""
        if self.fails:
            raise BrokerError("the broker is gone")
        self.aside.extend(rejected)


@dataclass(frozen=True)
class Client:
    """Speaks to an intake over a real socket."""

    keeping: Keeping
    session: aiohttp.ClientSession
    url: str

    async def post(self, body: object, kind: str = BATCH, **headers: str) -> tuple[int, dict[str, Any]]:
        """Send a body; what came back."""
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        async with self.session.post(self.url, data=data, headers={"Content-Type": kind, **headers}) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def running(**options: Any) -> AsyncIterator[Client]:
    """An intake on a free port."""
    keeping, gate = Keeping(), Gate(100_000)
    app = make_intake(keeping.accept, lambda value: gate.read(None, value, NOW), keeping.refuse, **options)
    runner = await serve_intake(app, "127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession() as session:
            yield Client(keeping, session, f"http://127.0.0.1:{runner.addresses[0][1]}/events")
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("kind", ["application/cloudevents+json", "application/json; charset=utf-8"])
async def test_takes_one_event(kind: str) -> None:
    """One event is kept under its owner's key, byte for byte what was said, and answered with 202."""
    async with running() as client:
        assert await client.post(event(note="an extension"), kind) == (202, {"accepted": 1, "refused": []})
        (record,) = client.keeping.records
        assert (record.key, orjson.loads(record.value)) == (SITE.encode(), event(note="an extension"))


async def test_a_record_holds_one_owner() -> None:
    """A batch becomes one record for each run of events of one owner, in the order in which they came."""
    sent = [event(number=1), event(number=2), event(subject=OTHER_SITE, number=3), event(number=4)]
    async with running() as client:
        assert await client.post(sent) == (202, {"accepted": 4, "refused": []})
        kept = [(record.key.decode(), record.events) for record in client.keeping.records]
        assert kept == [(SITE, 2), (OTHER_SITE, 1), (SITE, 1)]


async def test_one_bad_event_spoils_no_other() -> None:
    """Of a batch the sound ones are kept; the sender is told of each other one, and it goes to the dead letters."""
    sent = [event(number=1), event("site.sneezed", number=2), event(subject="no site", number=3), event(number=4)]
    async with running() as client:
        status, said = await client.post(sent)
        assert (status, said["accepted"]) == (202, 2)
        told = [(one["index"], one["id"], one["reason"]) for one in said["refused"]]
        assert told == [(1, "e2", "unknown_type"), (2, "e3", "wrong_shape")]
        assert [one.reason for one in client.keeping.aside] == [Refusal.UNKNOWN_TYPE, Refusal.WRONG_SHAPE]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "not_json"),
        (b"\xff", "not_json"),
        (event(specversion="0.3"), "unknown_version"),
        (event(time="2031-04-01T08:00:00"), "naive_time"),
        (event(time="2031-04-01T09:01:01+08:00"), "future_time"),
        (event(subject="4299/column/a"), "wrong_subject"),
        (event(data={"item": "x" * 100_001}), "too_large"),
        ([[event()]], "wrong_shape"),
        (event("xuncha.tick", "clock", data={"at": "2031-04-01T08:00:00+08:00"}), "unknown_type"),
        ([event("xuncha.tick", "clock", data={"at": "2031-04-01T08:00:00+08:00"})], "unknown_type"),
    ],
)
async def test_refuses_what_nothing_can_be_made_of(body: object, reason: str) -> None:
    """Where nothing can be taken the answer is 400 with the reason; nobody from outside may move the clock."""
    async with running() as client:
        status, said = await client.post(body)
        assert (status, said["accepted"], [one["reason"] for one in said["refused"]]) == (400, 0, [reason])
        assert client.keeping.records == []


async def test_an_empty_batch_is_no_fault() -> None:
    """CloudEvents allows a batch of none."""
    async with running() as client:
        assert await client.post([]) == (202, {"accepted": 0, "refused": []})


async def test_says_that_nothing_was_kept() -> None:
    """When the journal or the broker fails nothing is promised: 503, and the sender sends again."""
    async with running() as client:
        client.keeping.fails = True
        status, said = await client.post([event()])
        assert status == 503
        assert "send them again" in said["error"]


async def test_what_is_kept_is_acknowledged_even_if_the_dead_letter_fails() -> None:
    """A refused event that can't be set aside is told to its sender all the same."""
    async with running() as client:
        client.keeping.fails = True
        assert (await client.post(b"{"))[0] == 400


async def test_bounds_the_body() -> None:
    """A body over the limit is 413; one of exactly the limit is read."""
    body = orjson.dumps(event())
    async with running(largest_body=len(body)) as client:
        assert (await client.post(body))[0] == 202
        assert (await client.post(body + b" "))[0] == 413


async def test_says_which_content_it_takes() -> None:
    """Another content type, or attributes in headers (binary mode), is 415 with the types that are taken."""
    async with running() as client:
        assert (await client.post(event(), "text/plain"))[0] == 415
        status, said = await client.post(event(), "application/json", **{"ce-id": "1"})
        assert status == 415
        assert "structured" in said["error"]


async def test_is_asked_for_its_health() -> None:
    """GET /health answers while it listens."""
    async with running() as client, client.session.get(client.url.replace("/events", "/health")) as answer:
        assert (answer.status, await answer.json()) == (200, {"healthy": True})


async def test_a_taken_port_is_said() -> None:
    """A port in use is one clear sentence."""
    keeping, port = Keeping(), free_port()
    app = make_intake(keeping.accept, lambda value: Gate(1).read(None, value, None), keeping.refuse)
    runner = await serve_intake(app, "127.0.0.1", port)
    try:
        with pytest.raises(PortInUse, match=f"127.0.0.1:{port}"):
            await serve_intake(make_intake(keeping.accept, lambda _: None, keeping.refuse), "127.0.0.1", port)  # type: ignore[arg-type,return-value]
    finally:
        await runner.cleanup()


async def test_refuses_what_is_nested_too_deeply() -> None:
    """JSON that can be read but not taken apart is the sender's to mend, not an error of ours."""
    async with running() as client:
        status, said = await client.post(b"[" * 300 + b"]" * 300)
        assert (status, [one["reason"] for one in said["refused"]]) == (400, ["wrong_shape"])
