"""A site against its models: home page, channels, services, guides, links, published answers, incidents."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from schemas.instants import DAY, to_text
from schemas.words import SubjectKind
from tests.laws.logs import SITE
from tests.laws.pack import mini_law
from tests.models.machine import Machine, ago, ahead, decisions, few, search, seldom
from tests.support.laws import law

FIELDS = ["留言时间", "答复时间", "答复单位", "答复内容"]
CLASSES = ["事项名称", "设定依据", "申请条件", "办理材料", "别的"]
item = st.sampled_from(["i1", "i1", "i2", "i3"])
incidents = st.sampled_from(["W-V1a", "W-V1a", "W-V1a", "W-V1b", "W-V1c", "W-V1d", "W-V1e", "W-V1f"])
rules = st.sampled_from(["W-V1a", "W-V3", "W-V5a", "W-V6a", "W-V6b", "W-D08", "W-D17a", "W-D17b"])


class Sites(Machine):
    """A site and all that is seen of it."""

    kinds: ClassVar = (SubjectKind.SITE,)

    @initialize()
    def register(self) -> None:
        """The site is known."""
        self.tell("site.registered", SITE, unit="u1", name="某网站")

    # -- the home page -----------------------------------------------------------------------------------------

    @rule(item=item, second=st.booleans(), dated=st.booleans(), repost=st.booleans(), since=ago)
    def updated(self, *, item: str, second: bool, dated: bool, repost: bool, since: int) -> None:
        """An item appears."""
        page = "second_level" if second else "home"
        self.tell("site.updated", SITE, since, item=item, page=page, dated=dated, repost=repost)

    @rule(latest=st.none() | st.sampled_from([0, DAY, 5 * DAY]), since=ago)
    def looked(self, latest: int | None, since: int) -> None:
        """Somebody looks at the home page."""
        self.tell(
            "site.checked", SITE, since, **({} if latest is None else {"latest": to_text(self.now - since - latest)})
        )

    # -- services and interaction ------------------------------------------------------------------------------

    @rule(
        channel=st.sampled_from(["信箱", "咨询"]),
        kind=st.sampled_from(["咨询", "咨询", "网上信访"]),
        works=st.booleans(),
        since=ago,
    )
    def channel_tested(self, *, channel: str, kind: str, works: bool, since: int) -> None:
        """Somebody writes through a channel."""
        self.tell("channel.tested", SITE, since, channel=channel, channel_kind=kind, works=works)

    @rule(items=st.sampled_from([0, 0, 1, 4, 5]), since=ago)
    def services_listed(self, items: int, since: int) -> None:
        """Somebody counts the catalogue."""
        self.tell("services.listed", SITE, since, items=items)

    @rule(guides=st.sampled_from([1, 2, 3, 4, 5]), lacking=st.sampled_from([0, 3, 4, 5]), since=ago)
    def audited(self, guides: int, lacking: int, since: int) -> None:
        """Somebody reads some guides."""
        for number in range(guides):
            self.tell("guide.audited", SITE, since, item=f"g{number}", missing=CLASSES[-lacking:] if lacking else [])

    # -- publication -------------------------------------------------------------------------------------------

    @rule(item=st.sampled_from(["r1", "r2"]), policy=st.sampled_from(["p1", "p2"]), linked=st.booleans(), since=ago)
    def interpreted(self, *, item: str, policy: str, linked: bool, since: int) -> None:
        """An interpretation is seen, with or without its link."""
        self.tell("interpretation.published", SITE, since, item=item, policy=policy, links=[policy] if linked else [])

    @rule(item=st.sampled_from(["p1", "p2"]), links=st.lists(st.sampled_from(["r1", "r2"]), max_size=2), since=ago)
    def policy_published(self, item: str, links: list[str], since: int) -> None:
        """A policy is seen with its links."""
        self.tell("policy.published", SITE, since, item=item, links=links)

    @rule(item=item, shown=st.integers(3, 4), since=ago)
    def answer_published(self, item: str, shown: int, since: int) -> None:
        """An answered message is shown, whole or not."""
        self.tell("answer.published", SITE, since, item=item, fields=FIELDS[:shown])

    @rule(since=ago)
    def answers_looked_at(self, since: int) -> None:
        """Somebody looks for new answers."""
        self.tell("answers.checked", SITE, since)

    # -- what is decided ---------------------------------------------------------------------------------------

    @rule(number=few, rule_id=incidents, decision=decisions, since=ago)
    def ruled(self, number: int, rule_id: str, decision: str, since: int) -> None:
        """A suspicion is raised, or a person decides."""
        self.rule_on(SITE, rule_id, decision, number, since)

    @rule(rule_id=rules, until=ahead, since=ago)
    def exempted(self, rule_id: str, until: int, since: int) -> None:
        """An exception is recorded."""
        more = {"ends": to_text(self.now + until), "authority": "省府办", "reason": "改版"}
        self.tell("exemption.granted", SITE, since, rule=rule_id, **more)

    @rule(gone=seldom, services=st.booleans(), navigation=st.booleans(), since=ago)
    def moved(self, *, gone: bool, services: bool, navigation: bool, since: int) -> None:
        """The site is closed, or registered again."""
        more = {"external_services": services, "navigation_home": navigation}
        if gone:
            self.tell("site.closed", SITE, since, reason="关停")
        else:
            self.tell("site.registered", SITE, since, unit="u1", name="某网站", **more)

    @rule(since=ago)
    def transferred(self, since: int) -> None:
        """Another unit answers for it: nothing is judged otherwise for that."""
        self.tell("site.transferred", SITE, since, from_unit="u1", to_unit="u2")


class OfTheNation(Sites):
    """Under the national pack."""

    law = law()


class OfDays(Sites):
    """Where everything happens within days."""

    law = mini_law()


TestSitesOfTheNation = OfTheNation.TestCase
TestSitesOfDays = OfDays.TestCase
TestSitesOfTheNation.settings = TestSitesOfDays.settings = search(30, 35)
