"""Messages and error reports against their models: W-D18, G-4, G-5, S-D3, and W-V5b of the site."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from schemas.instants import HOUR, to_text
from schemas.words import SubjectKind
from tests.laws.logs import SITE
from tests.laws.pack import mini_law
from tests.models.machine import Machine, ago, ahead, few, search, seldom
from tests.support.laws import law

cases = st.sampled_from([f"{SITE}/message/m0", f"{SITE}/message/m1", f"{SITE}/correction/c0", f"{SITE}/correction/c1"])


class Messages(Machine):
    """A site to which people write."""

    kinds: ClassVar = (SubjectKind.SITE, SubjectKind.MESSAGE, SubjectKind.CORRECTION)

    @initialize(late=seldom)
    def register(self, *, late: bool) -> None:
        """Mostly the site is known from the beginning."""
        if not late:
            self.tell("site.registered", SITE, unit="u1", name="某网站")

    @rule(
        case=cases,
        since=ago,
        simple=st.sampled_from([True, True, False]),
        complicated=st.booleans(),
        odd=st.integers(0, 5),
    )
    def received(self, *, case: str, since: int, simple: bool, complicated: bool, odd: int) -> None:
        """Somebody writes, or reports an error."""
        if "/correction/" in case:
            self.tell("correction.assigned", case, since, unit="u1")
        else:
            column = "网上信访" if odd == 0 else "咨询"
            self.tell("message.received", case, since, unit="u1", simple=simple, complicated=complicated, column=column)

    @rule(case=cases, since=ago)
    def answered(self, case: str, since: int) -> None:
        """It is answered, or closed."""
        kind = case.split("/")[1]
        opened = self.world.of(case, "received", "assigned")
        if opened:  # nobody answers what nobody asked
            self.tell(f"{kind}.answered", case, min(since, self.now - opened[0].time))

    @rule(really=seldom, since=ago)
    def invalidated(self, *, really: bool, since: int) -> None:
        """A message is found to be no valid one."""
        if really:
            self.tell("message.invalidated", f"{SITE}/message/m1", since, reason="测试")

    @rule(case=cases | st.just(SITE), place=few, until=ahead, since=ago)
    def exempted(self, case: str, place: int, until: int, since: int) -> None:
        """An exception to one of the rules is recorded."""
        rule_id = ("W-V5b", "W-D18", "S-D3")[place]
        more = {"ends": to_text(self.now + until), "authority": "省府办", "reason": "另办"}
        self.tell("exemption.granted", case, since, rule=rule_id, **more)

    @rule(gone=seldom, since=ago)
    def moved(self, *, gone: bool, since: int) -> None:
        """The site is closed, or registered again."""
        if gone:
            self.tell("site.closed", SITE, min(since, HOUR), reason="关停")
        else:
            self.tell("site.registered", SITE, since, unit="u1", name="某网站")


class OfTheNation(Messages):
    """Under the national pack."""

    law = law()


class OfDays(Messages):
    """Where everything happens within days, and what was answered late counts for a while."""

    law = mini_law(
        W_D18={"limit": "1 working day", "lookback": "5 days", "late_counts": True},
        G_4={"limit": "2 working days", "complex_limit": "3 working days", "lookback": "8 days", "late_counts": True},
    )


TestMessagesOfTheNation = OfTheNation.TestCase
TestMessagesOfDays = OfDays.TestCase
TestMessagesOfTheNation.settings = TestMessagesOfDays.settings = search(40, 30)
