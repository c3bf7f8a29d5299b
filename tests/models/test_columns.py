"""Columns against their models: W-D04 to W-D11 of each, and W-V4a, W-V4b, W-V4c of the site."""

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from schemas.instants import DAY, to_text
from schemas.words import SubjectKind
from tests.laws.logs import SITE
from tests.laws.pack import mini_law
from tests.models.machine import Machine, ago, ahead, search, seldom
from tests.support.laws import law

CLASSES = ("news", "policy", "notice", "other", "interpretation", "service_statistics")
CYCLES = ("2 days", "1 month", "10 working days", None)
item = st.sampled_from(["i1", "i1", "i2", "i3"])
place = st.integers(0, 99)
rules = st.sampled_from(["W-V4a", "W-V4a", "W-V4b", "W-V4c", "W-D04", "W-D09"])


class Columns(Machine):
    """A site of as many columns as it takes to break its rules."""

    kinds: ClassVar = (SubjectKind.SITE, SubjectKind.COLUMN)
    classes: ClassVar[tuple[str, ...]]

    @initialize()
    def register(self) -> None:
        """The site, and its columns."""
        self.tell("site.registered", SITE, unit="u1", name="某网站")
        for number, column_class in enumerate(self.classes):
            self.enter(number, column_class, None)

    def column(self, number: int) -> str:
        """One of the columns."""
        return f"{SITE}/column/c{number % len(self.classes):02}"

    def enter(self, number: int, column_class: str, cycle: str | None, since: int = 0) -> None:
        """A registry entry."""
        more = {} if cycle is None else {"cycle": cycle}
        known: dict[str, Any] = {
            "name": "栏目",
            "unit": "u1",
            "column_class": column_class,
            "level": 1 + number % 9 // 8,
        }
        self.tell("column.registered", self.column(number), since, **known, **more)

    # -- what is seen ------------------------------------------------------------------------------------------

    @rule(number=place, item=item, repost=st.booleans(), since=ago)
    def updated(self, *, number: int, item: str, repost: bool, since: int) -> None:
        """An item appears."""
        self.tell("column.updated", self.column(number), since, item=item, repost=repost)

    @rule(number=place, item=item, since=ago)
    def removed(self, number: int, item: str, since: int) -> None:
        """An item is taken out."""
        self.tell("column.item_removed", self.column(number), since, item=item)

    @rule(
        number=place,
        latest=st.none() | st.sampled_from([0, DAY, 5 * DAY]),
        items=st.none() | st.integers(0, 2),
        since=ago,
    )
    def looked(self, number: int, latest: int | None, items: int | None, since: int) -> None:
        """Somebody looks at one column."""
        seen = {} if latest is None else {"latest": to_text(self.now - since - latest)}
        self.tell("column.checked", self.column(number), since, **seen, **({} if items is None else {"items": items}))

    @rule(most=place, items=st.none() | st.integers(0, 1))
    def looked_at_many(self, most: int, items: int | None) -> None:
        """Somebody looks at the first few columns, or all."""
        for number in range(most % len(self.classes) + 1):
            self.tell("column.checked", self.column(number), **({} if items is None else {"items": items}))

    @rule(least=place)
    def updated_many(self, least: int) -> None:
        """The last few columns get an item each."""
        for number in range(least % len(self.classes), len(self.classes)):
            self.tell("column.updated", self.column(number), item=f"n{len(self.sent)}")

    # -- what is decided ---------------------------------------------------------------------------------------

    @rule(number=place, column_class=st.sampled_from(CLASSES), cycle=st.sampled_from(CYCLES), since=ago)
    def entered(self, number: int, column_class: str, cycle: str | None, since: int) -> None:
        """A column's entry changes, or it is opened again."""
        self.enter(number, column_class, cycle, since)

    @rule(number=place, since=ago)
    def closed(self, number: int, since: int) -> None:
        """A column is taken down."""
        self.tell("column.closed", self.column(number), since, reason="整合")

    @rule(number=place, rule_id=rules, whole=seldom, until=ahead, since=ago)
    def exempted(self, *, number: int, rule_id: str, whole: bool, until: int, since: int) -> None:
        """An exception is recorded, for a column or for the site."""
        subject = SITE if whole else self.column(number)
        more = {"ends": to_text(self.now + until), "authority": "省府办", "reason": "改版"}
        self.tell("exemption.granted", subject, since, rule=rule_id, **more)

    @rule(gone=seldom, services=st.booleans(), since=ago)
    def moved(self, *, gone: bool, services: bool, since: int) -> None:
        """The site is closed, or registered again."""
        if gone:
            self.tell("site.closed", SITE, since, reason="关停")
        else:
            self.tell("site.registered", SITE, since, unit="u1", name="某网站", external_services=services)


class OfTheNation(Columns):
    """Under the national pack: five stale ones, or ten past their cycle, or five blank ones."""

    law = law()
    classes = ("news",) * 4 + (
        "policy",
        "notice",
        "other",
        "other",
        "interpretation",
        "service_statistics",
        "disclosure",
    )


class OfDays(Columns):
    """Where two suffice, and everything happens within days."""

    law = mini_law()
    classes = ("news", "policy", "other", "service_statistics")


TestColumnsOfTheNation = OfTheNation.TestCase
TestColumnsOfDays = OfDays.TestCase
TestColumnsOfTheNation.settings = search(20, 25)
TestColumnsOfDays.settings = search(30, 25)
