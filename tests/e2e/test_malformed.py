"""Ten thousand malformed records: all in the dead letter with bytes, place, error and reason; the worker goes on."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from streams.log.sender import Outgoing, Sender
from streams.topics import Name, Topics
from tests.e2e.living import account, checked, days_ago, fresh, local_unit, now, posted
from tests.support.stack import Up

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(400)]

COUNT = 10_000
LARGE = b'{"specversion":"1.0","id":"' + b"x" * (10 * 1024 * 1024) + b'"}'


def record(number: int) -> tuple[bytes | None, bytes]:
    """(key, value) of a record that can't be taken, of one of ten kinds."""
    sound: dict[str, Any] = {
        "specversion": "1.0", "id": fresh("bad-"), "source": "e2e", "type": "account.posted", "subject": "wechat:bad",
        "time": "2026-01-01T00:00:00+08:00", "data": {"post": "p"},
    }  # fmt: skip
    plain = json.dumps(sound).encode()
    kinds: list[tuple[bytes | None, bytes]] = [
        (b"wechat:bad", b"\xff\xfe\x00 not JSON"),
        (b"wechat:bad", b""),
        (b"wechat:bad", b"[" * 500),
        (b"wechat:bad", json.dumps({**sound, "type": "account.sneezed"}).encode()),
        (b"wechat:bad", json.dumps({**sound, "time": "2026-01-01T00:00:00"}).encode()),
        (b"wechat:bad", json.dumps({**sound, "time": (now() + timedelta(days=1)).isoformat()}).encode()),
        (b"wechat:bad", json.dumps({**sound, "specversion": "2.0"}).encode()),
        (b"wechat:worse", plain),
        (None, json.dumps({**sound, "subject": "no kind of subject"}).encode()),
        (b"wechat:bad", json.dumps({**sound, "data": {"post": 10**40}}).encode()),
    ]
    return kinds[number % len(kinds)]


def records() -> Iterator[Outgoing]:
    """All of them, and one of ten megabytes."""
    for number in range(COUNT - 1):
        key, value = record(number)
        yield Outgoing(Name.OBSERVATIONS, key, value, number % 4)
    yield Outgoing(Name.OBSERVATIONS, b"wechat:bad", LARGE, 0)


async def test_every_malformed_record_is_accounted_for_and_the_worker_judges_on(up: Up) -> None:
    """Sent = dead-lettered; each letter has its bytes, its place, its error and its reason."""
    sender = Sender(up.bootstrap, Topics())
    await sender.start()
    before = len(await up.records(Name.DEADLETTERS))
    try:
        await sender.send(records())
    finally:
        await sender.stop()

    async def all_there() -> bool:
        return len(await up.records(Name.DEADLETTERS)) >= before + COUNT

    await up.until(all_there, 120, "set all of them aside")
    letters = (await up.records(Name.DEADLETTERS))[before:]
    about = [json.loads(dict(letter.headers)["xuncha"]) for letter in letters]
    assert len(letters) == COUNT
    assert all(one["error"] and one["topic"] and one["offset"] >= 0 for one in about)
    assert sum(len(letter.value or b"") > len(LARGE) // 2 for letter in letters) == 1
    reasons = Counter(one["reason"] for one in about)
    assert {
        "not_json",
        "unknown_type",
        "naive_time",
        "future_time",
        "unknown_version",
        "wrong_key",
        "too_large",
    } <= set(reasons)
    unit, subject = fresh("unit-"), f"wechat:{fresh('gh_')}"
    last = days_ago(14) - timedelta(hours=1)
    await up.accepted(local_unit(up, unit), account(subject, unit), posted(subject, last), checked(subject))
    await up.until(lambda: "breached" in up.told(subject, "M-V2a"), 30, "judge on")
