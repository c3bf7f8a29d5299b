"""What is in the future is refused by the stream and left out of the archive, by when its record came."""

import asyncio
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
import structlog

from agents.keep import messages_of
from schemas.instants import DAY, HOUR, MINUTE, SECOND, to_text
from streams.log.intake import Gate
from streams.log.keeper import Keeper
from streams.log.source import Message, came_at
from streams.sources import Log
from streams.topics import Name, Topics
from tests.support.archives import archive, message
from tests.support.events import SITE, event
from tests.support.laws import law
from tests.support.log import MemoryLog, Worker

NOON = 1_932_955_200_000
GATE = Gate(1 << 20, MINUTE)


def seen(at: int, came: int | None) -> Message:
    """A look at a site, and when its record came."""
    return message(0, event(time=to_text(at)), key=SITE.encode(), came=came)


def taken_live(record: Message, now: int) -> bool:
    """Whether a worker folds it, which reads it at `now`."""
    log = MemoryLog(Topics(partitions=1), Random(1))
    keeper = Worker(log, law()).agents[Name.OBSERVATIONS]
    assert isinstance(keeper, Keeper)
    keeper.now = lambda: now
    with structlog.testing.capture_logs():
        asyncio.run(keeper.handle([record]))
    return keeper.meters.folded == 1


def taken_by_archive(record: Message, folder: Path) -> bool:
    """Whether a replay of the archive folds it."""
    archive(folder, [record], GATE)
    return [one.id for one in Log((folder,))] == ["e1"] if any(folder.iterdir()) else False


@pytest.mark.parametrize("behind", [0, 2 * MINUTE, 3 * DAY], ids=["at once", "minutes later", "days later"])
@pytest.mark.parametrize(
    ("ahead", "taken"), [(-DAY, [True]), (0, [True]), (MINUTE, [True]), (MINUTE + 1, [False]), (DAY, [False])]
)
def test_stream_and_archive_agree(ahead: int, taken: list[bool], behind: int, tmp_path: Path) -> None:
    """A minute ahead of its record is let through, a millisecond more is not, however late the record is read."""
    record = seen(NOON + ahead, came=NOON)
    assert [taken_live(record, NOON + behind)] == [taken_by_archive(record, tmp_path)] == taken


@pytest.mark.parametrize("worker", [-3 * HOUR, -MINUTE - SECOND, 0, 3 * HOUR])
def test_a_workers_own_clock_has_no_say_where_the_broker_has(worker: int) -> None:
    """A worker whose clock is hours behind, or ahead, refuses what it would refuse with a clock that is right."""
    for ahead, taken in ((-DAY, True), (0, True), (MINUTE, True), (MINUTE + 1, False)):
        assert taken_live(seen(NOON + ahead, came=NOON)._replace(sworn=True), NOON + worker) is taken


def test_a_sender_whose_clock_is_ahead_stamps_its_records_too(tmp_path: Path) -> None:
    """On a broker that takes its word the worker looks at its own clock as well; the archive keeps it."""
    record = seen(NOON + DAY, came=NOON + DAY)
    assert not taken_live(record, NOON)
    assert taken_by_archive(record, tmp_path)


def test_a_record_without_a_timestamp(tmp_path: Path) -> None:
    """By the worker's clock; the archive keeps it."""
    record = seen(NOON + DAY, came=came_at(-1))
    assert not taken_live(record, NOON)
    assert taken_live(record, NOON + DAY + SECOND)
    assert taken_by_archive(record, tmp_path)


def test_faust_says_seconds() -> None:
    """A record's time comes through Faust to the millisecond."""
    told = SimpleNamespace(
        partition=0,
        offset=7,
        key=None,
        value=b"",
        headers=None,
        timestamp=1_795_375_067_051 / 1000.0,
        timestamp_type=1,
    )
    unsaid = SimpleNamespace(**{**vars(told), "timestamp": None, "timestamp_type": 0})
    assert messages_of([told, unsaid]) == [
        Message(0, 7, None, b"", (), 1_795_375_067_051, sworn=True), Message(0, 7, None, b"", (), None)
    ]  # fmt: skip
