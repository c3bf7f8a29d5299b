"""The words of an office's sheets: what its sheets, columns and values may be called. Data in vocabulary.yaml."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_BLANKS = re.compile(r"\s+")


def fold(text: str) -> str:
    """A word as it is compared: full-width forms, blanks, case and marks of required columns don't matter."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold().strip("*")


@dataclass(frozen=True, slots=True)
class Words:
    """Aliases, folded, to what they mean; `preferred` is the alias that messages use."""

    meanings: Mapping[str, str]
    preferred: Mapping[str, str]

    def meaning(self, text: str) -> str | None:
        """What a word means; None if it is unknown."""
        return self.meanings.get(fold(text))

    def shown(self, meaning: str) -> str:
        """How a meaning is called in messages."""
        return self.preferred.get(meaning, meaning)

    def choices(self) -> str:
        """All meanings as messages list them."""
        return "、".join(self.preferred.values())


def _words(table: Mapping[str, Iterable[object]]) -> Words:
    meanings = {fold(str(alias)): meaning for meaning, aliases in table.items() for alias in aliases}
    meanings |= {fold(meaning): meaning for meaning in table}
    return Words(meanings, {meaning: str(next(iter(aliases))) for meaning, aliases in table.items()})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All of vocabulary.yaml."""

    sheets: Words
    settings: Words
    fields: Mapping[str, Words]
    required: Mapping[str, tuple[str, ...]]
    yes_no: Words
    words: Mapping[str, Words]
    cycles: Words
    cycle_units: Mapping[str, tuple[int, str]]


def _load(name: str) -> Any:
    return yaml.safe_load(files("observers.registry").joinpath(name).read_text(encoding="utf-8"))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    data = _load("vocabulary.yaml")
    return Vocabulary(
        sheets=_words(data["sheets"]),
        settings=_words(data["settings"]),
        fields={sheet: _words(table) for sheet, table in data["fields"].items()},
        required={sheet: tuple(names) for sheet, names in data["required"].items()},
        yes_no=_words({"yes": data["yes"], "no": data["no"]}),
        words={name: _words(table) for name, table in data["words"].items()},
        cycles=_words(data["cycles"]),
        cycle_units={unit: (int(count), word) for unit, (count, word) in data["cycle_units"].items()},
    )


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """What is said of each fault and note, by language."""
    found: Mapping[str, Mapping[str, str]] = _load("messages.yaml")
    return found
