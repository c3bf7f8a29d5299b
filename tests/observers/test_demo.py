"""The demonstration: a stream of observations reconstructed from a bulletin, the same on every machine."""

import hashlib
import re
from collections import Counter
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from observers.demo import (
    Stamped,
    demo_checkpoint,
    demo_default,
    demo_events,
    demo_registry,
    demo_size,
    demo_stamped,
    demo_story,
)
from observers.demo.dice import Dice
from observers.registry import registry_events
from schemas.instants import to_ms
from schemas.observations import MANY

FOLDER = Path(str(files("observers.demo"))) / demo_default()


@pytest.fixture(scope="module")
def stamped() -> list[Stamped]:
    """The whole stream."""
    return list(demo_stamped())


def expected() -> Any:
    """What the bulletin found."""
    return yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))


class TestTheStream:
    """Valid, in order, within its period, and always the same."""

    def test_every_event_is_a_valid_observation(self, stamped: list[Stamped]) -> None:
        """Against the same models that the intake uses, and none twice."""
        MANY.validate_python([one.event for one in stamped])
        assert len({one.event["id"] for one in stamped}) == len(stamped)

    def test_in_the_order_in_which_it_could_be_known(self, stamped: list[Stamped]) -> None:
        """The registry first, then by `observedtime`; nothing was seen before the quarter or at the checkpoint."""
        checkpoint = demo_checkpoint()
        seen = [one.seen for one in stamped]
        assert seen == sorted(seen)
        assert (seen[0], seen[-1] < to_ms(checkpoint.at)) == (to_ms(checkpoint.starts), True)
        registered = registry_events(demo_registry())
        assert [one.event for one in stamped[: len(registered)]] == registered

    def test_nothing_is_seen_before_it_is_true(self, stamped: list[Stamped]) -> None:
        """Only a registry entry may be known ahead of its time, as an account that is to open."""
        ahead = {one.event["type"] for one in stamped if to_ms(datetime.fromisoformat(one.event["time"])) > one.seen}
        assert ahead == {"account.registered"}

    def test_the_size_is_known_beforehand(self, stamped: list[Stamped]) -> None:
        """For a progress bar; between 80 and 130 thousand."""
        assert demo_size() == len(stamped)
        assert 80_000 <= len(stamped) <= 130_000

    def test_the_same_every_time(self, stamped: list[Stamped]) -> None:
        """Two runs give the same ids in the same order."""
        again = hashlib.sha256("".join(event["id"] for event in demo_events()).encode())
        assert again.hexdigest() == hashlib.sha256("".join(one.event["id"] for one in stamped).encode()).hexdigest()

    def test_chance_is_the_same_on_every_machine(self) -> None:
        """A seeded stream has known numbers; should Python change them, all ids would change."""
        dice = Dice("a", 1)
        assert [dice.whole((0, 1000)) for _ in range(5)] == [572, 951, 702, 471, 779]

    def test_every_event_says_that_it_is_reconstructed(self, stamped: list[Stamped]) -> None:
        """In its source; what comes of the story names the fact."""
        sources = {one.event["source"] for one in stamped}
        assert all(source.startswith(f"reconstructed:{demo_default()}/") for source in sources)
        told = {source.rpartition("/")[2] for source in sources if "/story/" in source}
        by_registry = {fact.id for fact in demo_story().facts if fact.kind == "registered"}
        assert told == {fact.id for fact in demo_story().facts} - by_registry

    def test_every_site_is_visited_hourly(self, stamped: list[Stamped]) -> None:
        """All days of the period, few visits fail."""
        visits = Counter(one.event["subject"] for one in stamped if one.event["type"] == "site.probed")
        assert set(visits) == {site.code for site in demo_registry().sites}
        assert set(visits.values()) == {60 * 24}
        failed = [one for one in stamped if one.event["data"].get("opened") is False]
        assert 0 < len(failed) < 0.01 * sum(visits.values())


class TestTheData:
    """What the bulletin states is in the data, and only there."""

    def test_counts_are_the_bulletins(self) -> None:
        """40 units in the two tables, 41 sites, 80 accounts; the failed accounts with their types."""
        registry = demo_registry()
        groups = Counter(unit.group for unit in registry.units)
        assert sorted(groups.values()) == [4, 5, 35]
        assert len(registry.sites) == expected()["sites"]["checked"]
        assert len(registry.accounts) == expected()["accounts"]["checked"]
        types = {"微信订阅号": "subscription", "微信服务号": "service"}
        known = {account.name: account.account_type for account in registry.accounts}
        assert all(known[one["name"]] == types[one["account_type"]] for one in expected()["failed_accounts"])

    def test_filler_is_plainly_named(self) -> None:
        """Nobody should take a made-up account for a real one, nor a made-up code."""
        registry = demo_registry()
        assert all(account.filler == ("补足" in account.name) for account in registry.accounts)
        assert all(site.code.startswith("99") and "虚构" in site.note for site in registry.sites)
        assert all(account.id.partition(":")[2].startswith("demo-") for account in registry.accounts)

    def test_a_fact_of_the_story_says_where_it_comes_from(self) -> None:
        """The bulletin's words, or that they are not the bulletin's."""
        known = {site.code for site in demo_registry().sites} | {one.id for one in demo_registry().accounts}
        known |= {column.key for column in demo_registry().columns}
        for fact in demo_story().facts:
            assert fact.stated is None or len(fact.stated) > 5
            named = [getattr(fact, name, None) for name in ("subject", "account", "site")]
            assert {one for one in [*named, *getattr(fact, "subjects", ())] if one} <= known, fact.id

    def test_no_name_of_the_bulletin_stands_in_code(self) -> None:
        """All of it is data: another city is another folder."""
        names = {unit.name for unit in demo_registry().units} | {demo_registry().area, demo_default()}
        names |= {account.name for account in demo_registry().accounts if not account.filler}
        pattern = re.compile("|".join(map(re.escape, names)))
        root = FOLDER.parent.parent.parent
        product = [root / name for name in ("observers", "rules", "schemas", "streams", "agents", "alerts", "reports")]
        code = [path for folder in product for path in folder.rglob("*.py")]
        assert [path.name for path in code if pattern.search(path.read_text(encoding="utf-8"))] == []
