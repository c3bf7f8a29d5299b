"""What is said of a pack that is wrong: which file, which key, what to do. Each test writes a small pack."""

from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from rules.loader import load_pack, pack_ids
from schemas.errors import PackError
from tests.support.packs import PACK, POSTS, TEN_DAYS, load_heir, load_posts, write, write_city

WRONG = MappingProxyType(
    {
        "unknown source": (
            ("sources: [A]}}}", "sources: [B]}}}"),
            "parameters.window.values.2020-01-01.sources: unknown source 'B'",
        ),
        "unknown source of the rule": (("sources: [A]\n", "sources: [B]\n"), "sources: unknown source 'B'"),
        "missing verified": (("    verified: true\n", ""), "verified: Field required"),
        "no standing": (("default: true, why: 未定", "why: 未定"), "say exactly one of verified: true|false, recalled"),
        "two standings": (
            ("{value: at, default", "{value: at, recalled: true, default"),
            "say exactly one of verified",
        ),
        "verified without sources": (
            ("verified: true, sources: [A]", "verified: true"),
            "a verified value needs sources",
        ),
        "default without why": ((", default: true, why: 未定", ", default: true"), "a default of ours needs why"),
        "unknown window": (("window: freshness", "window: staleness"), "window: Input should be 'freshness'"),
        "unknown memory": (("memory: posts", "memory: tweets"), "memory: Input should be 'home'"),
        "no memory": (("    memory: posts\n", ""), "memory: the window freshness needs the memory it looks at"),
        "unknown parameter": (("  lead:", "  laed:"), "parameters.laed: is not in packs/vocabulary.yaml"),
        "no span": (("14 days", "14 dyas"), "parameters.window.values.2020-01-01: '14 dyas' can't be read as a span"),
        "no choice": (("value: at", "value: near"), "'near' must be of at, after"),
        "no flag": (
            ("value: true, default", "value: 1, default"),
            "parameters.needs_look.values.2020-01-01: 1 must be true",
        ),
        "dated before the rule": (
            ("{2020-01-01: {value: 4", "{2019-12-31: {value: 4"),
            "is dated outside the validity",
        ),
        "begins too late": (("{2020-01-01: {value: 4", "{2020-01-02: {value: 4"), "needs it from 2020-01-01 on"),
        "one date twice": (
            (
                "{value: at, default: true, why: 未定}",
                "{value: at, verified: false}, 2020-01-01: {value: at, verified: false}",
            ),
            "2020-01-01",
        ),
        "quoted date": (("{2020-01-01: {value: 4", "{'2020-01-01': {value: 4"), "parameters.lead.values"),
        "dangling parent": (
            ("kind: veto", "parent: P-9\n    kind: veto"),
            "parent: P-9 is no group with P-1 in its any_of",
        ),
        "parts without a group": (
            ("kind: veto", "any_of: [P-9]\n    kind: veto"),
            "any_of: P-9 is no rule with parent P-1",
        ),
        "unknown condition": (
            ("severity: urgent", "applies: {colour: [red]}\n    severity: urgent"),
            "applies.colour: is no",
        ),
        "wish that can't be met": (
            ("severity: urgent", "applies: {level: [x]}\n    severity: urgent"),
            "applies.level: ",
        ),
        "unknown question": (
            ("default: true, why: 未定", "default: true, question: Q9"),
            "Q9 is no open question of pack.yaml",
        ),
        "unknown key": (
            ("severity: urgent", "severity: urgent\n    colour: red"),
            "colour: Extra inputs are not permitted",
        ),
        "ends before it starts": (("{from: 2020-01-01}", "{from: 2020-01-01, to: 2019-01-01}"), "before it starts on"),
        "outside the pack": (
            ("valid: {from: 2020-01-01}", "valid: {from: 2019-01-01}"),
            "outside the validity of pack root",
        ),
        "lost words": (("en: updates}", "en: updates, daily}"), "put quotes around a text with a comma"),
        "no note": (("window: freshness\n", "window: null\n"), "a rule without a window needs a note"),
        "file of another name": (("id: P-1", "id: P-2"), "id: is 'P-2'; call the file P-2.yaml"),
        "no YAML": (("title: {zh", "title: {{{zh"), "is no YAML"),
    }
)


