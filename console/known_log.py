"""The log that a command reads when it is asked about the past: files, a journal, or the broker's topic."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from console.environment import read_settings
from console.topic_reader import open_topic
from streams.log.intake import Gate
from streams.sources import Log, seen_at
from streams.topics import LARGEST_RECORD, Name

KAFKA = "XUNCHA_KAFKA"


def open_log(files: tuple[Path, ...], data: Path) -> Iterable[Any]:
    """The observations of a log.

    Files and folders that were named come first; where none was, the broker of XUNCHA_KAFKA if that is set, else the
    journal in the data folder.

    Raises:
        BrokerError: the broker can't be read.

    """
    if files:
        return Log(files)
    return asyncio.run(_from_broker()) if os.environ.get(KAFKA) else Log((data,))


async def _from_broker() -> list[Any]:
    """All observations of the topic, in the order in which they were seen."""
    settings = read_settings()
    gate = Gate(largest=LARGEST_RECORD)
    events: list[Any] = []
    async with open_topic(settings, Name.OBSERVATIONS) as topic:
        async for record in topic.to_end():
            events.extend(gate.read(None, record.value, None).events)
    return sorted(events, key=seen_at)
