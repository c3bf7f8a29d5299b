"""W-V2 against its model: visits that get through or don't, day after day, and filed maintenance."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from schemas.instants import DAY, HOUR, MINUTE, to_text
from schemas.words import SubjectKind
from tests.laws.logs import SITE
from tests.laws.pack import mini_law
from tests.models.machine import Machine, ago, ahead, search, seldom
from tests.support.laws import law


class Visits(Machine):
    """A site that is visited so often a day."""

    kinds: ClassVar = (SubjectKind.SITE,)
    only: ClassVar = frozenset({"W-V2"})
    days: ClassVar[int]
    per_day: ClassVar[int]

    @initialize(regular=seldom.map(lambda one: not one), failing=st.integers(0, 9))
    def register(self, *, regular: bool, failing: int) -> None:
        """The site is known, and mostly visited for as long as the window is."""
        self.tell("site.registered", SITE, unit="u1", name="某网站")
        if regular:
            self.visited(days=self.days, more=0, failing=failing)

    @rule(days=st.sampled_from([1, 1, 2, 7]), more=st.sampled_from([-1, 0, 0, 0, 1]), failing=st.integers(0, 9))
    def visited(self, days: int, more: int, failing: int) -> None:
        """Evenly over some days, so often as is asked for or one visit more or less; the last few fail."""
        visits = days * (self.per_day + more)
        for number in range(visits):
            self.now += days * DAY // visits // MINUTE * MINUTE
            self.tell("site.probed", SITE, opened=number < visits - failing, elapsed_seconds=1)

    @rule(opened=st.booleans(), elapsed=st.sampled_from([1, 14.999, 15]), since=ago)
    def visited_once(self, *, opened: bool, elapsed: float, since: int) -> None:
        """One visit, now or reported late; another in the same minute may have got through."""
        self.tell("site.probed", SITE, since, opened=opened, elapsed_seconds=elapsed)

    @rule(minutes=st.sampled_from([1, 30, 60, 72, 1439, 1440]))
    def wait_for_minutes(self, minutes: int) -> None:
        """The window slides."""
        self.now += minutes * MINUTE

    @rule(
        starts=st.sampled_from([-DAY, -3 * DAY, -HOUR, 0, 1, HOUR]),
        lasts=st.sampled_from([1, MINUTE, 4 * HOUR, DAY // 2, DAY, 2 * DAY]),
        since=ago,
    )
    def maintained(self, starts: int, lasts: int, since: int) -> None:
        """Downtime is filed, beforehand or afterwards."""
        begins = self.now + starts
        times = {"starts": to_text(begins), "ends": to_text(begins + lasts)}
        self.tell("maintenance.filed", SITE, since, authority="省府办", **times)

    @rule(until=ahead, really=seldom, since=ago)
    def exempted(self, *, until: int, really: bool, since: int) -> None:
        """An exception is recorded."""
        if really:
            more = {"ends": to_text(self.now + until), "authority": "省府办", "reason": "改版"}
            self.tell("exemption.granted", SITE, since, rule="W-V2", **more)


class OfTheNation(Visits):
    """Under the national pack: seven failures of a week's 140 visits break the rule, five warn."""

    law = law()
    days, per_day = 7, 20


class OfDays(Visits):
    """Two days of two visits, of which half may not fail."""

    law = mini_law()
    days, per_day = 2, 2


TestVisitsOfTheNation = OfTheNation.TestCase
TestVisitsOfDays = OfDays.TestCase
TestVisitsOfTheNation.settings = search(25, 8)
TestVisitsOfDays.settings = search(40, 20)
