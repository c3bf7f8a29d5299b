"""From a transition to the alert that a unit reads: names, clause, numbers and instants, in Chinese and English."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerts.names import Named, Names
from alerts.predicate import Predicate, predicate
from rules.rule import Rule
from schemas.alerts import Alert, Bilingual
from schemas.texts import Lang, fill, moment, text
from schemas.texts.catalogue import pick
from schemas.transitions import TransitionRecord
from schemas.words import State

NOTE_SHOWN: Final = 500
"""Characters of a note that an alert shows; the transition has it whole."""


def compose(transition: TransitionRecord, rule: Rule, names: Names, detected_at: datetime) -> Alert:
    """The alert of a transition. Pure: equal arguments give an equal alert.

    Args:
        transition: what changed.
        rule: the indicator it was judged by, of the pack that the transition names.
        names: what unit and subject are called.
        detected_at: aware; the worker's wall clock, or the event time in a replay.

    """
    named, said = names.subject(transition.subject), predicate(transition, rule)
    unit_name = names.unit_name(transition.unit)
    told = {lang: _Teller(transition, rule, unit_name, named, said, lang) for lang in Lang}
    return Alert(
        **transition.model_dump(exclude={"id", "reason", "noticed_at", "note"}),
        transition=transition.id,
        clause=Bilingual(zh=rule.clause.zh, en=rule.clause.en),
        title=Bilingual(zh=told[Lang.ZH].title(), en=told[Lang.EN].title()),
        summary=Bilingual(zh=told[Lang.ZH].summary(), en=told[Lang.EN].summary()),
        severity=rule.severity,
        verified=rule.verified and said.verified,
        unit_name=unit_name,
        subject_name=named.full,
        detected_at=detected_at,
        note=_clipped(transition.note),
    )


def _clipped(note: str) -> str:
    return note if len(note) <= NOTE_SHOWN else f"{note[:NOTE_SHOWN]}…"


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says one transition in one language."""

    transition: TransitionRecord
    rule: Rule
    unit: str
    named: Named
    said: Predicate
    lang: Lang

    def title(self) -> str:
        """【预警】某市发布：监测时间点前2周内无更新."""
        change = text(self.transition.change, self.lang)
        return fill("title", self.lang, change=change, name=self.named.full, rule=self._rule())

    def summary(self) -> str:
        """What happened, since when or by when, on what basis, and what the unit said to it."""
        sentences = [self._happened(), self._basis()]
        if self.transition.promised_at:
            by = moment(self.transition.promised_at, self.lang, ends=True)
            sentences.append(fill("promised", self.lang, by=by))
        if self.transition.note:
            sentences.append(fill("note", self.lang, note=_clipped(self.transition.note)))
        return ("" if self.lang is Lang.ZH else " ").join(sentences)

    def _happened(self) -> str:
        return fill(
            self.transition.change,
            self.lang,
            unit=self.unit or fill("nobody", self.lang),
            subject=self.named.described(self.lang),
            predicate=pick(self.said.text, self.lang),
            rule=self._rule(),
            state=text(self.transition.state, self.lang),
            start=moment(self.transition.start, self.lang),
            since=moment(self.transition.since, self.lang),
            at=moment(self.transition.at, self.lang),
            due=self._due(),
        )

    def _due(self) -> str:
        """By when it has to be put right; empty where it is not near a known instant."""
        if self.transition.state is not State.DUE_SOON or self.transition.due_at is None:
            return ""
        due = moment(self.transition.due_at, self.lang, ends=True)
        shown = fill("provisional", self.lang, due=due) if self.transition.provisional else due
        return fill("due", self.lang, due=shown)

    def _basis(self) -> str:
        clause = self.rule.clause.zh if self.lang is Lang.ZH else self.rule.clause.en
        shown = clause if self.rule.verified else fill("unverified", self.lang, value=clause)
        return fill("basis", self.lang, clause=shown) + fill("full_stop", self.lang)

    def _rule(self) -> str:
        return self.rule.title.zh if self.lang is Lang.ZH else self.rule.title.en
