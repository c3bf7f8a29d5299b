"""Ruling (人工认定): incidents that a person, or a trusted upstream system, decides.

Facts: (time, id, rule, word, incident) with the words `alerted`, `confirmed`, `dismissed`, `lifted`. A suspicion warns;
a confirmed incident breaks the rule until it is lifted or `lookback` has passed.
"""

from dataclasses import dataclass

from rules.span import Span
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View

ALERTED, CONFIRMED = "alerted", "confirmed"


@dataclass(frozen=True)
class Terms(Reckoning):
    """`incident` rule id: only rulings that name it count."""

    rule: str = ""
    lookback: Span | None = None


def judge(view: View, at: int, terms: Terms) -> Answer:
    """No incident, a suspicion, or a confirmed incident."""
    standing = _standing(view, at, terms)
    confirmed = [fact for fact in standing if fact[3] == CONFIRMED and at < _ends(fact, terms)]
    if confirmed:
        return Answer(State.BREACHED, Reason.INCIDENT_CONFIRMED, confirmed[0][0], _grounds(view, at, confirmed))
    alerted = [fact for fact in standing if fact[3] == ALERTED]
    if alerted:
        return Answer(State.DUE_SOON, Reason.AWAITING_RULING, evidence=_evidence(alerted))
    return Answer(State.COMPLIANT, Reason.NO_INCIDENT)


def next_after(view: View, at: int, terms: Terms) -> int:
    """The next known ruling, or the end of a confirmed incident's lookback."""
    instants = [view.trail.next_time(at)]
    instants += [_ends(fact, terms) for fact in _standing(view, at, terms) if fact[3] == CONFIRMED]
    return min((instant for instant in instants if instant is not None and instant > at), default=NEVER)


def _standing(view: View, at: int, terms: Terms) -> list[Fact]:
    """The newest word on each incident under the rule."""
    newest = {fact[4]: fact for fact in view.trail.until(at) if fact[2] == terms.rule}
    return list(newest.values())


def _ends(fact: Fact, terms: Terms) -> int:
    return terms.due(fact[0], terms.lookback).instant_ms if terms.lookback else NEVER


def _grounds(view: View, at: int, confirmed: list[Fact]) -> tuple[str, ...]:
    """The rulings, and the suspicions that they decided; a suspicion's id is the incident's."""
    raised = {fact[4] for fact in view.trail.until(at) if fact[3] == ALERTED}
    incidents = [str(fact[4]) for fact in confirmed if fact[4] in raised]
    return (*_evidence(confirmed), *incidents)[:EVIDENCE_SHOWN]


def _evidence(facts: list[Fact]) -> tuple[str, ...]:
    return tuple(str(fact[1]) for fact in facts)[:EVIDENCE_SHOWN]
