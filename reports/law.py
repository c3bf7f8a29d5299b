"""What a bulletin says of the law behind its findings: clause, numbers, and which of them are unverified (未核实)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from reports.figures import percent
from rules.pack import OpenQuestion, Pack
from rules.rule import Dated, Rule
from rules.span import Span
from rules.words import Memory, Standing, Text
from schemas.texts import Lang, amount, text
from schemas.texts.catalogue import catalogue, pick
from schemas.words import ColumnClass, SubjectKind


class Part(StrEnum):
    """The headings under which part two (存在的主要问题) puts problems."""

    CONTENT = "content"  # 政府网站内容质量方面
    INTERACTION = "interaction"  # 政府网站互动留言方面
    ACCOUNTS = "accounts"  # 政务新媒体建设管理方面
    MONITORING = "monitoring"  # 监测运行方面


_INTERACTION: Final = frozenset(
    {Memory.MESSAGES, Memory.CORRECTIONS, Memory.PUBLISHED_ANSWERS, Memory.ANSWER_FIELDS, Memory.CHANNELS}
)
_ACCOUNTS: Final = frozenset({SubjectKind.ACCOUNT, SubjectKind.HOLDING})
_UNSEEN: Final = frozenset({Standing.UNVERIFIED, Standing.RECALLED})


@dataclass(frozen=True, slots=True)
class Number:
    """A value of a rule as it is shown: what it is, the value, and how far it can be trusted."""

    title: str
    value: str
    standing: Standing


def part_of(rule: Rule) -> Part:
    """Under which heading a problem stands."""
    if rule.subject in _ACCOUNTS:
        return Part.ACCOUNTS
    if rule.subject is SubjectKind.OBSERVER:
        return Part.MONITORING
    return Part.INTERACTION if rule.memory in _INTERACTION else Part.CONTENT


def numbers(rule: Rule, day: date, lang: Lang) -> tuple[Number, ...]:
    """The spans, shares, counts and lists that hold on `day`, as the rule's file orders them."""
    return tuple(
        Number(said(parameter.title, lang), shown, dated.standing)
        for parameter in rule.parameters.values()
        if (dated := parameter.at(day)) is not None and (shown := value_text(dated.value, lang)) is not None
    )


def unverified(rule: Rule, day: date) -> bool:
    """Whether the indicator, or a number of it that is said to be law, was not seen in any stored text of the law.

    Defaults of ours don't make an indicator doubtful: they answer what the law leaves open, and are listed as ours.
    """
    return not rule.verified or any(number.standing in _UNSEEN for number in numbers(rule, day, Lang.ZH))


def questions(pack: Pack, rules: Iterable[Rule], day: date) -> list[OpenQuestion]:
    """The open questions on whose answers these rules rest, in the pack's order."""
    asked = {dated.question for rule in rules for dated in _dated(rule, day)}
    return [question for question in pack.open_questions if question.id in asked]


def value_text(value: object, lang: Lang) -> str | None:
    """A number, span, share or list as people read it; None for what is none of these."""
    match value:
        case bool():
            return None
        case int():
            return str(value)
        case Span():
            return amount(value.n, value.unit.value, lang)
        case Fraction():
            return percent(value.numerator, value.denominator)
    return _words(value, lang)


def said(text: Text, lang: Lang) -> str:
    """One language of a pack's text."""
    return text.zh if lang is Lang.ZH else text.en


def _words(value: object, lang: Lang) -> str | None:
    if isinstance(value, tuple) and value:
        return pick(catalogue().alerts["list"], lang).join(_word(each, lang) for each in value)
    if isinstance(value, str) and value in catalogue().values:
        return pick(catalogue().values[value], lang)
    return None


def _word(value: object, lang: Lang) -> str:
    return text(ColumnClass(str(value)), lang) if value in set(ColumnClass) else str(value)


def _dated(rule: Rule, day: date) -> Iterator[Dated]:
    held = (parameter.at(day) for parameter in rule.parameters.values())
    return (dated for dated in held if dated is not None)
