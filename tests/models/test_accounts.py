"""Accounts against their models: posts, features, apps, filing, incidents; the holdings of units; an observer."""

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from schemas.instants import DAY, HOUR, to_text
from schemas.words import SubjectKind
from tests.laws.logs import OBSERVER
from tests.laws.pack import mini_law
from tests.models.machine import Machine, ago, ahead, decisions, few, search, seldom
from tests.models.world import CLOSED, REGISTERED, TRANSFERRED
from tests.support.laws import law

ACCOUNTS = ("wechat:a", "wechat:b", "app:c")
accounts = st.sampled_from(ACCOUNTS)
units = st.sampled_from(["u1", "u1", "u2"])
post = st.sampled_from(["p1", "p1", "p2", "p3"])
incidents = st.sampled_from(["M-V1a", "M-V1a", "M-V1a", "M-V1b", "M-V1c", "M-V1d", "M-V3b"])
HOLDINGS = ("u1@wechat", "u2@wechat")


class Accounts(Machine):
    """Two accounts of a platform, an app, and who watches them."""

    kinds: ClassVar = (SubjectKind.ACCOUNT, SubjectKind.HOLDING, SubjectKind.OBSERVER)

    @initialize()
    def register(self) -> None:
        """The first account and the app are known from the beginning."""
        self.enter("wechat:a", "u1")
        self.enter("app:c", "u1")

    def enter(self, account: str, unit: str, since: int = 0, **more: Any) -> None:
        """A registry entry; those of an account come one after the other, as a registry is kept."""
        known = {"unit": unit, "name": "健康某市", "platform": account.partition(":")[0], "account_type": "plain"}
        self.tell("account.registered", account, self.after_entries(account, since), **known, **more)

    def after_entries(self, account: str, since: int) -> int:
        """So long ago, but not before the account's newest entry."""
        entries = self.world.of(account, REGISTERED, TRANSFERRED, CLOSED)
        return min(since, self.now - entries[-1].time) if entries else since

    def unit_of(self, account: str) -> str | None:
        """Who has an account."""
        entries = self.world.of(account, REGISTERED, TRANSFERRED, CLOSED)
        if not entries or entries[-1].word == CLOSED:
            return None
        unit: str = entries[-1].data.get("to_unit") or entries[-1].data["unit"]
        return unit

    # -- what is seen ------------------------------------------------------------------------------------------

    @rule(account=accounts, post=post, repost=st.booleans(), since=ago)
    def posted(self, *, account: str, post: str, repost: bool, since: int) -> None:
        """An account posts."""
        self.tell("account.posted", account, since, post=post, repost=repost)

    @rule(account=accounts, post=post, since=ago)
    def deleted(self, account: str, post: str, since: int) -> None:
        """A post is deleted."""
        self.tell("account.post_deleted", account, since, post=post)

    @rule(account=accounts, latest=st.none() | st.sampled_from([0, DAY, 5 * DAY]), since=ago)
    def looked(self, account: str, latest: int | None, since: int) -> None:
        """Somebody looks at an account."""
        seen = {} if latest is None else {"latest": to_text(self.now - since - latest)}
        self.tell("account.checked", account, since, **seen)

    @rule(account=accounts, feature=st.sampled_from(["menu", "comment", "feedback"]), works=st.booleans(), since=ago)
    def feature_tested(self, *, account: str, feature: str, works: bool, since: int) -> None:
        """Somebody tries to reach the unit."""
        self.tell("account.feature_tested", account, since, feature=feature, works=works)

    @rule(downloadable=st.booleans(), usable=st.booleans(), since=ago)
    def app_tested(self, *, downloadable: bool, usable: bool, since: int) -> None:
        """Somebody downloads the app and starts it."""
        self.tell("account.app_tested", "app:c", since, downloadable=downloadable, usable=usable)

    @rule(since=ago)
    def reported(self, since: int) -> None:
        """The observer says that it is at work."""
        self.tell("observer.reported", OBSERVER, since, looked_at=3)

    # -- what the registry says --------------------------------------------------------------------------------

    @rule(account=accounts, unit=units, opens=st.none() | ahead.map(lambda one: -one) | ahead, since=ago)
    def entered(self, account: str, unit: str, opens: int | None, since: int) -> None:
        """An account is registered, again or elsewhere, or announced."""
        self.enter(account, unit, since, **({} if opens is None else {"opened": to_text(self.now + opens)}))

    @rule(account=accounts, took=ahead)
    def entered_as_filed(self, account: str, took: int) -> None:
        """The registry knows when it was opened and filed."""
        opened = self.now - 30 * DAY
        self.enter(account, "u1", opened=to_text(opened), filed=to_text(min(opened + took, self.now)))

    @rule(account=accounts, since=ago)
    def filed(self, account: str, since: int) -> None:
        """An account is filed."""
        self.tell("account.filed", account, since)

    @rule(account=accounts, unit=units, since=ago)
    def transferred(self, account: str, unit: str, since: int) -> None:
        """An account passes to another unit."""
        known = self.unit_of(account)
        if known is not None:
            units = {"from_unit": known, "to_unit": unit, "platform": account.partition(":")[0]}
            self.tell("account.transferred", account, self.after_entries(account, since), **units)

    @rule(account=accounts, really=seldom, since=ago)
    def closed(self, *, account: str, really: bool, since: int) -> None:
        """An account is closed by whoever has it."""
        unit = self.unit_of(account)
        if really and unit is not None:
            platform = account.partition(":")[0]
            self.tell("account.closed", account, self.after_entries(account, since), unit=unit, platform=platform)

    # -- what is decided ---------------------------------------------------------------------------------------

    @rule(account=accounts, rule_id=st.sampled_from(["M-V2a", "M-V3a", "X-M2"]), until=ahead, since=ago)
    def exempted(self, account: str, rule_id: str, until: int, since: int) -> None:
        """An exception is recorded."""
        more = {"ends": to_text(self.now + until), "authority": "省府办", "reason": "另办"}
        self.tell("exemption.granted", account, since, rule=rule_id, **more)

    @rule(
        holding=st.sampled_from(HOLDINGS), account=st.sampled_from([*ACCOUNTS[:2], None]), until=ahead | st.none(),
        rule_id=st.sampled_from(["X-M1", "X-M1", "M-V2a"]), since=ago,
    )  # fmt: skip
    def excepted(self, holding: str, account: str | None, until: int | None, rule_id: str, since: int) -> None:
        """An exception is recorded for a unit's accounts, or for one of them."""
        more = ({} if until is None else {"ends": to_text(self.now + until)}) | (
            {"account": account} if account else {}
        )
        self.tell("exemption.granted", holding, since, rule=rule_id, authority="省府办", reason="双号", **more)

    @rule(account=accounts, number=few, rule_id=incidents, decision=decisions, since=ago)
    def ruled(self, account: str, number: int, rule_id: str, decision: str, since: int) -> None:
        """A suspicion is raised, or a person decides."""
        self.rule_on(account, rule_id, decision, number, since)

    @precondition(lambda self: self.now % DAY)
    @rule()
    def midnight(self) -> None:
        """Time passes until the end of the day, where working days end."""
        self.now += DAY - (self.now + 8 * HOUR) % DAY


class OfTheNation(Accounts):
    """Under the national pack."""

    law = law()


class OfDays(Accounts):
    """Where everything happens within days."""

    law = mini_law()


TestAccountsOfTheNation = OfTheNation.TestCase
TestAccountsOfDays = OfDays.TestCase
TestAccountsOfTheNation.settings = TestAccountsOfDays.settings = search(40, 30)
