"""Reading the catalogue, and looking words and sentences up in it."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.aggregates import Scope
from schemas.alerts import Bilingual
from schemas.deadletters import Refusal
from schemas.errors import CatalogueError
from schemas.standings import Verdict
from schemas.words import AccountType, Change, ColumnClass, Platform, Reason, SiteKind, State, SubjectKind

#: The vocabularies that people see; each member has a text in each language.
VOCABULARIES: Final[tuple[type[StrEnum], ...]] = (
    SubjectKind, State, Change, Verdict, Reason, ColumnClass, SiteKind, Platform, AccountType, Scope, Refusal,
)  # fmt: skip

Texts = Mapping[str, Bilingual]


class Lang(StrEnum):
    """The languages of the catalogue."""

    ZH = "zh"
    EN = "en"


class UnitText(BaseModel):
    """How a unit of a span is written: behind the number; in English in the singular and the plural."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    one: str
    many: str


class Catalogue(BaseModel):
    """The whole catalogue; the file says what each part is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Mapping[str, Texts]
    units: Mapping[str, UnitText]
    values: Texts
    accounts: Mapping[Platform, Bilingual]
    subjects: Mapping[SubjectKind, Bilingual]
    predicates: Mapping[str, Mapping[Reason, Bilingual]]
    meanings: Mapping[str, Mapping[State, Reason]]
    alerts: Texts


@cache
def catalogue() -> Catalogue:
    """The catalogue of this package.

    Raises:
        CatalogueError: it is malformed, or lacks a word.

    """
    plain = yaml.safe_load(files("schemas.texts").joinpath("texts.yaml").read_text(encoding="utf-8"))
    return read_catalogue(plain)


def read_catalogue(plain: object) -> Catalogue:
    """A catalogue from what stands in its file.

    Raises:
        CatalogueError: it is malformed, or lacks a word; the message names each.

    """
    try:
        read = Catalogue.model_validate(plain)
    except ValidationError as error:
        raise CatalogueError(f"schemas/texts/texts.yaml: {error}") from error
    if lacking := _lacking(read):
        raise CatalogueError(f"schemas/texts/texts.yaml: add zh and en for {', '.join(lacking)}")
    return read


def text(word: StrEnum, lang: Lang = Lang.ZH) -> str:
    """A word of a closed vocabulary, as people read it; CatalogueError if its vocabulary is none of the catalogue."""
    return pick(both(word), lang)


def both(word: StrEnum) -> Bilingual:
    """A word in both languages; CatalogueError if its vocabulary is none of the catalogue."""
    vocabulary = catalogue().words.get(type(word).__name__)
    if vocabulary is None:
        raise CatalogueError(f"schemas/texts/texts.yaml has no vocabulary {type(word).__name__}: add it under words")
    return vocabulary[word.value]


def pick(texts: Bilingual, lang: Lang) -> str:
    """One language of a text."""
    return texts.zh if lang is Lang.ZH else texts.en


def fill(name: str, lang: Lang, /, **pieces: str) -> str:
    """The sentence `name` of the part `alerts`, its braces filled; KeyError names a piece that is lacking."""
    return pick(catalogue().alerts[name], lang).format(**pieces)


def _lacking(read: Catalogue) -> list[str]:
    words = [(kind.__name__, member.value) for kind in VOCABULARIES for member in kind]
    found = [f"words.{kind}.{value}" for kind, value in words if not _has(read.words.get(kind, {}), value)]
    found += [f"accounts.{platform}" for platform in Platform if platform not in read.accounts]
    found += [f"subjects.{kind}" for kind in SubjectKind if kind not in read.subjects]
    return found + [f"alerts.{change}" for change in Change if change not in read.alerts]


def _has(texts: Texts, value: str) -> bool:
    return value in texts and bool(texts[value].zh and texts[value].en)
