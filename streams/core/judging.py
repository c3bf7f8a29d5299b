"""Judging one subject under one rule at one instant: the window's answer, within what registry and exemptions say.

`judge` and `next_after` are the pure pair on which everything rests: the live stream asks them when something is due,
late evidence asks them over the past, the bulletin asks them at the checkpoint.
"""

from collections.abc import Mapping
from typing import Any

from schemas.words import Reason, State, SubjectKind
from streams.core.answer import NEVER, Answer
from streams.core.law import Standing
from streams.core.profile import CLOSED, REGISTERED, TRANSFERRED, profile_at
from streams.core.subject import Estate, Subject
from streams.core.trail import Fact, Trail
from streams.core.view import View

#: Kinds that nobody registers: an observer is known by its reports, a holding by its accounts.
UNREGISTERED_KINDS = frozenset({SubjectKind.OBSERVER, SubjectKind.HOLDING})


def judge(estate: Estate, subject: Subject, standing: Standing, at: int) -> Answer:
    """The answer for a subject under a rule at an instant."""
    terms = standing.terms_at(at)
    if terms is None:
        return Answer(State.EXEMPT, Reason.RULE_NOT_IN_FORCE)
    excuse = _excuse(estate, subject, standing, at)
    if excuse is not None:
        return Answer(State.EXEMPT, excuse)
    return standing.code.judge(View(estate, subject, standing.trail), at, terms)


def _excuse(estate: Estate, subject: Subject, standing: Standing, at: int) -> Reason | None:
    """Why a rule does not reach the subject at an instant; None if it does."""
    if subject.kind not in UNREGISTERED_KINDS:
        attributes = attributes_at(estate, subject, at)
        if attributes is None:
            return Reason.NOT_REGISTERED
        if attributes.get(CLOSED):
            return Reason.CLOSED
        if not standing.may_apply(attributes):
            return Reason.NOT_APPLICABLE
    return Reason.EXEMPTED if View(estate, subject, standing.trail).exempted(standing.id, at) else None


def attributes_at(estate: Estate, subject: Subject, at: int) -> Mapping[str, Any] | None:
    """The registry's entry in force, an owner's attributes beneath its column's; None where not registered."""
    head = profile_at(estate.head().trail("profile"), at)
    if subject.id == estate.owner or head is None:
        return head
    if subject.kind is not SubjectKind.COLUMN:
        return head
    own = profile_at(subject.trail("profile"), at)
    if own is None:
        return None
    return {**head, **own, CLOSED: head.get(CLOSED) or own.get(CLOSED)}


def next_after(estate: Estate, subject: Subject, standing: Standing, at: int) -> int:
    """The first instant after `at` at which the answer may differ without further facts."""
    view = View(estate, subject, standing.trail)
    instants = [standing.next_edge(at), subject.trail("profile").next_time(at) or NEVER, view.next_exemption(at)]
    if subject.id != estate.owner:
        instants.append(estate.head().trail("profile").next_time(at) or NEVER)
        instants.append(subject.trail("case").next_time(at) or NEVER)  # it may be for another unit from then on
    terms = standing.terms_at(at)
    if terms is not None:
        instants.append(standing.code.next_after(view, at, terms))
    return min(instants)


def horizon(subject: Subject, standing: Standing) -> int:
    """The instant from which on all is remembered that the rule looks at; 0 while nothing was forgotten."""
    if standing.counts:
        return 0  # what a column no longer remembers is not counted, rather than that nothing is reconsidered
    return max(subject.horizons.get(trail, 0) for trail in standing.trails)


def unit_at(estate: Estate, subject: Subject, at: int) -> str:
    """Who answers for the subject at an instant: its own unit, or its owner's; empty where nobody is known to.

    What a unit kept or had to answer passes on with the site.
    """
    if subject.kind is SubjectKind.HOLDING:
        return subject.id.partition("@")[0]
    if subject.id != estate.owner:
        facts = (*subject.trail("profile").facts, *subject.trail("case").facts)
        said = [fact for fact in facts if fact[2] in _NAMES_ITS_UNIT]
        if said:
            fact = _newest(said, at)
            return _passed_on(estate.head().trail("profile"), str(fact[3]["unit"]), fact[0], at)
    own = estate.head().trail("profile")
    profile = profile_at(own, at) or profile_at(own, NEVER)
    return str(profile.get("unit", "")) if profile is not None else ""


#: The words of a column's, a message's and an error report's facts that name the unit.
_NAMES_ITS_UNIT = frozenset({REGISTERED, "received"})


def _newest(facts: list[Fact], at: int) -> Fact:
    """The last of some facts at or before an instant; the first where all come later."""
    newest = facts[0]
    for fact in facts:
        if fact[0] <= at:
            newest = fact
    return newest


def _passed_on(site: Trail, unit: str, since: int, at: int) -> str:
    for fact in site.until(at):
        if fact[0] > since and fact[2] == TRANSFERRED and fact[3]["from_unit"] == unit:
            unit = str(fact[3]["to_unit"])
    return unit
