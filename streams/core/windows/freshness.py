"""Freshness (更新): the deadline since the last accepted update.

Facts: (time, id, item, "+") an item appeared, (time, id, item, "-") it was taken away; a fifth member names what about
an item is open to question (`QUALITIES`), and each rule's parameters decide whether such an item counts. An item counts
from its appearance until it is taken away. Absence needs proof of looking: the deadline is broken only if somebody
looked no earlier than `look_slack` before it; else the answer is `unknown`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.span import DATES, Due, Span, Unit
from schemas.instants import DAY
from schemas.words import Reason, State
from streams.core.answer import NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact, Trail
from streams.core.view import View

CYCLE = "cycle"
REPOST, UNDATED, SECOND_LEVEL = QUALITIES = ("repost", "undated", "second_level")
_NO_SLACK = Span(0, Unit.HOUR)


@dataclass(frozen=True)
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
    navigation_home_pages: str = ""

    def accepts(self, fact: Fact, *, navigation: bool) -> bool:
        """Whether an item counts as an update; a second-level page's only where the home page merely navigates."""
        qualities = fact[4].split()
        if SECOND_LEVEL in qualities and not (navigation and self.navigation_home_pages == SECOND_LEVEL):
            return False
        return (self.undated_counts or UNDATED not in qualities) and (self.reposts_count or REPOST not in qualities)


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Fresh, nearly stale, stale, or nobody looked."""
    fact, window = _newest(view, at, terms), _window(view, at, terms)
    if window is None:
        return Answer(State.EXEMPT, Reason.NOT_APPLICABLE)
    evidence = (str(fact[1]),) if fact else ()
    due, provisional = _due(view, fact, at, window, terms)
    if fact is None and view.horizon:  # older items are forgotten, and all that are remembered were taken away
        return Answer(State.UNKNOWN, Reason.NOBODY_LOOKED)
    if at >= due:
        return _overdue(view, Due(due, provisional), evidence, terms)
    if at >= terms.warn(due, terms.lead):
        return Answer(State.DUE_SOON, Reason.UPDATE_DUE_SOON, due, evidence, provisional)
    return Answer(State.COMPLIANT, Reason.UPDATED_IN_TIME, due, evidence, provisional)


def _overdue(view: View, due: Due, evidence: tuple[str, ...], terms: Terms) -> Answer:
    at, provisional = due
    look = view.last_look
    if terms.needs_look and (look is None or look[0] < terms.warn(at, terms.look_slack)):
        return Answer(State.UNKNOWN, Reason.NOBODY_LOOKED, at, evidence, provisional)
    seen = (str(look[1]),) if look and str(look[1]) not in evidence else ()
    return Answer(State.BREACHED, Reason.NOT_UPDATED, at, evidence + seen, provisional)


def next_after(view: View, at: int, terms: Terms) -> int:
    """The warning, the deadline, the next known item, or the next known removal."""
    window = _window(view, at, terms)
    if window is None:
        return NEVER
    due = _due(view, _newest(view, at, terms), at, window, terms).instant_ms
    soon = terms.warn(due, terms.lead)
    coming = view.trail.next_time(at)
    candidates = [instant for instant in (soon, due, coming) if instant is not None and instant > at]
    return min(candidates, default=NEVER)


def latest(trail: Trail, at: int, accepts: Callable[[Fact], bool] | None = None) -> Fact | None:
    """The newest item at an instant that had not been taken away by then; of the questionable, those accepted."""
    return next(_standing(trail, at, accepts), None)


def _standing(trail: Trail, at: int, accepts: Callable[[Fact], bool] | None) -> Iterator[Fact]:
    gone: set[str] = set()
    for fact in trail.back_from(at):
        if fact[3] == "-":
            gone.add(fact[2])
        elif fact[2] in gone:
            continue
        elif len(fact) == 4 or accepts is None or accepts(fact):  # noqa: PLR2004  # four members: beyond question
            yield fact


def _updates(view: View, at: int, terms: Terms) -> Iterator[Fact]:
    """What counts as updates at an instant, newest first."""
    return _standing(view.trail, at, lambda fact: terms.accepts(fact, navigation=view.navigates(at)))


def _newest(view: View, at: int, terms: Terms) -> Fact | None:
    return next(_updates(view, at, terms), None)


def _due(view: View, fact: Fact | None, at: int, window: Span, terms: Terms) -> Due:
    """The deadline; nobody owes an update of a time in which the subject was closed.

    An update never hastens it: a month on from the 31st may be earlier than from the 30th, and then the latter counts.
    """
    start = view.since(at) if fact is None else max(fact[0], view.reopened(at))
    due = terms.due(start, window)
    if fact is None or window.unit is not Unit.MONTH or terms.count == DATES:
        return due
    earlier = [view.since(at), *(max(one[0], view.reopened(at)) for one in _updates(view, at, terms))]
    return max([due, *(terms.due(one, window) for one in earlier if start - _MONTHS_DIFFER_BY <= one < start)])


#: Months differ in length by three days at most.
_MONTHS_DIFFER_BY = 4 * DAY


def _window(view: View, at: int, terms: Terms) -> Span | None:
    """The agreed cycle of a column, unless the rule names a span of its own; None where neither is known."""
    if isinstance(terms.window, Span):
        return terms.window
    cycle = view.cycle(at) or terms.cycle_default
    return min(cycle, terms.cycle_cap, key=_rough_days) if cycle and terms.cycle_cap else cycle


def least_calm(view: View, at: int, terms: Terms) -> int:
    """For so long (ms) at least nobody is warned after an item that counts: a lower bound; 0 where none is known."""
    window = _window(view, at, terms)
    if window is None or terms.lead.unit not in _AT_MOST_DAYS:
        return 0
    return max(0, _LEAST_DAYS.get(window.unit, 0) * window.n - 1 - terms.lead.n) * DAY


#: So many days a unit lasts at least; a working day may be the next one.
_LEAST_DAYS = {Unit.DAY: 1, Unit.MONTH: 28, Unit.WORKING_DAY: 1}
#: Units of at most a day.
_AT_MOST_DAYS = frozenset({Unit.SECOND, Unit.MINUTE, Unit.HOUR, Unit.DAY})


def _rough_days(span: Span) -> float:
    """Only to tell which of two spans is the shorter."""
    days = {Unit.SECOND: 1 / 86400, Unit.MINUTE: 1 / 1440, Unit.HOUR: 1 / 24, Unit.DAY: 1, Unit.MONTH: 30}
    return span.n * days.get(span.unit, 1.4)


def keep(facts: list[Fact]) -> list[Fact]:
    """The newest few items that still stand and the newest of each of some earlier days; and what was taken away."""
    gone: set[str] = set()
    removals: list[Fact] = []
    standing: dict[str, list[Fact]] = {}
    for fact in reversed(facts):
        if fact[3] == "-":
            gone.add(fact[2])
            removals.append(fact)
        elif fact[2] not in gone:
            _keep_one(fact, standing.setdefault(fact[4] if len(fact) > 4 else "", []))  # noqa: PLR2004
    kept = [fact for alike in standing.values() for fact in alike]
    return sorted(kept + removals[:KEPT_REMOVALS], key=lambda fact: (fact[0], fact[1]))


def _keep_one(fact: Fact, kept: list[Fact]) -> None:
    earlier_day = bool(kept) and fact[0] // DAY < kept[-1][0] // DAY
    if len(kept) < KEPT or (earlier_day and len(kept) < KEPT + KEPT_DAYS):
        kept.append(fact)


#: So many of the newest standing items are remembered, and so many earlier days by one item each: a unit may take away
#: all that it published in a day. If everything remembered vanishes, the answer is `unknown`.
KEPT, KEPT_DAYS = 3, 4

#: So many of the newest removals; their items are forgotten at once, so that forgetting a removal revives nothing.
KEPT_REMOVALS = 20
