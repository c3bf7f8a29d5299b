"""What is said of a subject: the sentence of its reason, with the rule's numbers as they stand on the day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from string import Formatter
from typing import Final

from rules.rule import Rule
from rules.span import Span
from rules.words import Window
from schemas.alerts import Bilingual
from schemas.instants import SHANGHAI
from schemas.texts import Lang, amount, both, catalogue, fill, percent
from schemas.texts.catalogue import pick
from schemas.transitions import TransitionRecord
from schemas.words import Reason, SubjectKind

ANY: Final = "any"
"""The part of the catalogue with what holds for every window."""

TITLE: Final = "title"
"""What stands in a sentence for the rule's title."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A sentence about a subject without the subject; `verified` if every number in it was seen in the law."""

    text: Bilingual
    verified: bool


def predicate(transition: TransitionRecord, rule: Rule) -> Predicate:
    """What a transition says of its subject, in the words of the window that judged it.

    A number that was not seen in the law is marked 未核实 where it stands. Where the catalogue has no sentence for the
    reason, or the rule no value for one of its numbers, the reason's own word is said.
    """
    day = _day(transition, rule)
    values = rule.values_at(day) if day else {}
    sentence = _sentence(rule, meant(transition, rule), values)
    doubtful = frozenset(slot for slot in _slots(sentence) if not (day and rule.official(slot, day)))
    zh, en = (_said(sentence, lang, rule, values, doubtful) for lang in Lang)
    return Predicate(_late(Bilingual(zh=zh, en=en), transition), verified=not doubtful)


def meant(transition: TransitionRecord, rule: Rule) -> Reason:
    """The reason, or the one meant where all that was said is that evidence came late."""
    if transition.reason is not Reason.LATE_EVIDENCE:
        return transition.reason
    return catalogue().meanings.get(_window(rule), {}).get(transition.state, transition.reason)


def _window(rule: Rule) -> str:
    """The window as the core takes it: a site's rule over its messages counts them."""
    if rule.window is Window.RESPONSE and rule.subject is SubjectKind.SITE:
        return Window.COUNT
    return rule.window or ANY


def _day(transition: TransitionRecord, rule: Rule) -> date | None:
    """The day whose numbers hold: the transition's, else the episode's first; None if the rule held on neither."""
    days = (moment.astimezone(SHANGHAI).date() for moment in (transition.at, transition.start))
    return next((day for day in days if rule.in_force(day)), None)


def _sentence(rule: Rule, reason: Reason, values: Mapping[str, object]) -> Bilingual:
    """The most exact sentence for the reason that can be filled, else the reason's word."""
    window = _window(rule)
    parts = (f"{window}_{rule.memory}", f"{window}_complex", window, ANY)
    found = (catalogue().predicates.get(part, {}).get(reason) for part in parts)
    fitting = (each for each in found if each and all(values.get(slot) is not None for slot in _slots(each)))
    return next(fitting, both(reason))


def _slots(sentence: Bilingual) -> list[str]:
    """The parameters that a sentence names; both languages name the same (a test says so)."""
    return [name for _, name, _, _ in Formatter().parse(sentence.zh) if name and name != TITLE]


def _said(sentence: Bilingual, lang: Lang, rule: Rule, values: Mapping[str, object], doubtful: Collection[str]) -> str:
    shown = {slot: shown_value(values[slot], lang) for slot in _slots(sentence)}
    marked = {slot: fill("unverified", lang, value=each) if slot in doubtful else each for slot, each in shown.items()}
    title = rule.title.zh if lang is Lang.ZH else rule.title.en
    return pick(sentence, lang).format(**marked, **{TITLE: title})


def shown_value(value: object, lang: Lang) -> str:
    """A rule's value as people read it: a span, a share, a list, a number or a word."""
    if isinstance(value, Span):
        return amount(value.n, value.unit, lang)
    if isinstance(value, Fraction):
        return percent(value)
    if isinstance(value, tuple):
        return fill("list", lang).join(shown_value(each, lang) for each in value)
    known = catalogue().values.get(str(value))
    return pick(known, lang) if known else str(value)


def _late(said: Bilingual, transition: TransitionRecord) -> Bilingual:
    """Say that it rests on evidence that came late, where it does."""
    if transition.reason is not Reason.LATE_EVIDENCE:
        return said
    return Bilingual(zh=said.zh + fill("late", Lang.ZH), en=said.en + fill("late", Lang.EN))
