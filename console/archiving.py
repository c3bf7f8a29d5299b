"""The work of `xuncha archive`: an archiver that ends on a signal, and compaction of the days that are over."""

import asyncio
from datetime import date, datetime
from pathlib import Path

from console.stopping import Signals
from console.topic_reader import partition_count
from schemas.errors import AtError, BrokerError, InputError
from schemas.instants import SHANGHAI
from streams.archive import Compacted, compact
from streams.archive.archiver import Archiver
from streams.settings import Settings
from streams.topics import Name


async def archive_topic(settings: Settings, *, to_end: bool, past_gap: bool) -> int:
    """Archive until SIGINT or SIGTERM, or to the end; how many observations were archived.

    Raises:
        SystemExit: a signal has stopped it, after what was held was written; the status is that of the signal.
        BrokerError: the broker can't be reached, or has no such topic.
        SourceGap: it no longer holds what comes next.
        ArchiveError: the disk is full or failed.

    """
    if not await partition_count(settings, Name.OBSERVATIONS):
        topic = settings.topics.of(Name.OBSERVATIONS)
        raise BrokerError(f"the broker at {settings.kafka} has no topic {topic}: `xuncha worker` creates it")
    stop = asyncio.Event()
    signals = Signals(stop.set)
    archived = await Archiver(settings, past_gap=past_gap).run(stop, to_end=to_end)
    signals.end()
    return archived


def compacted(archive: Path, before: str | None) -> list[Compacted]:
    """Compact the days before one, today if none is named.

    Raises:
        InputError: there is no such archive, or the day can't be read.
        ArchiveError: another compaction is under way, or a file can't be read.

    """
    if not archive.is_dir():
        raise InputError(f"{archive} is not there: name the archive's folder, or set XUNCHA_ARCHIVE")
    return compact(archive, _day(before).isoformat())


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(SHANGHAI).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise AtError(f"{text!r} is no day: write 2024-01-31") from error
