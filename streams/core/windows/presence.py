"""Presence (有效): something that must work: a consultation channel, a way to interact, an app, a service catalogue.

Facts: (time, id, feature, works). Where `any` holds one working feature is enough, else each has to work. The first
failing test warns; a failing test of the same feature at least `confirm_after` later breaks the rule, so one bad line
does not. What was never seen to work delays nothing: its first failing test adds no hope.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View

_KINDS_BY_ACCOUNT_TYPE = {"subscription": "wechat_subscription", "service": "wechat_service"}


@dataclass(frozen=True)
class Terms(Reckoning):
    """`counts_by_platform` names the features that count on a platform; left out, every feature counts."""

    any: bool = True
    confirm_after: Span = Span(0, Unit.HOUR)
    excluded_channels: tuple[str, ...] = ()
    counts_by_platform: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True)
class _Streak:
    """A feature's tests since it last changed between working and failing, and whether it ever worked."""

    tests: list[Fact]
    worked: bool

    @property
    def works(self) -> bool:
        return bool(self.tests[-1][3])

    def due(self, terms: Terms) -> int:
        """From when on another failing test confirms the failure."""
        return terms.due(self.tests[0][0], terms.confirm_after).instant_ms

    def confirmed(self, terms: Terms) -> bool:
        return bool(self.tests[-1][0] >= self.due(terms))


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Works, failed and to be confirmed, does not work, or never tested."""
    streaks = _streaks(view, at, terms)
    if not streaks:
        return Answer(State.UNKNOWN, Reason.NEVER_TESTED)
    working = [streak for streak in streaks if streak.works]
    failing = [streak for streak in streaks if not streak.works]
    if not failing or (working and terms.any):
        newest = max(streak.tests[-1] for streak in working)
        return Answer(State.COMPLIANT, Reason.WORKS, evidence=(str(newest[1]),))
    due, confirmed = _failure(failing, terms)
    evidence = tuple(str(test[1]) for streak in failing for test in (streak.tests[0], streak.tests[-1]))
    shown = tuple(dict.fromkeys(evidence))[:EVIDENCE_SHOWN]
    if confirmed:
        return Answer(State.BREACHED, Reason.DOES_NOT_WORK, due, shown)
    return Answer(State.DUE_SOON, Reason.FAILURE_TO_CONFIRM, due, shown)


def _failure(failing: list[_Streak], terms: Terms) -> tuple[int, bool]:
    """From when on the failure counts as confirmed, and whether it is."""
    once_worked = [streak for streak in failing if streak.worked] if terms.any else []
    if once_worked:
        return max(one.due(terms) for one in once_worked), all(one.confirmed(terms) for one in once_worked)
    return min(one.due(terms) for one in failing), any(one.confirmed(terms) for one in failing)


def next_after(view: View, at: int, _terms: Terms) -> int:
    """The next known test."""
    return view.trail.next_time(at) or NEVER


def _streaks(view: View, at: int, terms: Terms) -> list[_Streak]:
    tests: dict[str, list[Fact]] = {}
    worked: set[str] = set()
    for fact in view.trail.until(at):
        if not _counts(view, at, str(fact[2]), terms):
            continue
        streak = tests.setdefault(fact[2], [])
        if streak and streak[-1][3] != fact[3]:
            streak.clear()
        streak.append(fact)
        if fact[3]:
            worked.add(fact[2])
    # By name: which was seen first depends on what is forgotten, and on who sends again what was.
    return [_Streak(streak, feature in worked) for feature, streak in sorted(tests.items())]


def _counts(view: View, at: int, feature: str, terms: Terms) -> bool:
    if terms.counts_by_platform is None:
        return feature.partition(":")[0] not in terms.excluded_channels
    profile = view.profile(at)
    platform = str(profile.get("platform", "other"))
    kind = _KINDS_BY_ACCOUNT_TYPE.get(str(profile.get("account_type")), platform)
    known = terms.counts_by_platform
    return feature in (known.get(kind) or known.get(platform) or known.get("other", ()))


def keep(facts: list[Fact]) -> list[Fact]:
    """Of each feature: the last working test, the first failing one after it, and the newest."""
    kept: set[int] = set()
    for feature in {fact[2] for fact in facts}:
        places = [place for place, fact in enumerate(facts) if fact[2] == feature]
        worked = max((place for place in places if facts[place][3]), default=-1)
        failed = [place for place in places if place > worked]
        kept.update([worked] * (worked >= 0) + failed[:1] + places[-1:])
    return [facts[place] for place in sorted(kept)]
