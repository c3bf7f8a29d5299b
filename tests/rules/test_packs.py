"""The packs that come with Xuncha say what the catalogue says, and how far each number can be trusted."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from rules.loader import load_pack
from rules.pack import Pack
from rules.rule import Dated, Rule
from rules.span import parse_span
from rules.vocabulary import vocabulary
from rules.words import Effect, Group, Kind, Severity, Standing, Text, Window
from schemas.words import ColumnClass

HERE = Path(__file__).parent
FIRST_DAY = date(2019, 4, 1)
OUR_OWN = {"W-D17a", "W-D17b", "O-1"}
"""Ids that the catalogue doesn't have: two halves of W-D17, and the watch over our own observers."""


@pytest.fixture(scope="module")
def national() -> Pack:
    """The national pack."""
    return load_pack("cn-2019")


def catalogue_ids() -> list[str]:
    """Every id of the reference catalogue."""
    return (HERE / "catalogue-ids.txt").read_text(encoding="utf-8").split()


def catalogue_verified() -> dict[str, bool]:
    """Which indicators of the reference catalogue are verified."""
    table: dict[str, bool] = yaml.safe_load((HERE.parent / "data" / "catalogue-verified.yaml").read_text("utf-8"))
    return table


def every_value(pack: Pack) -> list[tuple[str, str, Dated]]:
    """Each dated value of each rule, as (rule, name, value)."""
    return [
        (rule.id, name, dated)
        for rule in pack.rules.values()
        for table in (rule.parameters, rule.points)
        for name, parameter in table.items()
        for dated in parameter.history
    ]


def test_every_entry_of_the_catalogue_is_a_rule(national: Pack) -> None:
    """The 85 indicators and 18 local codes are all there, and nothing else but the three of our own."""
    ids = catalogue_ids()
    assert len(ids) == 85 + 18
    assert set(national.rules) == {*ids, *OUR_OWN}


@pytest.mark.parametrize(
    ("group", "prefix", "count"),
    [
        (Group.SITE_VETO, "W-V", 20),
        (Group.ACCOUNT_VETO, "M-V", 11),
        (Group.SITE_DEDUCT, "W-D", 27),
        (Group.SITE_BONUS, "W-B", 8),
        (Group.SUPERVISION, "S-", 10),
        (Group.AROUND, "G-", 11),
        (Group.LOCAL, ("X-", "O-"), 19),
    ],
)
def test_each_group_holds_its_own(national: Pack, group: Group, prefix: str | tuple[str, ...], count: int) -> None:
    """A rule stands in the folder of its kind, so that a lawyer finds it."""
    rules = national.of_group(group)
    assert len(rules) == count
    assert all(rule.id.startswith(prefix) for rule in rules)


def test_the_verified_flags_are_the_catalogues(national: Pack) -> None:
    """53 indicators are verified, 32 are not; no rule claims more than its stored text."""
    flags = catalogue_verified()
    assert sum(flags.values()) == 53
    assert {each: national.rule(each).verified for each in flags} == flags


@pytest.mark.parametrize(
    ("rule", "name", "value"),
    [
        ("W-V2", "window", "7 days"),
        ("W-V2", "probes_per_day_min", 20),
        ("W-V2", "timeout_seconds", 15),
        ("W-V2", "ratio", Fraction(1, 20)),
        ("W-V3", "window", "14 days"),
        ("W-V4a", "news_window", "14 days"),
        ("W-V4a", "policy_window", "6 months"),
        ("W-V4a", "at_least", 5),
        ("W-V4b", "at_least", 10),
        ("W-V4c", "at_least", 5),
        ("W-V5b", "limit", "3 months"),
        ("W-V5b", "lookback", "12 months"),
        ("M-V2a", "window", "14 days"),
        ("W-D04", "window", "14 days"),
        ("W-D05", "window", "6 months"),
        ("W-D05", "not_updated", 5),
        ("W-D11", "window", "3 months"),
        ("W-D11", "not_updated", 2),
        ("W-D17a", "window", "2 months"),
        ("W-D17a", "not_updated", 3),
        ("W-D18", "limit", "5 working days"),
        ("W-B5", "activities_at_least", 6),
        ("S-D3", "limit", "1 month"),
        ("S-D3", "each_unclosed", 3),
        ("S-D3", "each_closed_late", 2),
        ("S-D6", "due", "01-31"),
        ("S-B1", "award", 5),
        ("G-4", "limit", "7 working days"),
        ("G-4", "complex_limit", "15 working days"),
        ("G-5", "limit", "3 working days"),
        ("X-M1", "max", 1),
    ],
)
def test_the_numbers_seen_in_the_law(national: Pack, rule: str, name: str, value: str | int | Fraction) -> None:
    """The deadlines, counts and points that a stored text gives, each marked as official."""
    dated = national.rule(rule).dated(name, FIRST_DAY)
    assert dated is not None
    assert dated.value == (value if name == "due" or not isinstance(value, str) else parse_span(value))
    assert dated.sources
    assert national.official(rule, name, FIRST_DAY)


@pytest.mark.parametrize(
    ("rule", "name", "standing"),
    [
        ("W-V6b", "missing_classes_at_least", Standing.RECALLED),
        ("W-D04", "not_updated", Standing.RECALLED),
        ("S-V2", "sites_at_least", Standing.RECALLED),
        ("W-D06", "window", Standing.UNVERIFIED),
        ("W-V3", "undated_counts", Standing.UNVERIFIED),
        ("W-D12", "each_deficient_item", Standing.UNVERIFIED),
        ("W-V2", "warn_ratio", Standing.DEFAULT),
        ("M-V2a", "edge", Standing.DEFAULT),
        ("X-M2", "limit", Standing.DEFAULT),
        ("O-1", "window", Standing.DEFAULT),
    ],
)
def test_a_number_of_ours_is_never_official(national: Pack, rule: str, name: str, standing: Standing) -> None:
    """What is recalled, unverified or our own default is told apart, so that a view marks it 「未核实」."""
    dated = national.rule(rule).dated(name, FIRST_DAY)
    assert dated is not None
    assert dated.standing is standing
    assert not national.official(rule, name, FIRST_DAY)


