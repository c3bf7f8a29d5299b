"""From standings to the quarter's counts: in any order, any number of times, whole or piece by piece."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.aggregates import Aggregate, Count, Scope
from schemas.errors import InputError
from schemas.standings import OnTime, SubjectStanding, Verdict
from schemas.words import SubjectKind
from streams.core.tally import Tally, aggregate_unit, combine
from tests.support.quarters import CHECKPOINT, PACK, PERIOD, account, finding, site, standing

HOUR = timedelta(hours=1)
UNITS = {
    "u-a": {"name": "甲区政府", "area": "某市", "group": "区", "order": 1},
    "u-b": {"name": "乙局", "area": "某市", "group": "市直部门", "order": 1},
    "u-c": {"name": "丙局", "area": "某市", "group": "市直部门", "order": 2},
    "u-d": {"name": "丁县政府", "area": "邻市", "group": "县", "order": 1},
}


def tally(*standings: SubjectStanding) -> Tally:
    """A tally that knows the units, with standings put in order."""
    made = Tally(PACK)
    for unit, profile in UNITS.items():
        made.register_unit(unit, profile)
    for one in standings:
        made.put(one)
    return made


def of(aggregates: list[Aggregate], scope: Scope, scope_id: str) -> Aggregate:
    """The one aggregate of a scope and id."""
    (found,) = [one for one in aggregates if (one.scope, one.id) == (scope, scope_id)]
    return found


class TestWhatIsCounted:
    """Counts of a unit, of its group, of its area."""

    def test_a_unit_counts_sites_and_accounts_by_verdict(self) -> None:
        """Checked, failed and unknown are kept apart, for sites and for accounts."""
        unknown = account("wechat:3", "u-b", verdict=Verdict.UNKNOWN, undecided=("M-V2a",))
        failed = account("wechat:2", "u-b", finding("M-V2a", "wechat:2", "u-b"))
        made = tally(site("1000000001", "u-b"), account("wechat:1", "u-b"), failed, unknown)
        unit = of(made.aggregates(PERIOD), Scope.UNIT, "u-b")
        assert (unit.sites, unit.accounts) == (Count(checked=1), Count(checked=3, failed=1, unknown=1))
        assert (unit.name, unit.area, unit.pack, unit.accounts.passed) == ("乙局", "某市", PACK, 1)

    def test_a_unit_that_only_keeps_a_column_has_its_finding_and_not_the_site(self) -> None:
        """A column's breach is charged to the unit that keeps it; the site is checked once, with its own unit."""
        stale = finding("W-D04", "1000000001/column/news", "u-c")
        made = tally(site("1000000001", "u-b"), site("1000000001", "u-c", stale, counted=False))
        keeper = of(made.aggregates(PERIOD), Scope.UNIT, "u-c")
        assert (keeper.sites.checked, keeper.findings) == (0, {"W-D04": 1})
        assert of(made.aggregates(PERIOD), Scope.AREA, "某市").sites.checked == 1

    def test_findings_are_counted_by_indicator(self) -> None:
        """W-D17a and W-D17b are both charged under W-D17."""
        both = [finding(rule, "1000000001", "u-b") for rule in ("W-D17a", "W-D17b")]
        made = tally(site("1000000001", "u-b", *both, finding("W-D08", "1000000001", "u-b")))
        assert of(made.aggregates(PERIOD), Scope.UNIT, "u-b").findings == {"W-D08": 1, "W-D17": 2}

    def test_a_holding_adds_findings_and_is_not_checked(self) -> None:
        """Two accounts on one platform are a finding of the unit; the holding is neither site nor account."""
        twice = finding("X-M1", "u-b@toutiao", "u-b")
        unit = of(
            tally(standing("u-b@toutiao", "u-b", SubjectKind.HOLDING, twice)).aggregates(PERIOD), Scope.UNIT, "u-b"
        )
        assert (unit.sites, unit.accounts, unit.findings) == (Count(), Count(), {"X-M1": 1})

    def test_on_time_counts_are_summed(self) -> None:
        """The rate of a unit is that of all its answers, not the mean of its sites' rates."""
        one = site("1000000001", "u-b", answers=OnTime(due=8, on_time=8), corrections=OnTime(due=1, late=1))
        two = site("1000000002", "u-b", answers=OnTime(due=2, on_time=1, open=1))
        unit = of(tally(one, two).aggregates(PERIOD), Scope.UNIT, "u-b")
        assert unit.answers == OnTime(due=10, on_time=9, open=1)
        assert unit.corrections == OnTime(due=1, late=1)

    def test_groups_and_areas_are_sums_of_their_units(self) -> None:
        """A group's id is AREA/GROUP, an area's is its name; a neighbour's units stay out."""
        failed = account("wechat:9", "u-c", finding("M-V3a", "wechat:9", "u-c"))
        made = tally(site("1000000001", "u-a"), site("1000000002", "u-b"), failed, site("1000000004", "u-d"))
        aggregates = made.aggregates(PERIOD)
        assert [(one.scope, one.id) for one in aggregates if one.scope is not Scope.UNIT] == [
            (Scope.GROUP, "某市/区"), (Scope.GROUP, "某市/市直部门"), (Scope.GROUP, "邻市/县"),
            (Scope.AREA, "某市"), (Scope.AREA, "邻市"),
        ]  # fmt: skip
        departments = of(aggregates, Scope.GROUP, "某市/市直部门")
        assert (departments.sites, departments.accounts) == (Count(checked=1), Count(checked=1, failed=1))
        assert of(aggregates, Scope.AREA, "某市").sites.checked == 2
        assert (departments.name, departments.findings) == ("市直部门", {"M-V3": 1})

    def test_a_unit_nobody_registered_goes_by_its_id_and_in_no_area(self) -> None:
        """A standing of an unknown unit is not lost, and is not slipped into anybody's area."""
        aggregates = tally(site("1000000009", "u-new")).aggregates(PERIOD)
        assert [(one.scope, one.name, one.area) for one in aggregates] == [(Scope.UNIT, "u-new", "")]

    def test_periods_are_kept_apart_and_can_be_forgotten(self) -> None:
        """What is put for one quarter shows in no other, and goes when it is told to."""
        made = tally(site("1000000001", "u-b"), site("1000000001", "u-b", period="2031Q1"))
        made.forget("2031Q1")
        assert not made.aggregates("2031Q1")
        assert made.unit_aggregate("2031Q1", "u-b") is None
        assert made.unit_aggregate(PERIOD, "u-b") is not None


