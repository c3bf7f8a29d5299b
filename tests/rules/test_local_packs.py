"""A county's pack beside the nation's: what it changes, since when, and what it leaves alone."""

from datetime import date

import pytest

from rules.loader import load_pack, pack_ids
from rules.pack import Pack
from rules.span import parse_span

FIRST_DAY = date(2019, 4, 1)


@pytest.fixture(scope="module")
def national() -> Pack:
    """The national pack."""
    return load_pack("cn-2019")


def test_the_night_before_minhous_own_rule() -> None:
    """闽侯 asks for a post every 10 days from 2025 on; on New Year's Eve the nation's 14 days still hold."""
    rule = load_pack("minhou-2025").rule("M-V2a")
    assert rule.values_at(date(2024, 12, 31))["window"] == parse_span("14 days")
    assert rule.values_at(date(2025, 1, 1))["window"] == parse_span("10 days")


def test_what_minhou_leaves_alone_is_the_nations(national: Pack) -> None:
    """A local pack changes what it names and inherits the rest, with its sources."""
    county = load_pack("minhou-2025")
    assert county.chain == ("minhou-2025", "cn-2019")
    assert set(county.rules) == set(national.rules)
    assert county.rule("W-V3").values_at(date(2025, 6, 1)) == national.rule("W-V3").values_at(date(2025, 6, 1))
    assert county.official("M-V2a", "window", date(2025, 1, 1))
    dated = county.rule("M-V2a").dated("window", date(2025, 1, 1))
    assert dated is not None
    assert (dated.pack, dated.sources) == ("minhou-2025", ("MH25",))


def test_the_days_on_which_the_law_changes(national: Pack) -> None:
    """The core re-reads its values on these days and on no others."""
    assert national.boundaries() == (FIRST_DAY,)
    assert load_pack("minhou-2025").boundaries() == (FIRST_DAY, date(2025, 1, 1))


def test_equal_law_has_an_equal_version(national: Pack) -> None:
    """A judgement names the version it was made under; reading the same files again gives the same one."""
    assert load_pack("cn-2019").version == national.version
    assert load_pack("minhou-2025").version != national.version
    assert len(national.version) == 12


def test_both_packs_are_listed() -> None:
    """What can be loaded can be listed."""
    assert pack_ids() == ("cn-2019", "minhou-2025")
