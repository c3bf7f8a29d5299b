"""Law 3, the half that time rests on: no answer changes before the instant that `next_after` gives."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from schemas.instants import MINUTE, to_text
from streams.core.judging import judge, next_after
from streams.core.law import Standing
from streams.core.subject import Estate, Subject
from tests.laws.effort import effort
from tests.laws.logs import END, ORIGIN, SITE, Seen, in_order, logs
from tests.laws.pack import mini_law
from tests.laws.playing import Stage

LAW = mini_law()
_DAY = 24 * 60


def steps(estate: Estate, subject: Subject, standing: Standing, until: int) -> Iterator[int]:
    """The instants from the beginning on at which an answer may change."""
    at = ORIGIN
    while at < until:
        yield at
        at = next_after(estate, subject, standing, at)
    yield until


@given(logs(), st.lists(st.integers(1, 999), min_size=1, max_size=4))
@effort(60)
def test_no_answer_changes_before_it_may(log: list[Seen], shares: list[int]) -> None:
    """At any instant between two that are named, of any rule, the state is that of the first."""
    stage = Stage(LAW)
    stage.learn(in_order(log))
    for estate, subject in stage.fold.subjects():
        for standing in subject.rules.all if subject.rules else ():
            for at, after in pairwise(steps(estate, subject, standing, END)):
                state = judge(estate, subject, standing, at).state
                for one in (after - 1, *(at + (after - at) * share // 1000 for share in shares)):
                    assert judge(estate, subject, standing, one).state is state, (standing.id, subject.id, at, one)


#: (minutes since the beginning, whether it opened), and (start, length, filing) of a maintenance.
filings = st.just(0) | st.integers(0, 5 * _DAY)
probes = st.lists(st.tuples(st.integers(0, 4 * _DAY), st.sampled_from([True, True, False])), max_size=40)
maintenances = st.lists(st.tuples(st.integers(-_DAY, 5 * _DAY), st.integers(1, 3 * _DAY), filings), max_size=3)


def visited(found: list[tuple[int, bool]], filed: list[tuple[int, int, int]]) -> list[Seen]:
    """A site, its visits and its maintenance."""
    log = [Seen("site.registered", SITE, {"unit": "u1", "name": "某网站"}, ORIGIN, 0)]
    for minute, opened in found:
        log.append(Seen("site.probed", SITE, {"opened": opened, "elapsed_seconds": 1}, ORIGIN + minute * MINUTE, 0))
    for starts, length, at in filed:
        log.append(maintained(ORIGIN + starts * MINUTE, ORIGIN + (starts + length) * MINUTE, ORIGIN + at * MINUTE))
    return log


def maintained(starts: int, ends: int, filed: int) -> Seen:
    """Maintenance, and when it was filed."""
    data = {"starts": to_text(starts), "ends": to_text(ends), "authority": "省府办"}
    return Seen("maintenance.filed", SITE, data, filed, 0)


@given(probes, maintenances, st.sampled_from([1, 2, 3, 7]), st.sampled_from([0, 1, 3, 8]))
@effort(25)
def test_no_minute_of_availability_is_left_out(
    found: list[tuple[int, bool]], filed: list[tuple[int, int, int]], days: int, least: int
) -> None:
    """Minute by minute, with whatever maintenance: the state changes at minutes that were named alone."""
    law = mini_law(W_V2={"window": f"{days} days", "probes_per_day_min": least, "ratio": 0.5, "warn_ratio": 0.25})
    stage = Stage(law)
    stage.learn(in_order(visited(found, filed)))
    estate, standing = stage.fold.estate(SITE), law.by_id["W-V2"]
    until = ORIGIN + (days + 6) * _DAY * MINUTE
    named = set(steps(estate, estate.head(), standing, until))
    assert all(at % MINUTE == 0 for at in named)
    state = None
    for at in range(ORIGIN, until, MINUTE):
        now = judge(estate, estate.head(), standing, at).state
        assert now is state or at in named, (at - ORIGIN) // MINUTE
        state = now


def test_decades_of_maintenance_are_passed_over() -> None:
    """Filed for forty years from the third day on: hardly more instants than edges and days of the window."""
    stage = Stage(LAW)
    stage.learn(
        in_order(visited([(number * _DAY // 2, True) for number in range(4)], [(2 * _DAY, 40 * 365 * _DAY, 0)]))
    )
    estate, standing = stage.fold.estate(SITE), LAW.by_id["W-V2"]
    found = list(steps(estate, estate.head(), standing, ORIGIN + 50 * 365 * _DAY * MINUTE))
    assert len(found) < 40
    assert {judge(estate, estate.head(), standing, at).state.value for at in found} == {"compliant", "unknown"}