class TestTheLatestStandingCounts:
    """One owner may stand differently every hour; the quarter knows the latest."""

    def test_a_later_standing_replaces_an_earlier_one(self) -> None:
        """09:00 failed, 10:00 mended: it has not failed, in whatever order the two come in."""
        bad = site("1000000001", "u-b", finding("W-V3", "1000000001", "u-b"), at=CHECKPOINT - 2 * HOUR)
        good = site("1000000001", "u-b", at=CHECKPOINT - HOUR)
        for order in ([bad, good], [good, bad]):
            unit = of(tally(*order).aggregates(PERIOD), Scope.UNIT, "u-b")
            assert (unit.sites.failed, unit.findings, unit.at) == (0, {}, CHECKPOINT - HOUR)

    def test_the_checkpoint_beats_what_was_said_before_it(self) -> None:
        """A standing of before the checkpoint that comes in late changes nothing of the closed quarter."""
        closed = site("1000000001", "u-b")
        stray = site("1000000001", "u-b", finding("W-V3", "1000000001", "u-b"), at=CHECKPOINT - HOUR)
        assert of(tally(closed, stray).aggregates(PERIOD), Scope.UNIT, "u-b").sites.failed == 0

    def test_late_evidence_corrects_the_checkpoint(self) -> None:
        """Both were taken at the checkpoint; the one said later knows more."""
        before = site("1000000001", "u-b", finding("W-V3", "1000000001", "u-b"))
        assert of(tally(before, site("1000000001", "u-b")).aggregates(PERIOD), Scope.UNIT, "u-b").sites.failed == 0

    def test_a_quarter_is_closed_once_all_its_standings_are(self) -> None:
        """One owner that has not reached the checkpoint keeps its unit, group and area open."""
        running = site("1000000002", "u-b", at=CHECKPOINT - HOUR)
        aggregates = tally(site("1000000001", "u-b"), site("1000000003", "u-c"), running).aggregates(PERIOD)
        assert {one.id: one.closed for one in aggregates} == {
            "u-b": False, "u-c": True, "某市/市直部门": False, "某市": False,
        }  # fmt: skip

    def test_a_units_newest_entry_counts(self) -> None:
        """The registry renames a unit; the older entry comes in again and changes nothing."""
        made = tally(site("1000000001", "u-b"))
        made.register_unit("u-b", {"name": "乙局（新）", "area": "某市"}, since=5)
        made.register_unit("u-b", {"name": "乙局", "area": "某市"}, since=4)
        assert of(made.aggregates(PERIOD), Scope.UNIT, "u-b").name == "乙局（新）"


