"""How a pack's dated values are read, inherited and overridden. Each test writes a small pack and loads it."""

from datetime import date
from pathlib import Path

import pytest

from rules.loader import load_pack, pack_ids
from rules.pack import Pack
from rules.span import Span, Unit
from rules.words import Standing
from schemas.errors import PackError
from tests.support.packs import POSTS, TEN_DAYS, UNTIL_2022, load_heir, load_posts, write, write_city


def window_days(pack: Pack, *days: date) -> list[int]:
    """P-1's window in days, on each of `days`."""
    spans: list[Span] = [pack.rule("P-1").values_at(day)["window"] for day in days]
    assert all(span.unit is Unit.DAY for span in spans)
    return [span.n for span in spans]


def test_a_city_keeps_its_pack_in_a_folder_of_its_own(tmp_path: Path) -> None:
    """A pack outside of the package is found beside those inside, and its values are typed."""
    pack = load_posts(tmp_path)
    assert pack_ids([tmp_path]) == ("cn-2019", "minhou-2025", "root")
    values = pack.rule("P-1").values_at(date(2020, 1, 1))
    assert values["window"] == Span(14, Unit.DAY)
    assert values["needs_look"] is True
    with pytest.raises(TypeError):
        values["window"] = Span(1, Unit.DAY)  # type: ignore[index]


def test_a_text_nobody_translated_is_shown_as_it_is(tmp_path: Path) -> None:
    """A city may write Chinese only."""
    title = load_posts(tmp_path, ("title: {zh: 更新, en: updates}", "title: 更新")).rule("P-1").title
    assert (title.zh, title.en) == ("更新", "更新")


def test_a_threshold_changes_on_its_day(tmp_path: Path) -> None:
    """A new dated value is a line in the file: 14 days until 2023-06-30, 10 days from 2023-07-01 on."""
    new = "2023-07-01: {value: 10 days, verified: true, sources: [A]}}}"
    pack = load_posts(tmp_path, ("sources: [A]}}}", "sources: [A]}, " + new))
    assert window_days(pack, date(2020, 1, 1), date(2023, 6, 30), date(2023, 7, 1)) == [14, 14, 10]
    assert pack.boundaries() == (date(2020, 1, 1), date(2023, 7, 1))


def test_a_rule_that_ended(tmp_path: Path) -> None:
    """A rule holds on its last day and no longer on the next, which is a boundary."""
    pack = load_posts(tmp_path, ("valid: {from: 2020-01-01}", "valid: {from: 2020-01-01, to: 2021-12-31}"))
    rule = pack.rule("P-1")
    assert rule.in_force(date(2021, 12, 31))
    assert not rule.in_force(date(2022, 1, 1))
    assert not list(pack.in_force(date(2022, 1, 1)))
    assert pack.boundaries() == (date(2020, 1, 1), date(2022, 1, 1))
    with pytest.raises(PackError, match="P-1 is not in force on 2022-01-01"):
        rule.values_at(date(2022, 1, 1))


def test_a_rule_that_has_not_begun(tmp_path: Path) -> None:
    """The day before its first day a rule says nothing."""
    rule = load_posts(tmp_path).rule("P-1")
    assert not rule.in_force(date(2019, 12, 31))
    with pytest.raises(PackError, match="not in force on 2019-12-31"):
        rule.values_at(date(2019, 12, 31))


def test_an_unknown_number_is_none_and_not_official(tmp_path: Path) -> None:
    """Points that no text gives are None: nobody takes nought for them."""
    rule = load_posts(tmp_path).rule("P-1")
    assert rule.points_at(date(2020, 1, 1)) == {"cap": None}
    assert not rule.official("cap", date(2020, 1, 1))


def test_the_heir_is_stricter_from_its_day_on(tmp_path: Path) -> None:
    """A local value holds from its own date; before it the inherited one."""
    pack = load_heir(tmp_path, TEN_DAYS)
    assert window_days(pack, date(2021, 12, 31), date(2022, 1, 1)) == [14, 10]
    assert pack.rule("P-1").pack == "root"


