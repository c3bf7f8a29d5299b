"""The words a pack may use (`packs/vocabulary.yaml`), and how each kind of value is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

from rules.documents import VocabularyDocument, WordDocument
from rules.span import Span, parse_span
from rules.words import Text, Window
from rules.yaml_file import read_yaml
from schemas.errors import PackError, XunchaError

Item = TypeVar("Item")

CYCLE = "cycle"
"""The window of a column that goes by its own registered update cycle (更新周期)."""


def _span(plain: object) -> Span:
    if not isinstance(plain, str):
        raise PackError('must be a span such as "14 days" or "7 working days"')
    try:
        return parse_span(plain)
    except (XunchaError, ValueError) as error:
        raise PackError(f"can't be read as a span: {error}") from error


def _span_or_cycle(plain: object) -> Span | str:
    return CYCLE if plain == CYCLE else _span(plain)


def _integer(plain: object) -> int:
    if isinstance(plain, bool) or not isinstance(plain, int) or plain < 0:
        raise PackError("must be a whole number, 0 or more")
    return plain


def _number(plain: object) -> Fraction:
    if isinstance(plain, bool) or not isinstance(plain, int | float) or plain < 0:
        raise PackError("must be a number, 0 or more")
    return Fraction(str(plain))


def _ratio(plain: object) -> Fraction:
    try:
        return Fraction(str(plain))
    except (ValueError, ZeroDivisionError) as error:
        raise PackError('must be a ratio such as 0.05 or "4/3"') from error


def _flag(plain: object) -> bool:
    if not isinstance(plain, bool):
        raise PackError("must be true or false")
    return plain


def _text(plain: object) -> str:
    if not isinstance(plain, str) or not plain:
        raise PackError("must be a text")
    return plain


def _listed(read: Callable[[object], Item]) -> Callable[[object], tuple[Item, ...]]:
    def read_list(plain: object) -> tuple[Item, ...]:
        if not isinstance(plain, list):
            raise PackError("must be a list")
        return tuple(read(each) for each in plain)

    return read_list


def _lists(plain: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(plain, dict):
        raise PackError("must map words to lists of texts")
    return MappingProxyType({_text(key): _listed(_text)(each) for key, each in plain.items()})


READERS: Mapping[str, Callable[[object], object]] = {
    "span": _span,
    "span_or_cycle": _span_or_cycle,
    "integer": _integer,
    "number": _number,
    "ratio": _ratio,
    "flag": _flag,
    "text": _text,
    "choice": _text,
    "texts": _listed(_text),
    "integers": _listed(_integer),
    "lists": _lists,
}


@dataclass(frozen=True, slots=True)
class Word:
    """A parameter's, point's or scoring number's name, and what it may hold."""

    name: str
    title: Text
    kind: str
    nullable: bool
    choices: tuple[str, ...]

    def read(self, plain: object) -> object:
        """The typed value of what stands in YAML; PackError says what it must be."""
        if plain is None and self.nullable:
            return None
        value = READERS[self.kind](plain)
        self._expect_choices(value if isinstance(value, tuple) else (value,))
        return value

    def _expect_choices(self, values: tuple[object, ...]) -> None:
        if self.choices and any(each not in self.choices for each in values):
            raise PackError(f"must be of {', '.join(self.choices)}")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words by the table they stand in, and the parameters that each window needs."""

    parameters: Mapping[str, Word]
    points: Mapping[str, Word]
    scoring: Mapping[str, Word]
    windows: Mapping[Window, tuple[str, ...]]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this package."""
    label = "vocabulary.yaml"
    read = read_yaml(files("rules").joinpath("packs", label), VocabularyDocument, PackError)
    parameters, points, scoring = (_words(label, table) for table in (read.parameters, read.points, read.scoring))
    return Vocabulary(parameters, points, scoring, MappingProxyType(dict(read.windows)))


def _words(label: str, table: Mapping[str, WordDocument]) -> Mapping[str, Word]:
    return MappingProxyType({name: _word(label, name, document) for name, document in table.items()})


def _word(label: str, name: str, document: WordDocument) -> Word:
    if document.kind not in READERS:
        raise PackError(f"{label}: {name}.kind: {document.kind!r} is none of {', '.join(READERS)}")
    return Word(name, document.title, document.kind, document.nullable, document.choices)