@pytest.mark.parametrize(("change", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_said_of_a_wrong_indicator(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    """A pack with a fault is refused, and the message names the file and the key."""
    with pytest.raises(PackError) as refused:
        load_posts(tmp_path, change)
    assert said in str(refused.value)
    assert "P-1.yaml" in str(refused.value)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """An editor mends all faults in one go."""
    with pytest.raises(PackError) as refused:
        load_posts(tmp_path, ("14 days", "14 dyas"), ("  lead:", "  laed:"))
    assert len(str(refused.value).splitlines()) == 2


def test_a_folder_that_is_no_group(tmp_path: Path) -> None:
    """A typing error in a folder's name doesn't hide its rules."""
    with pytest.raises(PackError, match="root/lcoal: is no group; use one of site-veto"):
        load_posts(tmp_path, name="lcoal/P-1")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (
            POSTS.replace("2020-01-01", "2022-01-01"),
            "id: P-1 is inherited from root; say `overrides: root` to change it",
        ),
        (
            TEN_DAYS.replace("overrides: root", "overrides: cn-2019"),
            "overrides: cn-2019 has no rule P-1 that this pack",
        ),
        (
            TEN_DAYS.replace("{2022-01-01", "{2021-12-31"),
            "is dated outside the validity, from 2022-01-01; move the date",
        ),
        (TEN_DAYS.replace("{from: 2022", "{from: 2021"), "valid.from: 2021-01-01 is outside the validity of pack heir"),
        (TEN_DAYS + "    kind: deduct\n", "override.kind: Extra inputs are not permitted"),
    ],
)
def test_what_is_said_of_a_wrong_override(tmp_path: Path, override: str, said: str) -> None:
    """An heir changes dated values within its own validity, says whose, and changes nothing else."""
    with pytest.raises(PackError) as refused:
        load_heir(tmp_path, override)
    assert said in str(refused.value)
    assert "P-1.yaml" in str(refused.value)


def test_one_rule_in_two_files(tmp_path: Path) -> None:
    """Two files of one id would make the law depend on which is read last."""
    write(tmp_path, "root", {"local/P-1": POSTS, "around/P-1": POSTS})
    with pytest.raises(PackError, match=r"root/local/P-1\.yaml: id: P-1 stands in root/around/P-1\.yaml too"):
        load_pack("root", search=[tmp_path])


def test_a_pack_that_is_not_there(tmp_path: Path) -> None:
    """The message lists what there is."""
    with pytest.raises(PackError, match="there is no pack 'cn-2018'; there are cn-2019, minhou-2025"):
        load_pack("cn-2018")
    write(tmp_path, "heir", {}, inherits="nobody")
    with pytest.raises(PackError, match=r"heir/pack\.yaml: inherits: there is no pack 'nobody'"):
        load_pack("heir", search=[tmp_path])


def test_packs_that_inherit_in_a_circle(tmp_path: Path) -> None:
    """Two packs can't each rest on the other."""
    write(tmp_path, "a", {}, inherits="b")
    write(tmp_path, "b", {}, inherits="a")
    with pytest.raises(PackError, match="inherits: goes round in a circle: a -> b -> a"):
        load_pack("a", search=[tmp_path])


def test_a_pack_of_an_id_that_is_taken(tmp_path: Path) -> None:
    """A folder of one's own can't silently stand in for the nation's law."""
    write(tmp_path, "cn-2019", {})
    with pytest.raises(PackError, match="there is a pack 'cn-2019' already; give one of the two another id"):
        load_pack("cn-2019", search=[tmp_path])


def test_a_pack_whose_folder_has_another_name(tmp_path: Path) -> None:
    """A pack's id is its folder's name."""
    write(tmp_path, "root", {"pack": PACK.format(id="rot", inherits="null", valid="{from: 2020-01-01}")})
    with pytest.raises(PackError, match=r"root/pack\.yaml: id: is 'rot' in a folder 'root'; make them equal"):
        load_pack("root", search=[tmp_path])


def test_a_folder_without_a_pack_file(tmp_path: Path) -> None:
    """A pack needs its own file."""
    (tmp_path / "root").mkdir()
    with pytest.raises(PackError, match=r"pack\.yaml: can't be read"):
        load_pack("root", search=[tmp_path])


def test_a_folder_of_packs_that_is_not_there(tmp_path: Path) -> None:
    """A wrong path is told, not taken for a folder without packs."""
    with pytest.raises(PackError, match="is no folder; name one that holds rule packs"):
        pack_ids([tmp_path / "nowhere"])


def test_an_open_question_that_nothing_answers(tmp_path: Path) -> None:
    """A question in pack.yaml names parameters that really hold its answer."""
    write_city(tmp_path, "open_questions:\n  Q1: {text: 问, answer: 答, parameters: [edge]}\n")
    with pytest.raises(PackError, match=r"open_questions\.Q1: no rule's edge says question: Q1"):
        load_pack("city", search=[tmp_path])


def test_asking_for_what_a_pack_lacks(tmp_path: Path) -> None:
    """A rule or a part of the scoring that isn't there is told by name."""
    pack = load_posts(tmp_path)
    with pytest.raises(PackError, match="root has no rule 'P-9'"):
        pack.rule("P-9")
    with pytest.raises(PackError, match="root scores no 'website'"):
        pack.scoring_at("website", date(2020, 1, 1))
