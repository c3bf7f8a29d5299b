"""What a counting rule counts of a site's children: a column's freshness, its emptiness, a message's answer.

Over a time that a child has forgotten it stands as it stood when it was forgotten: the stretches in which it did not
comply are facts of its trail `past` (from, rule, to, state, reason, due, evidence, provisional).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from rules.span import Span, Unit
from schemas.words import ColumnClass, Reason, State, SubjectKind
from streams.core.answer import NEVER, Answer
from streams.core.profile import CLOSED
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View
from streams.core.windows import freshness, response

#: The trail of what a child answered over the time that it has forgotten.
PAST = "past"

#: How a child may stand that does not comply; of all others a site need know no more.
OPEN = frozenset({State.BREACHED, State.DUE_SOON, State.UNKNOWN})

_NONE = Span(0, Unit.HOUR)


@dataclass(frozen=True)
class Terms(Reckoning):
    """What is counted (`part`), and from how many on."""

    rule: str = ""
    part: str = "stale"
    at_least: int = 1
    warn_at_least: int | None = None
    lead: Span = _NONE
    look_slack: Span = _NONE
    needs_look: bool = True
    reposts_count: bool = True
    undated_counts: bool = True
    news_classes: tuple[str, ...] = ()
    news_window: Span = _NONE
    policy_classes: tuple[str, ...] = ()
    policy_level: tuple[int, ...] = ()
    policy_window: Span = _NONE
    window: Span | str = freshness.CYCLE
    cycle_default: Span | None = None
    cycle_cap: Span | None = None
    limit: Span = _NONE
    lookback: Span | None = None
    late_counts: bool = False
    invalid_excluded: bool = True
    excluded_columns: tuple[str, ...] = ()
    made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


_NOT_COUNTED = Answer(State.EXEMPT, Reason.NOT_APPLICABLE)


class Part:
    """What is counted of a child: `exempt` where it is closed, not registered, exempted, or complied and has forgotten.

    `trails` are those it looks at of which something may be forgotten.
    """

    kind: SubjectKind
    memory: str
    trails: tuple[str, ...] = ()

    def answer(self, child: View, at: int, terms: Terms) -> Answer:
        """How a child stands at an instant."""
        if self.trails and at < self.horizon(child):
            return _past_answer(child, terms.rule, at)
        if child.subject.kind is SubjectKind.COLUMN:
            profile = child.profile(at)
            if not profile or profile.get(CLOSED):
                return _NOT_COUNTED
        return _NOT_COUNTED if child.exempted(terms.rule, at) else self.judge(child, at, terms)

    def until(self, child: View, at: int, terms: Terms) -> int:
        """The first instant after it at which a child may stand otherwise."""
        if self.trails and at < (horizon := self.horizon(child)):
            edges = (edge for fact in child.subject.trail(PAST).facts for edge in (fact[0], fact[2]))
            return min((edge for edge in edges if at < edge < horizon), default=horizon)
        site = child.estate.head().trail("profile").next_time(at) or NEVER  # one that reopens sets its columns free
        return min(self.next_after(child, at, terms), child.next_exemption(at), site)

    def horizon(self, child: View) -> int:
        """The instant from which on all is remembered that is looked at; 0 while nothing was forgotten."""
        known = child.subject.horizons
        return max([known.get(trail, 0) for trail in self.trails]) if known else 0

    def steady(self, child: View, before: int, until: int, terms: Terms) -> bool:
        """Whether a glance tells that it complied from an instant to another; otherwise somebody has to judge."""
        raise NotImplementedError

    def judge(self, child: View, at: int, terms: Terms) -> Answer:
        """What is looked at of a child that counts."""
        raise NotImplementedError

    def next_after(self, child: View, at: int, terms: Terms) -> int:
        """When that may change."""
        raise NotImplementedError


def _past_answer(child: View, rule: str, at: int) -> Answer:
    for start, ident, end, state, reason, *more in child.subject.trail(PAST).facts:
        if ident == rule and start <= at < end:
            due, evidence, provisional = more
            return Answer(State(state), Reason(reason), due, evidence, provisional)
    return _NOT_COUNTED


class _Stale(Part):
    """A column past its class's window (W-V4a), or past its cycle (W-V4b)."""

    kind = SubjectKind.COLUMN
    memory = "items"
    trails: tuple[str, ...] = ("items",)

    def judge(self, child: View, at: int, terms: Terms) -> Answer:
        made = self._terms(child, at, terms)
        return _NOT_COUNTED if made is None else freshness.judge(child, at, made)

    def next_after(self, child: View, at: int, terms: Terms) -> int:
        made = self._terms(child, at, terms)
        entry = child.subject.trail("profile").next_time(at) or NEVER
        return min(freshness.next_after(child, at, made), entry) if made else entry

    def steady(self, child: View, before: int, until: int, terms: Terms) -> bool:
        if not before or len(child.subject.trail("profile").facts) > 1:
            return False
        made = self._terms(child, until, terms)
        if made is None:
            return True
        least = freshness.least_calm(child, until, made)
        return _close_together(child.trail.facts, before, until, least)

    def _terms(self, child: View, at: int, terms: Terms) -> freshness.Terms | None:
        profile = child.profile(at)
        column_class = profile.get("column_class", ColumnClass.OTHER.value)
        if not terms.news_classes and not terms.policy_classes:
            return _made(terms, "cycle", terms.window)
        if column_class in terms.news_classes:
            return _made(terms, "news", terms.news_window)
        if column_class in terms.policy_classes and profile.get("level", 1) in terms.policy_level:
            return _made(terms, "policy", terms.policy_window)
        return None


