"""Count (累计): how many children of a site breach.

Each counting rule names a part that is judged of each child under the same terms: a column's freshness, a column's
emptiness, a message's answer. The site breaks the rule from `at_least` broken children on; it is warned from
`warn_at_least` on, or when enough children are near their deadlines. With so many that nobody looked at, `unknown`.
A child for which an exemption from the rule is recorded is not counted.
"""

from dataclasses import dataclass, field
from typing import Any

from rules.span import Span, Unit
from schemas.words import ColumnClass, Reason, State, SubjectKind
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.profile import CLOSED
from streams.core.subject import Subject
from streams.core.terms import Reckoning
from streams.core.view import View
from streams.core.windows import freshness, response
from streams.core.windows.ledger import Ledger

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


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Within the limit, near it, over it, or not to be said."""
    ledger = _ledger(view, terms)
    ledger.move(view, at)
    broken, near, unknown = (ledger.of(state) for state in (State.BREACHED, State.DUE_SOON, State.UNKNOWN))
    evidence = tuple(event for answer in broken + near for event in answer.evidence)[:EVIDENCE_SHOWN]
    due = _breaking_at(broken if len(broken) >= terms.at_least else broken + near + unknown, terms.at_least)
    state, reason = _verdict(len(broken), len(unknown), due, terms)
    return Answer(state, reason, due, evidence, waiting=bool(unknown), partly=bool(broken or unknown))


def _verdict(broken: int, unknown: int, due: int, terms: Terms) -> tuple[State, Reason]:
    if broken >= terms.at_least:
        return State.BREACHED, Reason.LIMIT_EXCEEDED
    if broken + unknown >= terms.at_least:
        return State.UNKNOWN, Reason.NOBODY_LOOKED
    if due < NEVER or (terms.warn_at_least is not None and broken >= terms.warn_at_least):
        return State.DUE_SOON, Reason.LIMIT_NEAR
    return State.COMPLIANT, Reason.WITHIN_LIMIT


def _breaking_at(answers: list[Answer], at_least: int) -> int:
    """The instant at which the last child that is needed breaks."""
    if len(answers) < at_least:
        return NEVER
    return sorted(answer.due_at for answer in answers)[at_least - 1]


def next_after(view: View, at: int, terms: Terms) -> int:
    """The earliest of the children's own."""
    ledger = _ledger(view, terms)
    ledger.move(view, at)
    return ledger.next


def next_of_part(view: View, child: Subject, at: int, terms: Terms) -> int:
    """The first instant after `at` at which one child, of which a fact came in, may change the answer."""
    ledger = _ledger(view, terms)
    ledger.move(view, at)
    return ledger.next_of(child.id)


def _ledger(view: View, terms: Terms) -> Ledger:
    """What is known of the children under these terms."""
    ledger = view.subject.ledgers.get(terms.rule)
    if ledger is None or ledger.terms is not terms:
        ledger = view.subject.ledgers[terms.rule] = Ledger(_PARTS[terms.part], terms)
    return ledger


class _Part:
    """What is counted of a child: `exempt` where it is closed, not registered, exempted, or remembered no further back."""

    kind: SubjectKind
    memory: str

    def answer(self, child: View, at: int, terms: Terms) -> Answer:
        """How a child stands."""
        if child.subject.kind is SubjectKind.COLUMN:
            profile = child.profile(at)
            if not profile or profile.get(CLOSED):
                return _NOT_COUNTED
        return _NOT_COUNTED if child.exempted(terms.rule, at) else self.judge(child, at, terms)

    def until(self, child: View, at: int, terms: Terms) -> int:
        """The first instant after it at which a child may stand otherwise."""
        return min(self.next_after(child, at, terms), child.next_exemption(at))

    def judge(self, child: View, at: int, terms: Terms) -> Answer:
        """What is looked at of a child that counts."""
        raise NotImplementedError

    def next_after(self, child: View, at: int, terms: Terms) -> int:
        """When that may change."""
        raise NotImplementedError


_NOT_COUNTED = Answer(State.EXEMPT, Reason.NOT_APPLICABLE)


class _Stale(_Part):
    """A column past its class's window (W-V4a), or past its cycle (W-V4b)."""

    kind = SubjectKind.COLUMN
    memory = "items"

    def judge(self, child: View, at: int, terms: Terms) -> Answer:
        made = self._terms(child, at, terms)
        if made is None or _forgotten(child, at):
            return _NOT_COUNTED
        return freshness.judge(child, at, made)

    def next_after(self, child: View, at: int, terms: Terms) -> int:
        made = self._terms(child, at, terms)
        entry = child.subject.trail("profile").next_time(at) or NEVER
        if at < child.horizon:
            entry = min(entry, child.horizon)
        return min(freshness.next_after(child, at, made), entry) if made else entry

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


def _forgotten(child: View, at: int) -> bool:
    """Whether an instant lies further back than a column is remembered; nothing can be counted against it there."""
    return at < child.horizon and next(child.trail.back_from(at), None) is None


class _Blank(_Part):
    """A column that listed nothing when somebody last counted (W-V4c)."""

    kind = SubjectKind.COLUMN
    memory = "listed"

    def judge(self, child: View, at: int, _terms: Terms) -> Answer:
        listed = next(child.trail.back_from(at), None)
        item = freshness.latest(child.subject.trail("items"), at)
        if item is not None and (listed is None or item[0] >= listed[0]):
            return Answer(State.COMPLIANT, Reason.COMPLETE, evidence=(str(item[1]),))
        if listed is None:
            return _NOT_COUNTED if _forgotten(child, at) else Answer(State.UNKNOWN, Reason.NOBODY_LOOKED)
        state = State.COMPLIANT if listed[2] else State.BREACHED
        return Answer(state, Reason.COMPLETE if listed[2] else Reason.NOT_UPDATED, listed[0], (str(listed[1]),))

    def next_after(self, child: View, at: int, _terms: Terms) -> int:
        trails = (child.trail, child.subject.trail("items"), child.subject.trail("profile"))
        return min((trail.next_time(at) or NEVER for trail in trails), default=NEVER)


class _Unanswered(_Part):
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


_PARTS: dict[str, _Part] = {"stale": _Stale(), "blank": _Blank(), "unanswered": _Unanswered()}
