"""A stranger's message: any Kafka client's event becomes a signed webhook within two seconds of its deadline."""

import asyncio
import json
import shutil
import subprocess
import zlib
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from confluent_kafka import Producer

from streams.log.sender import partition_of
from streams.topics import Name
from tests.e2e.living import account, fresh, now, running_out, unit
from tests.e2e.receivers import office
from tests.support.stack import Event, Up

pytestmark = pytest.mark.embedded

TOPIC = "xuncha.observations"
PARTITIONS = 4
#: What the product promises from the instant at which a rule is broken to the webhook.
PROMISED = timedelta(seconds=2)

Send = Callable[[str, Sequence[Event]], None]


def by_confluent(bootstrap: str, events: Sequence[Event]) -> None:
    """With confluent-kafka as it comes: it places keys by another hash than Kafka's own clients."""
    producer = Producer({"bootstrap.servers": bootstrap})
    for event in events:
        producer.produce(TOPIC, key=event["subject"], value=json.dumps(event).encode())
    assert producer.flush(10) == 0


def by_kcat(bootstrap: str, events: Sequence[Event]) -> None:
    """With kcat as the README writes it."""
    lines = "".join(json.dumps(event) + "\n" for event in events)
    command = ["kcat", "-P", "-b", bootstrap, "-t", TOPIC, "-k", events[0]["subject"]]
    done = subprocess.run(command, input=lines.encode(), capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()


def misplaced_by_confluent() -> str:
    """An account whose key librdkafka's own hash (CRC32) puts elsewhere than Kafka's (murmur2)."""
    names = (f"wechat:{fresh('gh_')}" for _ in range(100))
    return next(one for one in names if zlib.crc32(one.encode()) % PARTITIONS != partition_of(one.encode(), PARTITIONS))


@pytest.mark.parametrize(
    "send",
    [
        pytest.param(by_confluent, id="confluent-kafka"),
        pytest.param(
            by_kcat, id="kcat", marks=pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
        ),
    ],
)
async def test_told_within_two_seconds(up: Up, send: Send) -> None:
    """The warning came before, the breach follows its deadline within two seconds, each signed and under its own id."""
    subject, owner, deadline = misplaced_by_confluent(), fresh("u-"), now() + timedelta(seconds=5)
    async with office() as told:
        await up.accepted(unit(owner, told.url))
        events = [account(subject, owner), *running_out(subject, deadline)]
        await asyncio.to_thread(send, up.bootstrap, events)
        await up.until(lambda: told.changes("M-V2a") == ["due_soon", "breached"], 15, "tell of warning and breach")
    warning, breach = (one for one in told.told if one.body["data"]["rule"] == "M-V2a")
    assert warning.at < deadline <= breach.at <= deadline + PROMISED
    assert warning.body["data"]["due_at"] == breach.body["data"]["due_at"]
    assert breach.id == breach.body["data"]["transition"] != warning.id
    assert events[1]["id"] in breach.body["data"]["evidence"]


async def test_sent_on_once(up: Up) -> None:
    """A record that another hash has put elsewhere is sent on to where it belongs, and judged there once."""
    subject, owner = misplaced_by_confluent(), fresh("u-")
    await asyncio.to_thread(by_confluent, up.bootstrap, [account(subject, owner)])
    home = partition_of(subject.encode(), PARTITIONS)

    async def lies_at_home() -> bool:
        return home in await places(up, subject)

    await up.until(lies_at_home, 5, "send it on")
    await asyncio.sleep(1)
    found = await places(up, subject)
    assert sorted(one == home for one in found) == [False, True]


async def places(up: Up, subject: str) -> list[int]:
    """The partitions in which records of a subject lie."""
    return [one.partition for one in await up.records(Name.OBSERVATIONS) if one.key == subject.encode()]
