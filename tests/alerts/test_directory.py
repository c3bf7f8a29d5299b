"""Where units are told: the entry that came last in the log, wherever it stands in the registry's topic."""

from typing import Any, NamedTuple

import orjson

from agents.directory import Directory, DirectoryReader
from streams.log.lane import Headers
from streams.log.order import ordered
from streams.settings import Settings


class Entry(NamedTuple):
    """A record of the registry."""

    offset: int
    key: bytes
    value: bytes
    headers: Headers


def entry(offset: int, place: int, name: str) -> Entry:
    """The unit's entry, made of the observation at a place."""
    said = {"type": "unit.registered", "subject": "unit:u", "data": {"name": name}}
    return Entry(offset, b"unit:u", orjson.dumps(said), ordered(place, 0))


def read(*entries: Any) -> Directory:
    """What is known after these."""
    directory = Directory()
    DirectoryReader(Settings(kafka="127.0.0.1:1"), directory)._learn(entries)
    return directory


def test_the_newest_entry_counts() -> None:
    """One after the other."""
    assert read(entry(0, 4, "old"), entry(1, 9, "new")).unit_name("u") == "new"


def test_a_late_entry_counts_for_nothing() -> None:
    """Late words of a replaced worker are not believed for a moment."""
    assert read(entry(0, 9, "new"), entry(1, 4, "old")).unit_name("u") == "new"
