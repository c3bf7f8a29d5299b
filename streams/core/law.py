"""A rule pack made ready for judging: for each kind of subject its rules, for each rule its terms at any instant.

`Law` is made once from a pack and a working-day calendar; nothing of it changes afterwards.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from rules.calendar import WorkCalendar
from rules.pack import Pack
from rules.rule import Rule
from rules.words import Memory, Window
from schemas.instants import SHANGHAI, to_ms
from schemas.words import SubjectKind
from streams.core.answer import NEVER, Answer
from streams.core.ids import digest
from streams.core.terms import read_terms
from streams.core.view import View
from streams.core.windows import (
    audit,
    availability,
    completeness,
    count,
    freshness,
    linkage,
    multiplicity,
    parts,
    presence,
    response,
    ruling,
)

#: Counts the changes of our own lines that let an answer change earlier than they did before.
JUDGING = 1

Judge = Callable[[View, int, Any], Answer]
NextAfter = Callable[[View, int, Any], int]


class WindowCode(NamedTuple):
    """A window's three parts."""

    terms: type[Any]
    judge: Judge
    next_after: NextAfter


WINDOWS: Mapping[Window, WindowCode] = {
    Window.FRESHNESS: WindowCode(freshness.Terms, freshness.judge, freshness.next_after),
    Window.AVAILABILITY: WindowCode(availability.Terms, availability.judge, availability.next_after),
    Window.RESPONSE: WindowCode(response.Terms, response.judge, response.next_after),
    Window.MULTIPLICITY: WindowCode(multiplicity.Terms, multiplicity.judge, multiplicity.next_after),
    Window.COUNT: WindowCode(parts.Terms, count.judge, count.next_after),
    Window.PRESENCE: WindowCode(presence.Terms, presence.judge, presence.next_after),
    Window.LINKAGE: WindowCode(linkage.Terms, linkage.judge, linkage.next_after),
    Window.COMPLETENESS: WindowCode(completeness.Terms, completeness.judge, completeness.next_after),
    Window.AUDIT: WindowCode(audit.Terms, audit.judge, audit.next_after),
    Window.RULING: WindowCode(ruling.Terms, ruling.judge, ruling.next_after),
}

#: Where a memory's facts lie, when not in a trail of its own name.
TRAILS = {Memory.MESSAGES: "case", Memory.CORRECTIONS: "case"}


#: What a window looks at besides the trail of its rule.
_BESIDES: Mapping[Window | None, tuple[str, ...]] = {
    Window.FRESHNESS: ("looks", "answers_looks"), Window.AVAILABILITY: ("maintenance",),
}  # fmt: skip

#: The trails of children that a counting rule looks at, by what it counts.
_PARTS = {"stale": ("items", "looks"), "blank": ("items", "listed"), "unanswered": ("case",)}


class Standing:
    """One rule made ready: its window, and its terms by instant.

    `trails` are those of the subject that may change the answer, `parts` those of its columns or messages.
    """

    __slots__ = (
        "_latest", "applies", "code", "counts", "edges", "id", "parts", "rule", "terms", "trail", "trails",
    )  # fmt: skip

    def __init__(self, rule: Rule, calendar: WorkCalendar) -> None:
        self.rule = rule
        self.id = rule.id
        self.counts = _is_counted(rule)
        self.code = WINDOWS[Window.COUNT if self.counts else rule.window or Window.GROUP]
        self.trail = TRAILS.get(rule.memory, rule.memory.value) if rule.memory else ""
        self.trails = (self.trail, *_BESIDES.get(rule.window, ()), "exemptions")
        self.applies = {name: _values(wanted) for name, wanted in rule.applies.items()}
        days = sorted(rule.boundaries())
        self.edges = [_instant(day) for day in days]
        self.terms = [self._terms_on(day, calendar) for day in days]
        self.parts = self._parts() if self.counts else ()
        self._latest: tuple[int, int, Any] = (NEVER, NEVER, None)

    def _terms_on(self, day: date, calendar: WorkCalendar) -> Any:
        if not self.rule.in_force(day):
            return None
        values = dict(self.rule.values_at(day))
        if self.counts and self.rule.memory is not None:
            values["part"] = _part(self.rule, values)
        values["rule"] = self.rule.id
        return read_terms(self.code.terms, values, calendar, self.rule.id)

    def _parts(self) -> tuple[str, ...]:
        counted = {terms.part for terms in self.terms if terms is not None}
        return (*dict.fromkeys(trail for part in sorted(counted) for trail in _PARTS[part]), "exemptions")

    def terms_at(self, at: int) -> Any:
        """The terms in force at an instant; None where the rule is not in force."""
        starts, ends, terms = self._latest
        return terms if starts <= at < ends else self._look_up(at)

    def _look_up(self, at: int) -> Any:
        """The terms at an instant; the stretch in which they hold is kept, as whoever asks mostly asks of one."""
        place = bisect_right(self.edges, at)
        if place == 0:
            return None
        self._latest = (self.edges[place - 1], self.next_edge(at), self.terms[place - 1])
        return self._latest[2]

    def next_edge(self, at: int) -> int:
        """The next instant at which the terms change."""
        place = bisect_right(self.edges, at)
        return self.edges[place] if place < len(self.edges) else NEVER

    def may_apply(self, attributes: Mapping[str, Any]) -> bool:
        """Whether the rule is about a subject with these attributes."""
        return all(attributes.get(name) in wanted for name, wanted in self.applies.items())


