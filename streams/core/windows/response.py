"""Response (办理答复): a thing to be done within a limit: answer a message, close an error report, file an account.

Facts: (time, id, word, data). `received` opens the case, the first `answered` closes it, `invalid` says it never
counted. A case closed late stays a breach until `lookback` after its opening if `late_counts`, else it has recovered.
A case never closed is left to other rules after `lookback` if `lapses`, else it stays a breach.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View

RECEIVED, ANSWERED, INVALID = "received", "answered", "invalid"
_NONE = Span(0, Unit.HOUR)


@dataclass(frozen=True)
class Terms(Reckoning):
    """`complex_limit` is the limit of complicated cases; `excluded_columns` are columns whose messages don't count."""

    limit: Span = _NONE
    complex_limit: Span | None = None
    simple_only: bool = False
    lead: Span = _NONE
    lookback: Span | None = None
    lapses: bool = True
    late_counts: bool = False
    invalid_excluded: bool = True
    excluded_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A case with its times: opened, due, and from when an unclosed one is near its limit."""

    opened: Fact
    closed: Fact | None
    due: int
    soon: int
    forgotten: int
    provisional: bool


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Nothing to do, near its limit, over it, or done too late."""
    case = read_case(view, terms)
    if case is None or at < case.opened[0]:
        return Answer(State.EXEMPT, Reason.NOT_APPLICABLE)
    if case.closed is not None and case.closed[0] <= at:
        return _closed(case, case.closed, at, terms)
    evidence = (str(case.opened[1]),)
    if at >= case.forgotten and terms.lapses:
        return Answer(State.EXEMPT, Reason.NOT_APPLICABLE, case.due, evidence)
    if at >= case.due:
        return Answer(State.BREACHED, Reason.ANSWER_OVERDUE, case.due, evidence, case.provisional)
    if at >= case.soon:
        return Answer(State.DUE_SOON, Reason.ANSWER_DUE_SOON, case.due, evidence, case.provisional)
    return Answer(State.COMPLIANT, Reason.WITHIN_LIMIT, case.due, evidence, case.provisional)


def _closed(case: Case, closed: Fact, at: int, terms: Terms) -> Answer:
    evidence = (str(case.opened[1]), str(closed[1]))
    if closed[0] < case.due:
        return Answer(State.COMPLIANT, Reason.ANSWERED_IN_TIME, case.due, evidence)
    if terms.late_counts and at < case.forgotten:
        return Answer(State.BREACHED, Reason.ANSWERED_LATE, case.due, evidence)
    return Answer(State.COMPLIANT, Reason.ANSWERED_LATE, case.due, evidence)


def next_after(view: View, at: int, terms: Terms) -> int:
    """The opening, the warning, the deadline, the end of the lookback, or the closing."""
    case = read_case(view, terms)
    if case is None:
        return NEVER
    closing = case.closed[0] if case.closed else NEVER
    instants = (case.opened[0], case.soon, case.due, case.forgotten, closing)
    return min((instant for instant in instants if instant > at), default=NEVER)


def read_case(view: View, terms: Terms) -> Case | None:
    """The case in a trail; None where there is none, or where it does not count under these terms."""
    opened = next((fact for fact in view.trail.facts if fact[2] == RECEIVED), None)
    if opened is None or not _counts(view, opened, terms):
        return None
    closed = next((fact for fact in view.trail.facts if fact[2] == ANSWERED), None)
    complicated = opened[3].get("complicated") and terms.complex_limit is not None
    limit = terms.complex_limit if complicated and terms.complex_limit else terms.limit
    due, provisional = terms.due(opened[0], limit)
    forgotten = terms.due(opened[0], terms.lookback).instant_ms if terms.lookback else NEVER
    return Case(opened, closed, due, terms.warn(due, terms.lead), max(forgotten, due), provisional)


def _counts(view: View, opened: Fact, terms: Terms) -> bool:
    if terms.invalid_excluded and any(fact[2] == INVALID for fact in view.trail.facts):
        return False
    if opened[3].get("column") in terms.excluded_columns:
        return False
    return bool(opened[3].get("simple")) or not terms.simple_only