def test_a_name_that_a_rule_lacks_is_not_official(national: Pack) -> None:
    """Asking for a number that isn't there is answered with no, not with an error on a page."""
    assert not national.official("M-V2a", "ratio", FIRST_DAY)


def test_only_the_recalled_says_how_sure_somebody_was(national: Pack) -> None:
    """Every recalled value carries its confidence, and no other does."""
    for rule, name, dated in every_value(national):
        assert (dated.confidence is not None) == (dated.standing is Standing.RECALLED), f"{rule} {name}"


def test_what_is_recalled_only_is_no_verified_rule(national: Pack) -> None:
    """A rule whose only source is memory isn't verified, and no verified number rests on memory."""
    assert not [rule.id for rule in national.rules.values() if rule.verified and "MEM" in rule.sources]
    assert not [
        (rule, name) for rule, name, dated in every_value(national) if dated.official and "MEM" in dated.sources
    ]


def test_every_text_is_in_two_languages(national: Pack) -> None:
    """Officials read Chinese, others English; a note or a reason is given in both."""
    told = [(each.id, text) for each in national.rules.values() for text in texts_of(each)]
    assert not [(rule, text) for rule, text in told if text.zh == text.en or not text.en.strip()]


def texts_of(rule: Rule) -> list[Text]:
    """Every text of a rule that people read, but for its clause, which is a citation."""
    values = [dated for table in (rule.parameters, rule.points) for each in table.values() for dated in each.history]
    told = [rule.title, rule.scope, rule.note, *rule.unverified_parts, *(dated.why for dated in values)]
    return [text for text in told if text is not None]


def test_the_composites(national: Pack) -> None:
    """W-V1, W-V4, W-V5, W-V6, M-V1, M-V2, M-V3 and W-D17 break when one of their parts does."""
    groups = {rule.id: rule.any_of for rule in national.of_window(Window.GROUP)}
    assert set(groups) == {"W-V1", "W-V4", "W-V5", "W-V6", "M-V1", "M-V2", "M-V3", "W-D17"}
    assert groups["W-V1"] == ("W-V1a", "W-V1b", "W-V1c", "W-V1d", "W-V1e", "W-V1f")
    assert groups["W-D17"] == ("W-D17a", "W-D17b")


def test_six_site_vetoes_and_three_account_vetoes(national: Pack) -> None:
    """广东 counts 六项 site vetoes and 三项 account vetoes: those that are part of no other."""
    vetoes = [rule.id for rule in national.rules.values() if rule.kind is Kind.VETO and rule.parent is None]
    assert vetoes == ["W-V1", "W-V2", "W-V3", "W-V4", "W-V5", "W-V6", "M-V1", "M-V2", "M-V3"]


def test_vetoes_and_only_vetoes_are_urgent(national: Pack) -> None:
    """Somebody is woken for a veto, not for a deduction."""
    for rule in national.rules.values():
        assert (rule.severity is Severity.URGENT) == (rule.kind is Kind.VETO), rule.id


def test_supervision_says_what_each_of_its_rules_does(national: Pack) -> None:
    """The yearly assessment has vetoes, deductions and a bonus of its own."""
    effects = {rule.id: rule.effect for rule in national.of_group(Group.SUPERVISION)}
    assert [each for each, effect in effects.items() if effect is Effect.VETO] == ["S-V1", "S-V2"]
    assert effects["S-B1"] is Effect.BONUS
    assert effects["S-D3"] is Effect.DEDUCT


def test_stale_columns_are_charged_once(national: Pack) -> None:
    """W-D09 leaves out every class that has an indicator of its own, and no class is left out by all."""
    charging = (national.rule(each) for each in ("W-D04", "W-D05", "W-D06", "W-D09", "W-D11"))
    charged = [column_class for rule in charging for column_class in rule.applies["column_class"]]
    assert sorted(charged) == sorted(ColumnClass)


def test_the_vocabulary_names_the_column_classes_of_the_registry() -> None:
    """A class that the registry knows can be named by a rule, and no other."""
    words = vocabulary().parameters
    assert set(words["news_classes"].choices) == set(words["policy_classes"].choices) == set(ColumnClass)


def test_each_open_question_has_its_answer_in_a_parameter(national: Pack) -> None:
    """The nine questions that the texts leave open, and five of ours, name the parameters that hold our default."""
    assert [question.id for question in national.open_questions] == [f"Q{n}" for n in range(1, 10)] + [
        f"H{n}" for n in range(1, 6)
    ]
    answers = {question.id: question.parameters for question in national.open_questions}
    assert answers["Q1"] == ("edge", "count")
    assert answers["Q5"] == ("late_counts",)


def test_how_sites_are_scored(national: Pack) -> None:
    """100 points to lose, 30 to gain above 80, failed below 60; without services base 75 and 4/3: full marks again."""
    website = national.scoring_at("website", FIRST_DAY)
    assert (website["deduct_max"], website["bonus_max"]) == (100, 30)
    assert (website["fail_below"], website["bonus_only_above"]) == (60, 80)
    assert website["no_services_base"] * website["no_services_factor"] == website["deduct_max"]