def _close_together(facts: Sequence[Fact], before: int, until: int, apart: int) -> bool:
    """Whether no two items lie further apart, from the last before an instant to the first after another.

    Nothing may have been taken away meanwhile, and nothing be open to question.
    """
    first = max((place for place, fact in enumerate(facts) if fact[0] <= before), default=-1)
    if first < 0:
        return False
    for earlier, later in pairwise(facts[first:]):
        if later[0] - earlier[0] > apart or len(earlier) > _PLAIN or earlier[3] != "+":
            return False
        if later[0] >= until:
            return True
    return False


#: The members of an item's fact that is beyond question.
_PLAIN = 4


def _made(terms: Terms, key: str, window: Span | str) -> freshness.Terms:
    """The freshness terms of a class of columns, made once for these terms."""
    if key not in terms.made:
        terms.made[key] = freshness.Terms(
            terms.calendar, terms.edge, terms.count, terms.month_end,
            window=window, lead=terms.lead, look_slack=terms.look_slack, needs_look=terms.needs_look,
            cycle_default=terms.cycle_default, cycle_cap=terms.cycle_cap,
            undated_counts=terms.undated_counts, reposts_count=terms.reposts_count,
        )  # fmt: skip
    made: freshness.Terms = terms.made[key]
    return made


class _Blank(Part):
    """A column that listed nothing when somebody last counted (W-V4c)."""

    kind = SubjectKind.COLUMN
    memory = "listed"
    trails: tuple[str, ...] = ("listed", "items")

    def judge(self, child: View, at: int, _terms: Terms) -> Answer:
        listed = next(child.trail.back_from(at), None)
        item = freshness.latest(child.subject.trail("items"), at)
        if item is not None and (listed is None or item[0] >= listed[0]):
            return Answer(State.COMPLIANT, Reason.COMPLETE, evidence=(str(item[1]),))
        if listed is None:
            return Answer(State.UNKNOWN, Reason.NOBODY_LOOKED)
        state = State.COMPLIANT if listed[2] else State.BREACHED
        return Answer(state, Reason.COMPLETE if listed[2] else Reason.NOT_UPDATED, listed[0], (str(listed[1]),))

    def next_after(self, child: View, at: int, _terms: Terms) -> int:
        trails = (child.trail, child.subject.trail("items"), child.subject.trail("profile"))
        return min((trail.next_time(at) or NEVER for trail in trails), default=NEVER)

    def steady(self, child: View, before: int, _until: int, _terms: Terms) -> bool:
        listed = child.trail.facts
        return bool(before) and bool(listed) and all(fact[2] for fact in listed) and listed[0][0] <= before


class _Unanswered(Part):
    """A message unanswered, or answered too late (W-V5b)."""

    kind = SubjectKind.MESSAGE
    memory = "case"

    def judge(self, child: View, at: int, terms: Terms) -> Answer:
        return response.judge(child, at, self._terms(terms))

    def next_after(self, child: View, at: int, terms: Terms) -> int:
        return response.next_after(child, at, self._terms(terms))

    def _terms(self, terms: Terms) -> response.Terms:
        if "case" not in terms.made:
            terms.made["case"] = response.Terms(
                terms.calendar, terms.edge, terms.count, terms.month_end, limit=terms.limit, lead=terms.lead,
                lookback=terms.lookback, late_counts=terms.late_counts, excluded_columns=terms.excluded_columns,
                invalid_excluded=terms.invalid_excluded,
            )  # fmt: skip
        made: response.Terms = terms.made["case"]
        return made


PARTS: dict[str, Part] = {"stale": _Stale(), "blank": _Blank(), "unanswered": _Unanswered()}
