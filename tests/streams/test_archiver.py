"""The archiver as a process on a broker: nothing lost and nothing twice, however it ends; replay from it is exact."""

import asyncio
import os
import signal
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from console.folding import Wanted, run
from observers.demo import demo_events
from schemas.envelope import owner_of
from schemas.errors import SourceGap
from streams.admin import ensure_topics
from streams.archive import compact
from streams.archive.archiver import Archiver
from streams.log.records import tick_event
from streams.log.sender import Outgoing, Sender
from streams.settings import Settings
from streams.sources import Log
from streams.topics import Name
from tests.support.archives import places, query
from tests.support.kafka_workers import WorkerProcess

pytestmark = [pytest.mark.timeout(240)]

#: One owner of so many is in the part of the demonstration that is played: sites and accounts, the whole quarter long.
EVERY = 30
BATCH = 40
Event = dict[str, Any]


class ArchiverProcess(WorkerProcess):
    """`xuncha archive run` in a process of its own."""

    command: ClassVar[tuple[str, ...]] = ("archive", "run")

    def archived(self) -> int:
        """How many events it has written, by its log."""
        return sum(entry["events"] for entry in self.said("archived"))

    def terminate_and_wait(self) -> int | None:
        """SIGTERM, and its exit status."""
        os.kill(self._running().pid, signal.SIGTERM)
        return self.wait_ended(30)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """A part of the demonstration, the whole quarter long."""
    everything = list(demo_events())
    owners = sorted({owner_of(event["subject"]) for event in everything})
    left_out = {one for number, one in enumerate(owners) if number % EVERY and not one.startswith("unit:")}
    return [event for event in everything if owner_of(event["subject"]) not in left_out]


@pytest.fixture
def settings(broker: str, tmp_path: Path) -> Settings:
    """An installation of the test's own, whose archiver writes every half second."""
    prefix = f"t-{uuid.uuid4().hex[:8]}"
    made = Settings(
        kafka=broker, prefix=prefix, group=prefix, session_seconds=6.0, archive=tmp_path / "archive",
        archive_seconds=0.5,
    )  # fmt: skip
    ensure_topics(made.kafka, made.topics)
    return made


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Any]:
    """Starts archivers and ends them with the test."""
    made: list[ArchiverProcess] = []

    def start(name: str = "one") -> ArchiverProcess:
        made.append(ArchiverProcess(settings, tmp_path, name))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


async def send(settings: Settings, events: Iterable[Event], pause: float = 0.0) -> None:
    """Send events, some alone and some in arrays, with ticks between."""
    sender = Sender(settings.kafka, settings.topics)
    await sender.start()
    for batch in _batches(events):
        records = [Outgoing(Name.OBSERVATIONS, key.encode(), orjson.dumps(value)) for key, value in batch]
        await sender.send([*records, Outgoing(Name.OBSERVATIONS, b"clock", tick_event(0))])
        await asyncio.sleep(pause)
    await sender.stop()


def _batches(events: Iterable[Event]) -> Iterator[list[tuple[str, Any]]]:
    """Some records at a time; what follows on each other of one owner is an array."""
    waiting = iter(events)
    while chunk := list(islice(waiting, BATCH)):
        records: list[tuple[str, Any]] = []
        for event in chunk:
            owner = owner_of(event["subject"])
            if records and records[-1][0] == owner:
                before = records[-1][1]
                records[-1] = (owner, [*(before if isinstance(before, list) else [before]), event])
            else:
                records.append((owner, event))
        yield records


async def archived(settings: Settings) -> None:
    """Archive to the end, in this process."""
    await Archiver(settings).run(asyncio.Event(), to_end=True)


def expect_all_once(settings: Settings, events: list[Event]) -> None:
    """After compaction every event that was sent is in the archive once, with its bytes, and nothing else."""
    root = settings.archive
    compact(root, "9999-01-01")
    assert len(set(places(root))) == len(places(root))
    found = sorted(value for (value,) in query(root, "select value from archive"))
    assert found == sorted(orjson.dumps(event).decode() for event in events)


