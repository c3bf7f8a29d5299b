"""Rates as bulletins print them, from the same counts as the tables."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import percent, totals
from schemas.aggregates import Count, Scope
from tests.reports.place import stands, sums


class TestRates:
    """Half up, at most two decimals, no zeros that say nothing."""

    @pytest.mark.parametrize(
        ("part", "whole", "printed"),
        [
            (41, 41, "100%"),
            (72, 80, "90%"),
            (40, 41, "97.56%"),
            (29, 30, "96.67%"),
            (1, 800, "0.13%"),  # 0.125 %: half up, where rounding half to even would print 0.12 %
            (3, 800, "0.38%"),  # 0.375 %
            (0, 5, "0%"),
            (0, 0, "—"),
        ],
    )
    def test_as_bulletins_print_them(self, part: int, whole: int, printed: str) -> None:
        """90%, not 90.00%; 96.67%; nothing of nothing is no rate."""
        assert percent(part, whole) == printed

    def test_one_failure_is_never_rounded_away(self) -> None:
        """14,462 of 14,463 is not 100 %, and 1 of 30,000 not 0 %."""
        assert percent(99_999, 100_000) == "99.99%"
        assert percent(1, 100_000) == "0.01%"

    @given(st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
    def test_within_half_a_hundredth(self, both: tuple[int, int]) -> None:
        """What is printed is the share to within 0.005 points, but at the two ends."""
        part, whole = both
        printed = Decimal(percent(part, whole).removesuffix("%"))
        assert (printed == 100) is (part == whole)
        assert (printed == 0) is (part == 0)
        if Decimal("0.01") < printed < Decimal("99.99"):
            assert abs(printed - Decimal(100 * part) / whole) <= Decimal("0.005")


class TestTotals:
    """The first part's counts."""

    def test_are_the_sum_of_the_units_and_count_nobody_twice(self) -> None:
        """Units, groups and areas come together in one list; only the units are added up."""
        found = totals(sums(stands()))
        assert (found.sites, found.accounts) == (Count(checked=2), Count(checked=2, failed=1, unknown=1))
        assert (found.answers.due, found.answers.on_time) == (7, 6)

    def test_without_units_the_areas_are_added_up(self) -> None:
        """A province that is told of its cities only still has totals."""
        areas = [one for one in sums(stands()) if one.scope is Scope.AREA]
        assert totals(areas).sites == Count(checked=2)
