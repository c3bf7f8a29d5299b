"""The catalogue of texts is whole, in both languages, and says no number of its own."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from string import Formatter
from typing import Any

import pytest
from pydantic import BaseModel

from rules.words import Kind
from schemas.alerts import Bilingual
from schemas.errors import CatalogueError
from schemas.instants import SHANGHAI
from schemas.texts import Lang, amount, catalogue, moment, percent, text
from schemas.texts.catalogue import VOCABULARIES, read_catalogue
from schemas.words import Reason, State


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.__name__)
def test_each_word_has_both_texts(vocabulary: type[StrEnum]) -> None:
    """Every member of every vocabulary that people see has a Chinese and an English text."""
    assert not [one for one in vocabulary if not re.search(r"[\u4e00-\u9fff]", text(one))]
    assert not [one for one in vocabulary if not re.fullmatch(r"[\x20-\x7e]+", text(one, Lang.EN))]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.__name__)
def test_words_of_a_vocabulary_differ(vocabulary: type[StrEnum]) -> None:
    """Two words of one vocabulary never read alike, so that a table's rows can be told apart."""
    for lang in Lang:
        assert len({text(member, lang) for member in vocabulary}) == len(vocabulary)


def test_nothing_stands_in_the_catalogue_that_no_vocabulary_has() -> None:
    """A text for a word that was taken away is found."""
    known = {kind.__name__: {member.value for member in kind} for kind in VOCABULARIES}
    assert {name: set(texts) for name, texts in catalogue().words.items()} == known


def sentences(part: object, where: str = "") -> Iterator[tuple[str, Bilingual]]:
    """Every bilingual text below a part of the catalogue, with its place."""
    if isinstance(part, Bilingual):
        yield where, part
    elif isinstance(part, BaseModel):
        yield from sentences(dict(part), where)
    elif isinstance(part, Mapping):
        for name, below in part.items():
            yield from sentences(below, f"{where}.{name}")


SENTENCES = dict(sentences(catalogue()))


def gaps(said: str) -> set[str]:
    """What stands in braces."""
    return {name for _, name, _, _ in Formatter().parse(said) if name}


def test_both_languages_have_the_same_gaps() -> None:
    """What one language says of a rule or a subject, the other says too."""
    assert not [place for place, both in SENTENCES.items() if gaps(both.zh) != gaps(both.en)]


def test_no_number_of_law_stands_in_a_text() -> None:
    """Numbers come from the rules; a text that held one would stay behind when the law changes."""
    assert not [place for place, both in SENTENCES.items() if re.search(r"\d", both.zh + both.en)]


@pytest.mark.parametrize("window", catalogue().meanings)
def test_each_meaning_can_be_said(window: str) -> None:
    """What late evidence is taken to mean has a sentence of its window, or is a reason of the vocabulary."""
    for state, reason in catalogue().meanings[window].items():
        assert state in set(State) - {State.EXEMPT}
        assert reason in catalogue().predicates[window]


def test_a_word_without_english_is_refused() -> None:
    """A catalogue that lacks a text is refused as a whole, and the message says which."""
    plain: dict[str, Any] = catalogue().model_dump(mode="json")
    plain["words"]["Reason"]["not_updated"]["en"] = ""
    del plain["words"]["State"]["breached"]
    with pytest.raises(CatalogueError, match=r"words\.State\.breached, words\.Reason\.not_updated$"):
        read_catalogue(plain)


def test_a_malformed_catalogue_is_refused() -> None:
    """A slip of the pen in a key names its place."""
    plain: dict[str, Any] = catalogue().model_dump(mode="json")
    plain["words"]["State"]["breached"] = {"zh": "不达标", "eng": "in breach"}
    with pytest.raises(CatalogueError, match=r"words\.State\.breached\.eng"):
        read_catalogue(plain)


def test_an_unknown_vocabulary_is_a_named_error() -> None:
    """Asking for a word that the catalogue does not carry says where to add it."""
    with pytest.raises(CatalogueError, match="no vocabulary Kind"):
        text(Kind.VETO)


def test_chinese_comes_first() -> None:
    """Who doesn't say a language gets Chinese."""
    assert text(Reason.NOT_LINKED) == "未相互关联"
    assert text(Reason.NOT_LINKED, Lang.EN) == "not linked both ways"


def test_amounts_and_shares() -> None:
    """Spans and shares read as people write them, in both languages and with the English plural."""
    assert [amount(3, "working_day"), amount(6, "month"), amount(14, "day")] == ["3个工作日", "6个月", "14天"]
    assert [amount(1, "working_day", Lang.EN), amount(2, "month", Lang.EN)] == ["1 working day", "2 months"]
    assert [percent(Fraction(1, 20)), percent(Fraction(4, 3)), percent(0.029)] == ["5%", "133.33%", "2.9%"]


def test_an_end_at_midnight_is_24_00_of_the_day_before() -> None:
    """A limit that ends with 29 February is written as its 24:00; a beginning at that instant is 1 March 00:00."""
    midnight = datetime(2024, 2, 29, 16, tzinfo=UTC)
    assert moment(midnight, ends=True) == "2024-02-29 24:00"
    assert moment(midnight) == "2024-03-01 00:00"
    assert moment(midnight.replace(microsecond=1000), ends=True) == "2024-02-29 24:00"
    assert moment(datetime(2024, 2, 29, 8, 30, 59, tzinfo=SHANGHAI), Lang.EN) == "2024-02-29 08:30 (UTC+8)"