def test_after_the_heirs_last_day_the_inherited_value_holds_again(tmp_path: Path) -> None:
    """A local rule for 2022 only leaves 2023 as it was."""
    pack = load_heir(tmp_path, TEN_DAYS.replace("{from: 2022-01-01}", UNTIL_2022, 1))
    assert window_days(pack, date(2022, 12, 31), date(2023, 1, 1)) == [10, 14]
    assert pack.boundaries() == (date(2020, 1, 1), date(2022, 1, 1), date(2023, 1, 1))


def test_a_pack_that_ended_takes_its_values_with_it(tmp_path: Path) -> None:
    """The end of the pack ends what it overrides."""
    pack = load_heir(tmp_path, TEN_DAYS, valid=UNTIL_2022)
    assert window_days(pack, date(2022, 12, 31), date(2023, 1, 1)) == [10, 14]


def test_of_two_values_the_later_dated_holds(tmp_path: Path) -> None:
    """When the nation changes the number after the city did, the nation's holds until the city dates its own anew."""
    root = POSTS.replace(
        "sources: [A]}}}", "sources: [A]}, 2023-01-01: {value: 7 days, verified: true, sources: [A]}}}"
    )
    pack = load_heir(tmp_path, TEN_DAYS, root=root)
    assert window_days(pack, date(2022, 12, 31), date(2023, 1, 1)) == [10, 7]


def test_of_two_values_of_one_day_the_heirs_holds(tmp_path: Path) -> None:
    """On a tie the nearer pack decides, and says so."""
    root = POSTS.replace(
        "sources: [A]}}}", "sources: [A]}, 2022-01-01: {value: 7 days, verified: true, sources: [A]}}}"
    )
    pack = load_heir(tmp_path, TEN_DAYS, root=root)
    assert window_days(pack, date(2022, 1, 1)) == [10]
    dated = pack.rule("P-1").dated("window", date(2022, 1, 1))
    assert dated is not None
    assert dated.pack == "heir"


def test_the_heir_may_add_rules(tmp_path: Path) -> None:
    """What a city asks for besides the nation's rules stands beside them."""
    pack = load_heir(tmp_path, POSTS.replace("P-1", "P-2").replace("2020-01-01", "2022-01-01"), name="local/P-2")
    assert tuple(pack.rules) == ("P-1", "P-2")
    assert pack.rule("P-2").pack == "heir"
    assert pack.files["P-2"] == "heir/local/P-2.yaml"


def test_the_heir_may_score_in_its_own_way(tmp_path: Path) -> None:
    """A city's bonus of 10 replaces the nation's 30 from its day on; the rest of the scoring is inherited."""
    scoring = "scoring: {website: {bonus_max: {values: {2023-01-01: {value: 10, verified: true, sources: [A]}}}}}\n"
    write_city(tmp_path, scoring, inherits="cn-2019", valid="{from: 2023-01-01}")
    pack = load_pack("city", search=[tmp_path])
    assert pack.scoring_at("website", date(2022, 12, 31))["bonus_max"] == 30
    website = pack.scoring_at("website", date(2023, 1, 1))
    assert (website["bonus_max"], website["deduct_max"]) == (10, 100)


def test_any_change_of_the_law_changes_the_version(tmp_path: Path) -> None:
    """Two packs that differ in one threshold can't be taken for one another."""
    for name, days in (("one", "14 days"), ("two", "14 days"), ("three", "15 days")):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "root", {"local/P-1": POSTS.replace("14 days", days)})
    one, two, three = (load_pack("root", search=[tmp_path / name]).version for name in ("one", "two", "three"))
    assert one == two != three


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ("verified: true, sources: [A]", Standing.VERIFIED),
        ("verified: false, sources: [A]", Standing.UNVERIFIED),
        ("recalled: true, confidence: low", Standing.RECALLED),
        ("default: true, why: 未定", Standing.DEFAULT),
    ],
)
def test_only_a_verified_value_is_official(tmp_path: Path, said: str, standing: Standing) -> None:
    """What is seen in the law, seen in part, recalled, or ours are four things; only the first is official."""
    rule = load_posts(tmp_path, ("14 days, verified: true, sources: [A]", f"14 days, {said}")).rule("P-1")
    dated = rule.dated("window", date(2020, 1, 1))
    assert dated is not None
    assert dated.standing is standing
    assert rule.official("window", date(2020, 1, 1)) is (standing is Standing.VERIFIED)
