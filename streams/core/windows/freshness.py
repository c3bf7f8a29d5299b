"""
Freshness (更新): the deadline since the last accepted update.

Facts: (time, id, item, "+") an item appeared, (time, id, item, "-") it was taken away. An item counts from its
appearance until it is taken away. Absence needs proof of looking: the deadline is broken only if somebody looked no
earlier than `look_slack` before it; else the answer is `unknown`.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact, Trail
from streams.core.view import View

CYCLE = "cycle"
_NO_SLACK = Span(0, Unit.HOUR)


@dataclass(frozen=True, slots=True)
class Terms(Reckoning):
    """`window` is a span, or "cycle": the column's own registered cycle."""

    window: Span | str = CYCLE
    lead: Span = _NO_SLACK
    look_slack: Span = _NO_SLACK
    needs_look: bool = True
    cycle_default: Span | None = None
    cycle_cap: Span | None = None
    undated_counts: bool = True
    reposts_count: bool = True

    def accepts(self, *, dated: bool, repost: bool) -> bool:
        """Whether an item counts as an update."""
        return (dated or self.undated_counts) and (self.reposts_count or not repost)


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Fresh, nearly stale, stale, or nobody looked."""
    fact = latest(view.trail, at)
    window = _window(view, at, terms)
    if window is None:
        return Answer(State.EXEMPT, Reason.NOT_APPLICABLE)
    evidence = (str(fact[1]),) if fact else ()
    due, provisional = terms.due(fact[0] if fact else view.since, window)
    if at >= due:
        return _overdue(view, due, evidence, provisional, terms)
    if at >= terms.warn(due, terms.lead):
        return Answer(State.DUE_SOON, Reason.UPDATE_DUE_SOON, due, evidence, provisional)
    return Answer(State.COMPLIANT, Reason.UPDATED_IN_TIME, due, evidence, provisional)


def _overdue(view: View, due: int, evidence: tuple[str, ...], provisional: bool, terms: Terms) -> Answer:
    look = view.last_look
    if terms.needs_look and (look is None or look[0] < terms.warn(due, terms.look_slack)):
        return Answer(State.UNKNOWN, Reason.NOBODY_LOOKED, due, evidence, provisional)
    seen = (str(look[1]),) if look else ()
    return Answer(State.BREACHED, Reason.NOT_UPDATED, due, evidence + seen, provisional)


def next_after(view: View, at: int, terms: Terms) -> int:
    """The warning, the deadline, the next known item, or the next known removal."""
    fact = latest(view.trail, at)
    window = _window(view, at, terms)
    if window is None:
        return NEVER
    due = terms.due(fact[0] if fact else view.since, window).instant_ms
    soon = terms.warn(due, terms.lead)
    coming = view.trail.next_time(at)
    candidates = [instant for instant in (soon, due, coming) if instant is not None and instant > at]
    return min(candidates, default=NEVER)


def latest(trail: Trail, at: int) -> Fact | None:
    """The newest item at an instant that had not been taken away by then."""
    gone: set[str] = set()
    for fact in trail.back_from(at):
        if fact[3] == "-":
            gone.add(fact[2])
        elif fact[2] not in gone:
            return fact
    return None


def _window(view: View, at: int, terms: Terms) -> Span | None:
    """The agreed cycle of a column, unless the rule names a span of its own; None where neither is known."""
    if isinstance(terms.window, Span):
        return terms.window
    cycle = view.cycle(at) or terms.cycle_default
    return min(cycle, terms.cycle_cap, key=_rough_days) if cycle and terms.cycle_cap else cycle


def _rough_days(span: Span) -> float:
    """Only to tell which of two spans is the shorter."""
    days = {Unit.SECOND: 1 / 86400, Unit.MINUTE: 1 / 1440, Unit.HOUR: 1 / 24, Unit.DAY: 1, Unit.MONTH: 30}
    return span.n * days.get(span.unit, 1.4)


def keep(facts: list[Fact]) -> list[Fact]:
    """The newest few items that still stand, and what was taken away since the oldest of them."""
    standing: list[Fact] = []
    gone: set[str] = set()
    removals: list[Fact] = []
    for fact in reversed(facts):
        if fact[3] == "-":
            gone.add(fact[2])
            removals.append(fact)
        else:
            standing.append(fact)
        if len([one for one in standing if one[2] not in gone]) >= KEPT:
            break
    return sorted(standing + removals[:KEPT], key=lambda fact: (fact[0], fact[1]))


#: So many standing items are remembered: if more than this many of the newest vanish, older ones are forgotten.
KEPT = 4
