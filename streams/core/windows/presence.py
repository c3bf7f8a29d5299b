"""
Presence (有效): something that must work: a consultation channel, a way to interact, an app, a service catalogue.

Facts: (time, id, feature, works). One working feature is enough. The first failing test of the last one warns; a failing
test at least `confirm_after` later breaks the rule, so one bad line does not.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View

_KINDS_BY_ACCOUNT_TYPE = {"subscription": "wechat_subscription", "service": "wechat_service"}


@dataclass(frozen=True, slots=True)
class Terms(Reckoning):
    """`counts_by_platform` names the features that count on a platform; left out, every feature counts."""

    confirm_after: Span = Span(0, Unit.HOUR)
    excluded_channels: tuple[str, ...] = ()
    counts_by_platform: dict[str, list[str]] | None = None


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Works, failed and to be confirmed, does not work, or never tested."""
    streaks = _streaks(view, at, terms)
    if not streaks:
        return Answer(State.UNKNOWN, Reason.NEVER_TESTED)
    working = [tests[-1] for tests in streaks.values() if tests[-1][3]]
    if working:
        return Answer(State.COMPLIANT, Reason.WORKS, evidence=(str(working[-1][1]),))
    since = max(tests[0][0] for tests in streaks.values())
    due = terms.due(since, terms.confirm_after).instant_ms
    last = max(tests[-1][0] for tests in streaks.values())
    evidence = tuple(str(test[1]) for tests in streaks.values() for test in (tests[0], tests[-1]))
    shown = tuple(dict.fromkeys(evidence))[:EVIDENCE_SHOWN]
    if last >= due:
        return Answer(State.BREACHED, Reason.DOES_NOT_WORK, due, shown)
    return Answer(State.DUE_SOON, Reason.FAILURE_TO_CONFIRM, due, shown)


def next_after(view: View, at: int, _terms: Terms) -> int:
    """The next known test."""
    return view.trail.next_time(at) or NEVER


def _streaks(view: View, at: int, terms: Terms) -> dict[str, list[Fact]]:
    """For each feature that counts, its tests since its last change between working and failing."""
    streaks: dict[str, list[Fact]] = {}
    for fact in view.trail.until(at):
        if not _counts(view, at, str(fact[2]), terms):
            continue
        tests = streaks.setdefault(fact[2], [])
        if tests and tests[-1][3] != fact[3]:
            tests.clear()
        tests.append(fact)
    return streaks


def _counts(view: View, at: int, feature: str, terms: Terms) -> bool:
    if terms.counts_by_platform is not None:
        profile = view.profile(at)
        platform = profile.get("platform", "other")
        kind = _KINDS_BY_ACCOUNT_TYPE.get(str(profile.get("account_type")), platform)
        allowed = terms.counts_by_platform.get(kind) or terms.counts_by_platform.get(platform)
        return feature in (allowed or terms.counts_by_platform.get("other", ()))
    return feature.partition(":")[0] not in terms.excluded_channels


def keep(facts: list[Fact]) -> list[Fact]:
    """Of each feature: the last working test, the first failing one after it, and the newest."""
    kept: set[int] = set()
    for feature in {fact[2] for fact in facts}:
        places = [place for place, fact in enumerate(facts) if fact[2] == feature]
        worked = max((place for place in places if facts[place][3]), default=-1)
        failed = [place for place in places if place > worked]
        kept.update([worked] * (worked >= 0) + failed[:1] + places[-1:])
    return [facts[place] for place in sorted(kept)]
