"""Following a topic and printing its records until there are enough of them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from console.decoding import decode, line_of
from console.output import remark, write, write_line
from console.stopping import Signals
from console.topic_reader import Record, TopicReader, open_topic
from schemas.errors import InputError
from schemas.texts import Lang
from streams.settings import Settings
from streams.topics import Name


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shown: of which key, at most how many; from the start, up to the end."""

    name: Name
    from_start: bool = False
    to_end: bool = False
    key: str | None = None
    count: int | None = None


def name_of(topic: str, prefix: str) -> Name:
    """The topic that a person means: its short name, or its full one.

    Raises:
        InputError: there is no such topic.

    """
    short = topic.removeprefix(f"{prefix}.")
    if short not in set(Name):
        raise InputError(f"there is no topic {topic!r}; there are {', '.join(Name)}, each with {prefix}. before it")
    return Name(short)


def printer(name: Name, lang: Lang, *, json: bool) -> Callable[[Record], None]:
    """What prints a record of a topic."""
    if json:
        return lambda record: write_line(decode(name, record))
    return lambda record: write(line_of(name, record, lang))


async def tail(settings: Settings, wish: Wish, show: Callable[[Record], None]) -> int:
    """Show records until there were `count`, the end has come if that is wished, or a signal; how many were shown.

    Ctrl-C ends it also where a shell lets what it starts in the background ignore that.

    Raises:
        BrokerError: the broker can't be reached, or has no such topic.
        SystemExit: a signal came.

    """
    work = asyncio.create_task(_tail(settings, wish, show))
    signals = Signals(work.cancel)
    try:
        return await work
    finally:
        signals.end()


async def _tail(settings: Settings, wish: Wish, show: Callable[[Record], None]) -> int:
    shown = 0
    async with open_topic(settings, wish.name) as reader, aclosing(_records(reader, wish)) as records:
        if wish.count == 0:
            return 0
        async for record in records:
            if wish.key is not None and record.key != wish.key.encode():
                continue
            show(record)
            shown += 1
            if shown == wish.count:
                break
    return shown


async def _records(reader: TopicReader, wish: Wish) -> AsyncGenerator[Record]:
    if wish.to_end:
        source = reader.to_end()
    else:
        source = reader.follow(from_start=wish.from_start, ready=lambda: _say_ready(reader))
    async with aclosing(source) as records:
        async for record in records:
            yield record


def _say_ready(reader: TopicReader) -> None:
    remark(f"{reader.topic}: reading {reader.partitions} partitions; Ctrl-C ends it")