RULES = ("W-V3", "W-D04", "W-D17a", "M-V2a")


@st.composite
def standings(draw: st.DrawFn) -> SubjectStanding:
    """Any standing of a few owners, at a few instants; what is found depends on who and when, as it does in truth."""
    owner = draw(st.sampled_from(["1000000001", "1000000002", "wechat:1"]))
    unit = draw(st.sampled_from(sorted(UNITS)))
    hours = draw(st.integers(0, 6))
    findings = [finding(rule, owner, unit) for place, rule in enumerate(RULES) if hours >> place & 1]
    make: Callable[..., SubjectStanding] = account if ":" in owner else site
    return make(owner, unit, *findings, at=CHECKPOINT - hours * HOUR, answers=OnTime(due=hours, late=hours))


class TestLaws:
    """What makes the quarter independent of how the log was cut, ordered and repeated."""

    @given(st.lists(standings(), max_size=25).flatmap(lambda put: st.tuples(st.just(put), st.permutations(put))))
    def test_order_does_not_matter(self, both: tuple[list[SubjectStanding], list[SubjectStanding]]) -> None:
        """Standings commute: every order ends in the same aggregates and the same state."""
        one, other = tally(*both[0]), tally(*both[1])
        assert one.aggregates(PERIOD) == other.aggregates(PERIOD)
        assert one.dump() == other.dump()

    @given(st.lists(standings(), max_size=15), st.integers(0, 15))
    def test_twice_is_once(self, put: list[SubjectStanding], again: int) -> None:
        """Putting any of them once more, at the end, changes nothing."""
        assert tally(*put, *put[:again]).dump() == tally(*put).dump()

    @given(st.lists(standings(), max_size=20))
    def test_state_survives_being_written(self, put: list[SubjectStanding]) -> None:
        """A tally loaded from its record is the same tally."""
        made = tally(*put)
        assert Tally.load(made.dump()).aggregates(PERIOD) == made.aggregates(PERIOD)
        assert Tally.load(made.dump()).dump() == made.dump()

    @given(st.lists(standings(), min_size=1, max_size=20))
    def test_agents_by_unit_and_area_come_to_the_same(self, put: list[SubjectStanding]) -> None:
        """One tally for each unit, then the sums by area, is what one tally for everything says."""
        whole = tally(*put).aggregates(PERIOD)
        alone = [tally(*[one for one in put if one.unit == unit]) for unit in sorted({one.unit for one in put})]
        units = [one for each in alone for one in each.aggregates(PERIOD) if one.scope is Scope.UNIT]
        assert units == [one for one in whole if one.scope is Scope.UNIT]
        for area in {one.area for one in units}:
            parts = [one for one in reversed(units) if one.area == area]
            assert combine(Scope.AREA, area, area, parts) == of(whole, Scope.AREA, area)


class TestMisuse:
    """What can't be counted is said, not guessed."""

    def test_nothing_stands_in_the_period(self) -> None:
        """An aggregate of nothing has no instant; whoever asks for one is told."""
        with pytest.raises(InputError, match="2031Q1"):
            aggregate_unit([site("1000000001", "u-b")], UNITS["u-b"], "2031Q1")

    def test_nothing_to_combine(self) -> None:
        """The same for groups and areas."""
        with pytest.raises(InputError, match="某市"):
            combine(Scope.AREA, "某市", "某市", [])
