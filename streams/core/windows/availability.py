"""Availability (可访问): failed visits against all visits of a sliding window of hours.

The window ends with the minute of the instant and reaches back `window`. It is cut into days of 24 hours counted back
from that end; each needs `probes_per_day_min` probed minutes, else the answer is `unknown`. Filed maintenance is taken
out of both counts, and of the days' minimum in proportion, where `maintenance_excluded` says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rules.span import Span
from schemas.instants import DAY, HOUR, MINUTE
from schemas.words import Reason, State
from streams.core.answer import NEVER, Answer
from streams.core.ring import Ring
from streams.core.terms import Reckoning
from streams.core.trail import Trail
from streams.core.view import View

_DAY_MINUTES = DAY // MINUTE


@dataclass(frozen=True, slots=True)
class Terms(Reckoning):
    """Ratios are shares of visits (1/20 is 5 %); `timeout_seconds` is used when a probe is remembered."""

    window: Span = None  # type: ignore[assignment]
    probes_per_day_min: int = 0
    timeout_seconds: float = 0.0
    timeout_inclusive: bool = True
    ratio: Fraction = Fraction(1)
    ratio_inclusive: bool = True
    warn_ratio: Fraction = Fraction(1)
    maintenance_excluded: bool = True

    def failed(self, *, opened: bool, elapsed_seconds: float) -> bool:
        """Whether a visit counts as failed."""
        if not opened or elapsed_seconds > self.timeout_seconds:
            return True
        return self.timeout_inclusive and elapsed_seconds == self.timeout_seconds

    def over(self, failed: int, probed: int, ratio: Fraction) -> bool:
        """Whether a ratio is reached; compared without division, so that 7 of 140 is exactly 5 %."""
        share, limit = failed * ratio.denominator, probed * ratio.numerator
        return share >= limit if self.ratio_inclusive else share > limit


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Reachable, nearly too often not, too often not, or too few probes to say."""
    last = at // MINUTE
    closed = list(_closed(view.subject.trail("maintenance"))) if terms.maintenance_excluded else []
    if closed:
        return _judge_between(view.ring, last, terms, closed)
    days = view.ring.days(last, terms.window.n)
    enough = min(probed for probed, _ in days) >= terms.probes_per_day_min
    return _answer(sum(probed for probed, _ in days), sum(failed for _, failed in days), terms, enough=enough)


def _judge_between(ring: Ring, last: int, terms: Terms, closed: list[tuple[int, int]]) -> Answer:
    """The answer where maintenance was filed, which takes minutes out of the days."""
    probed = failed = 0
    enough = True
    for day in range(terms.window.n):
        end = last - day * _DAY_MINUTES
        day_probed, day_failed = ring.counts(end - _DAY_MINUTES + 1, end, closed)
        probed, failed = probed + day_probed, failed + day_failed
        enough = enough and day_probed >= _needed(closed, end, terms.probes_per_day_min)
    return _answer(probed, failed, terms, enough=enough)


def _answer(probed: int, failed: int, terms: Terms, *, enough: bool) -> Answer:
    if not enough:
        return Answer(State.UNKNOWN, Reason.TOO_FEW_PROBES)
    evidence = (f"probes:{failed}/{probed}",)
    if failed and terms.over(failed, probed, terms.ratio):
        return Answer(State.BREACHED, Reason.UNREACHABLE, evidence=evidence)
    if failed and terms.over(failed, probed, terms.warn_ratio):
        return Answer(State.DUE_SOON, Reason.UNREACHABLE_RATIO_RISING, evidence=evidence)
    return Answer(State.COMPLIANT, Reason.ENOUGH_PROBES_REACHED, evidence=evidence)


def next_after(view: View, at: int, terms: Terms) -> int:
    """The next known probe or edge of a maintenance, or when enough probes have left the window to change the answer.

    Without new probes an unknown answer stays unknown, and a compliant one stays so until its day's minimum or its
    share of failures is reached by what leaves.
    """
    ring = view.ring
    edges = [edge for fact in view.subject.trail("maintenance").facts for edge in (fact[0], fact[2]) if edge > at]
    coming: int = min((ring.next_probe(at) or NEVER, *edges))
    answer = judge(view, at, terms)
    if answer.state is State.UNKNOWN:
        return coming
    if answer.state is not State.COMPLIANT or view.subject.trail("maintenance").facts:
        return min(coming, (at // HOUR + 1) * HOUR)
    return min(coming, _lasts_until(ring, at // MINUTE, terms) * MINUTE)


def _lasts_until(ring: Ring, last: int, terms: Terms) -> int:
    """The first minute at which a compliant answer may end by probes leaving the window; asked twice, reckoned once."""
    if ring.lasts is None or ring.lasts[0] != last or ring.lasts[1] is not terms:
        ring.lasts = (last, terms, _reckon_lasting(ring, last, terms))
    return ring.lasts[2]


def _reckon_lasting(ring: Ring, last: int, terms: Terms) -> int:
    days = ring.days(last, terms.window.n)
    until = [_day_lasts(ring, last, day, probed, terms) for day, (probed, _) in _at_risk(ring, last, days, terms)]
    failed = sum(missed for _, missed in days)
    if failed:
        probed = sum(seen for seen, _ in days)
        allowed = failed * terms.warn_ratio.denominator // terms.warn_ratio.numerator
        leaving = ring.nth_probe(last - len(days) * _DAY_MINUTES + 1, max(1, probed - allowed))
        until.append(last + 1 if leaving is None else leaving + len(days) * _DAY_MINUTES)
    return max(min(until), last + 1)


def _at_risk(ring: Ring, last: int, days: list[tuple[int, int]], terms: Terms) -> list[tuple[int, tuple[int, int]]]:
    """The days, numbered back from 1, that may come short of their minimum as the window moves on by one day.

    Only the newest loses probes without getting known ones; what an older one loses, it gets from the next.
    """
    numbered = list(enumerate(days, 1))
    first = last - (len(days) - 1) * _DAY_MINUTES + 1
    if len(days) == 1 or ring.least_of_days(first, last) >= terms.probes_per_day_min:
        return numbered[:1]
    return numbered


def _day_lasts(ring: Ring, last: int, day: int, probed: int, terms: Terms) -> int:
    """The minute at which a day has lost more than it may, should nothing come in."""
    spare = ring.nth_probe(last - day * _DAY_MINUTES + 1, probed - terms.probes_per_day_min + 1)
    return last + 1 if spare is None else spare + day * _DAY_MINUTES


def _closed(maintenance: Trail) -> Iterator[tuple[int, int]]:
    """Filed periods as minutes from (inclusive) to (exclusive)."""
    return ((fact[0] // MINUTE, -(-fact[2] // MINUTE)) for fact in maintenance.facts)


def _needed(closed: list[tuple[int, int]], last_minute: int, minimum: int) -> int:
    """The day's minimum, less the share of the day that was filed as maintenance."""
    if not closed:
        return minimum
    first = last_minute - _DAY_MINUTES + 1
    shut: set[int] = set()
    for starts, ends in closed:
        shut.update(range(max(starts, first), min(ends, last_minute + 1)))
    return minimum * (_DAY_MINUTES - len(shut)) // _DAY_MINUTES