async def test_a_replay_of_the_archive_is_the_replay_of_the_file(
    settings: Settings, events: list[Event], tmp_path: Path
) -> None:
    """The same four files to the last byte, by replay and by judgement; compaction does not change the log."""
    file = tmp_path / "quarter.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, events)))
    await send(settings, events)
    await archived(settings)
    wanted = await folded(file, tmp_path)
    assert wanted["replay"]["transitions.jsonl"].count(b"breached") > 1
    assert await folded(settings.archive, tmp_path) == wanted
    before = [event.id for event in Log((settings.archive,))]
    expect_all_once(settings, events)
    assert [event.id for event in Log((settings.archive,))] == before


async def folded(log: Path, folder: Path) -> dict[str, dict[str, bytes]]:
    """What `xuncha replay` and `xuncha judge` make of a log."""
    made = {}
    for how in ("replay", "judge"):
        out = folder / uuid.uuid4().hex
        wanted = Wanted(how, (log,), "2024-02-29", out, None, "cn-2019", (), Path())
        await asyncio.to_thread(run, wanted)
        made[how] = {file.name: file.read_bytes() for file in out.iterdir()}
    return made


@pytest.mark.slow
async def test_killed_in_mid_write_again_and_again(settings: Settings, events: list[Event], start: Any) -> None:
    """Killed by -9 while it writes its files, before the commit: nothing is lost, nothing twice, no file is half."""
    await send(settings, events)
    for number in range(3):
        one, before = start(f"life-{number}"), _written(settings.archive)
        await asyncio.to_thread(
            one.wait_until, lambda before=before: _written(settings.archive) != before, 60, "begin to write"
        )
        await asyncio.sleep(0.05 * number)
        one.kill()
        assert one.archived() == 0, "it was to be killed before it had committed"
    assert _written(settings.archive)
    await archived(settings)
    expect_all_once(settings, events)


def _written(archive: Path) -> set[tuple[str, int]]:
    """The files of an archive, finished or not, each with when it was written: one written again is another."""
    return {(file.name, file.stat().st_mtime_ns) for file in archive.glob("day=*/*.parquet")}


@pytest.mark.slow
async def test_two_share_the_partitions_and_one_takes_over(settings: Settings, events: list[Event], start: Any) -> None:
    """Two at once, one of which is killed: the other goes on where it was; its end by SIGTERM writes what it held."""
    one, two = start("one"), start("two")
    sending = asyncio.create_task(send(settings, events, 0.1))
    for archiver in (one, two):
        await asyncio.to_thread(archiver.wait_until, lambda it=archiver: it.archived() > 0, 60, "archive its share")
    one.kill()
    await sending
    await asyncio.to_thread(
        two.wait_until, lambda: len(two.said("partitions to archive")[-1]["partitions"]) == 4, 60, "get all"
    )
    assert await asyncio.to_thread(two.terminate_and_wait) == 143
    await archived(settings)
    expect_all_once(settings, events)


async def test_what_the_broker_no_longer_holds_is_said(request: Any, settings: Settings, events: list[Event]) -> None:
    """An archiver does not pass a gap in silence; who knows of it may go on."""
    if "embedded" in request.node.callspec.id:
        pytest.skip("Tansu keeps everything, and answers a fetch beyond its end with nothing")
    await send(settings, events[:400])
    # It must not commit by itself when it stops: where it had found its place by then, that would be the end instead.
    group = f"{settings.group}-archive"
    async with AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=group, enable_auto_commit=False) as consumer:
        at = TopicPartition(settings.topics.of(Name.OBSERVATIONS), 1)
        consumer.assign([at])
        await consumer.commit({at: 100_000})
    with pytest.raises(SourceGap, match="past-gap"):
        await archived(settings)
    await Archiver(settings, past_gap=True).run(asyncio.Event(), to_end=True)
    expect_all_once(settings, events[:400])


async def test_a_disk_that_fails_ends_it_and_commits_nothing(settings: Settings, events: list[Event]) -> None:
    """Where the folder can't be written the archiver ends with a sentence; the next one archives everything."""
    await send(settings, events[:400])
    settings.archive.write_bytes(b"a file where the folder should be")
    with pytest.raises(Exception, match="check the disk"):
        await archived(settings)
    settings.archive.unlink()
    await archived(settings)
    expect_all_once(settings, events[:400])
