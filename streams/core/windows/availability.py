"""Availability (可访问): failed visits against all visits of a sliding window of hours.

The window ends with the minute of the instant and reaches back `window`. It is cut into days of 24 hours counted back
from that end; each needs `probes_per_day_min` probed minutes, else the answer is `unknown`. Filed maintenance is taken
out of both counts, and of the days' minimum in proportion, where `maintenance_excluded` says so; what passed before it
was filed is not, where `maintenance_filed_before` says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rules.span import Span
from schemas.instants import MINUTE
from schemas.words import Reason, State
from streams.core.answer import NEVER, Answer
from streams.core.ring import Ring
from streams.core.terms import Reckoning
from streams.core.view import View
from streams.core.windows.closures import DAY_MINUTES, Closed, between, closed_minutes, needed, next_change

#: The (probed, failed) minutes of each day back from an instant.
Days = list[tuple[int, int]]


@dataclass(frozen=True)
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
    maintenance_filed_before: bool = True

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
    ring, closed = _open(view, last, terms)
    days = ring.days(last, terms.window.n)
    if closed:
        enough = not any(_lacking(days, _needs(last, terms, closed)))
    else:
        enough = min(probed for probed, _ in days) >= terms.probes_per_day_min
    return _answer(sum(probed for probed, _ in days), sum(failed for _, failed in days), terms, enough=enough)


def _open(view: View, last: int, terms: Terms) -> tuple[Ring, Closed]:
    """The probes that count, and the filed maintenance in the window, outside of which they lie."""
    if not _filed(view, terms):
        return view.ring, ()
    closed = between(_filed(view, terms), last - terms.window.n * DAY_MINUTES + 1, last)
    return (view.ring.without(closed) if closed else view.ring), closed


def _filed(view: View, terms: Terms) -> Closed:
    maintenance = view.subject.trail("maintenance")
    if not (maintenance.facts and terms.maintenance_excluded):
        return ()
    return closed_minutes(maintenance, filed_before=terms.maintenance_filed_before)


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
    """The next known probe, or when maintenance or what leaves the window may change the answer; never too late.

    Nothing else changes it. With no probe and no edge of a maintenance in reach it stays for good.
    """
    last = at // MINUTE
    ring, closed = _open(view, last, terms)
    until = _lasts_until(ring, last, terms, closed)
    filed = _filed(view, terms)
    if filed:
        until = min(until, next_change(filed, last, terms.window.n, terms.probes_per_day_min))
    coming: int = view.ring.next_probe(at) or NEVER
    return coming if until >= NEVER else min(coming, until * MINUTE)


def _lasts_until(ring: Ring, last: int, terms: Terms, closed: Closed) -> int:
    """The first minute at which an answer may end as the days move on; asked twice, reckoned once."""
    if ring.lasts is None or ring.lasts[0] != last or ring.lasts[1] is not terms:
        ring.lasts = (last, terms, _reckon_lasting(ring, last, terms, _needs(last, terms, closed)))
    return ring.lasts[2]


def _reckon_lasting(ring: Ring, last: int, terms: Terms, needs: Sequence[int]) -> int:
    days = ring.days(last, terms.window.n)
    lacking = list(_lacking(days, needs))
    if lacking:
        return max(_day_lacks(ring, last, day, missing) for day, missing in lacking)
    at_risk = _at_risk(ring, last, days, terms)
    until = [_day_lasts(ring, last, day, days[day - 1][0], needs[day - 1]) for day in at_risk]
    return max(min(*until, *_shares_last(ring, last, days, terms), NEVER), last + 1)


def _needs(last: int, terms: Terms, closed: Closed) -> Sequence[int]:
    """The minimum of each day back from an instant."""
    if not closed:
        return (terms.probes_per_day_min,) * terms.window.n
    return [needed(closed, last - day * DAY_MINUTES, terms.probes_per_day_min) for day in range(terms.window.n)]


def _lacking(days: Days, needs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The days, numbered back from 1, that come short of their minimum, and by how much."""
    for day, ((probed, _), need) in enumerate(zip(days, needs, strict=True), 1):
        if probed < need:
            yield day, need - probed


def _day_lacks(ring: Ring, last: int, day: int, missing: int) -> int:
    """The minute at which a day can have got what it lacks from the one after it; the newest gets nothing known."""
    found = ring.nth_probe(last - (day - 1) * DAY_MINUTES + 1, missing)
    return NEVER if found is None else found + (day - 1) * DAY_MINUTES


def _at_risk(ring: Ring, last: int, days: Days, terms: Terms) -> range:
    """The days, numbered back from 1, that may come short of their minimum as the window moves on by one day.

    Only the newest loses probes without getting known ones; what an older one loses, it gets from the next.
    """
    first = last - (len(days) - 1) * DAY_MINUTES + 1
    if len(days) == 1 or ring.least_of_days(first, last) >= terms.probes_per_day_min:
        return range(1, 2)
    return range(1, len(days) + 1)


def _day_lasts(ring: Ring, last: int, day: int, probed: int, need: int) -> int:
    """The minute at which a day has lost more than it may, should nothing come in."""
    spare = ring.nth_probe(last - day * DAY_MINUTES + 1, probed - need + 1) if need else None
    return NEVER if spare is None else spare + day * DAY_MINUTES


def _shares_last(ring: Ring, last: int, days: Days, terms: Terms) -> Iterator[int]:
    """The minutes at which so many visits have left the window that the share of failures may pass a ratio."""
    failed = sum(missed for _, missed in days)
    if not failed:
        return
    probed = sum(seen for seen, _ in days)
    for ratio in (terms.ratio, terms.warn_ratio):
        leaving = _leaving(ring, last - len(days) * DAY_MINUTES + 1, (probed, failed), ratio, terms)
        if leaving is not None:
            yield leaving + len(days) * DAY_MINUTES


def _leaving(ring: Ring, first: int, seen: tuple[int, int], ratio: Fraction, terms: Terms) -> int | None:
    """The visit with which a ratio may be passed: upwards only others than failures leave, downwards only failures."""
    probed, failed = seen
    if not terms.over(failed, probed, ratio):
        return ring.nth_probe(first, max(1, probed - failed * ratio.denominator // ratio.numerator))
    excess, each = failed * ratio.denominator - probed * ratio.numerator, ratio.denominator - ratio.numerator
    return ring.nth_failed(first, min(failed, max(1, -(-excess // each))) if each > 0 else failed)
