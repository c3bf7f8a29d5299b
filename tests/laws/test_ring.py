"""The ring of probes against a plain set of minutes: what it counts, what it forgets, how long a day lasts."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.instants import MINUTE
from streams.core.ring import Ring
from tests.laws.effort import effort

_DAY = 24 * 60
_BEGIN = 20_000 * _DAY
_DAYS = 7

#: (minutes since the beginning, whether it failed), mostly in order, some late, with gaps of days.
Probes = list[tuple[int, bool]]
probes = st.lists(st.tuples(st.integers(0, 12 * _DAY), st.booleans()), min_size=1, max_size=120)


def rung(found: Probes) -> Ring:
    """A ring that has been asked all the while, so that it has sums to keep true."""
    ring = Ring()
    for minute, failed in found:
        ring.add((_BEGIN + minute) * MINUTE, failed=failed)
        ring.days(_BEGIN + minute, 2)
    return ring


def counted(found: Probes, first: int, last: int) -> tuple[int, int]:
    """(probed, failed) minutes; one in which any visit got through was reached."""
    within = {(minute, failed) for minute, failed in found if first <= minute <= last}
    probed = {minute for minute, _ in within}
    return len(probed), len(probed - {minute for minute, failed in within if not failed})


@effort(100)
@given(probes, st.integers(0, 20 * _DAY))
def test_days(found: Probes, last: int) -> None:
    """Each day back from an instant has what the set has."""
    wanted = [counted(found, last - (day + 1) * _DAY + 1, last - day * _DAY) for day in range(_DAYS)]
    assert rung(found).days(_BEGIN + last, _DAYS) == wanted


@effort(100)
@given(probes, st.integers(0, 13 * _DAY), st.integers(0, 3 * _DAY))
def test_least_of_days(found: Probes, first: int, more: int) -> None:
    """No day that ends in the stretch has fewer."""
    least = rung(found).least_of_days(_BEGIN + first, _BEGIN + first + more)
    assert least <= min(counted(found, end - _DAY + 1, end)[0] for end in range(first, first + more + 1, 17))


def test_least_of_days_is_not_idle() -> None:
    """With a probe every half hour each day has forty-eight, of which forty-six lie in whole hours."""
    found = [(minute, False) for minute in range(0, 4 * _DAY, 30)]
    assert rung(found).least_of_days(_BEGIN + 2 * _DAY, _BEGIN + 4 * _DAY - 1) == 46


@effort(100)
@given(probes, st.integers(0, 13 * _DAY // 60))
def test_forgetting(found: Probes, hours: int) -> None:
    """What is left counts as if the rest had never been, and is written as if it had been read."""
    ring = rung(found)
    ring.forget_before(_BEGIN // 60 + hours)
    kept = [one for one in found if one[0] >= hours * 60]
    assert ring.days(_BEGIN + 12 * _DAY, _DAYS) == rung(kept).days(_BEGIN + 12 * _DAY, _DAYS)
    assert ring.dump() == Ring.load(ring.dump()).dump()