class Rules:
    """The rules of a subject: all, by the trail that may change them, and by the trail of a child that may."""

    __slots__ = ("all", "by_part", "by_trail")

    def __init__(self, standings: tuple[Standing, ...]) -> None:
        self.all = standings
        self.by_trail = _by_name((trail, standing) for standing in standings for trail in standing.trails)
        self.by_part = _by_name((part, standing) for standing in standings for part in standing.parts)


def _by_name(pairs: Iterable[tuple[str, Standing]]) -> Mapping[str, tuple[Standing, ...]]:
    found: dict[str, tuple[Standing, ...]] = {}
    for name, standing in pairs:
        found[name] = (*found.get(name, ()), standing)
    return found


class Law:
    """All rules of a pack that the stream decides."""

    def __init__(self, pack: Pack, calendar: WorkCalendar) -> None:
        self.pack = pack
        self.calendar = calendar
        decided = [rule for rule in pack.rules.values() if rule.window not in {None, Window.GROUP}]
        self.by_id = {rule.id: Standing(rule, calendar) for rule in decided}
        self._first_of = {one.trail: one for one in reversed(self.by_id.values())}
        self.by_kind = {kind: _of_kind(self.by_id, kind) for kind in SubjectKind}
        self._rules: dict[tuple[Standing, ...], Rules] = {}

    @property
    def label(self) -> str:
        """Pack and version, as written on every transition."""
        return f"{self.pack.id}@{self.pack.version}"

    @property
    def fingerprint(self) -> str:
        """What the instants rest on that are stored with subjects: under another law they hold no more."""
        return digest("law", self.pack.id, self.pack.version, self.calendar.version, JUDGING)

    def rules_of(self, standings: tuple[Standing, ...]) -> Rules:
        """Some of the rules as the rules of a subject; one object for all subjects that have the same."""
        rules = self._rules.get(standings)
        if rules is None:
            rules = self._rules[standings] = Rules(standings)
        return rules

    def terms_of(self, trail: str, at: int) -> Any:
        """The terms of the first rule that looks at a trail: what counts as an update, when a probe has failed."""
        first = self._first_of.get(trail)
        return first.terms_at(at) if first is not None else None


def _of_kind(by_id: Mapping[str, Standing], kind: SubjectKind) -> tuple[Standing, ...]:
    return tuple(standing for standing in by_id.values() if standing.rule.subject == kind)


def _is_counted(rule: Rule) -> bool:
    """A site's rule over its messages counts them; a message's own rule looks at one."""
    over_messages = rule.memory is Memory.MESSAGES and rule.subject is SubjectKind.SITE
    return rule.window is Window.COUNT or over_messages


def _part(rule: Rule, values: Mapping[str, Any]) -> str:
    """What a counting rule counts of its children."""
    if rule.memory is Memory.MESSAGES:
        return "unanswered"
    return "blank" if values.get("blank") else "stale"


def _values(wanted: Any) -> tuple[Any, ...]:
    return tuple(wanted) if isinstance(wanted, tuple | list | set | frozenset) else (wanted,)


def _instant(day: date) -> int:
    """The start of a civil day in Shanghai."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC))
