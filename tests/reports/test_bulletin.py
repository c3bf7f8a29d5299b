"""The bulletin: the parts real ones have, every number from the records, every doubt said."""

import re
from datetime import datetime, timedelta

import pytest

from reports.bulletin import EXAMPLES, checkpoint_zh, period_zh, write_bulletin
from reports.markdown import code, plain
from schemas.errors import InputError, PackError
from schemas.instants import SHANGHAI
from schemas.standings import SubjectStanding
from tests.reports.place import NAMES, bulletin, findings_of, law, stands, sums
from tests.support.quarters import CHECKPOINT, account, finding, site


def section(text: str, title: str) -> str:
    """The part of a bulletin under a heading of second rank."""
    (found,) = [part for part in re.split(r"^## ", text, flags=re.MULTILINE) if part.startswith(title)]
    return found


class TestParts:
    """标题、总体情况、主要问题、工作要求、附件."""

    def test_has_the_parts_of_real_bulletins_in_their_order(self) -> None:
        """Who reads bulletins finds everything in its place."""
        text = bulletin()
        assert text.startswith("# 望江市2031年第二季度政府网站与政务新媒体检查情况通报\n")
        assert re.findall(r"^## (\S+)", text, re.MULTILINE) == [
            "一、总体情况", "二、存在的主要问题", "三、下一步工作要求",
            "附件1", "附件2", "附件3", "附件4", "附件5", "附件6",
        ]  # fmt: skip

    def test_overview_counts_and_says_what_could_not_be_judged(self) -> None:
        """2 sites passed; of 2 accounts 1 failed and 1 is unknown: none has passed, and the unknown is not hidden."""
        overview = section(bulletin(), "一")
        assert "截至2031年5月31日24时，共检查政府网站2家、政务新媒体账号2个。" in overview
        assert "政府网站：合格2家，不合格0家，合格率100%。" in overview
        assert "政务新媒体：合格0个，不合格1个，合格率0%。" in overview
        assert "无法判定：政府网站0家、政务新媒体账号1个。" in overview
        assert "按期办结6件，超期办结1件，尚未办结0件，按期办结率85.71%" in overview
        assert "| 市直部门 | 1 | 0 | 100% | 1 | 1 | 0% | 0 |" in overview

    def test_says_nothing_of_unknowns_and_messages_where_there_are_none(self) -> None:
        """A good quarter has a short overview."""
        overview = section(bulletin([site("1000000001", "u-east")]), "一")
        assert "无法判定：" not in overview
        assert "留言" not in overview

    def test_problems_stand_by_kind_with_named_examples(self) -> None:
        """Sites, then accounts; each with its rule, who, what, and since when."""
        problems = section(bulletin(), "二")
        assert re.findall(r"^### (.+)", problems, re.MULTILINE) == [
            "（一）政府网站内容质量方面", "（二）政务新媒体建设管理方面",
        ]  # fmt: skip
        assert "如望江市财政局：“望江市教育局”的“教育动态”栏目，超期未更新（自2031-05-29 00:00起）。" in problems
        assert "微信服务号“望江教育”，复测仍不可用" in problems
        assert "望江市教育局在今日头条平台的账号，超出限度" in problems

    def test_messages_stand_under_interaction(self) -> None:
        """A published message without its fields is a matter of 互动留言."""
        told = [site("1000000002", "u-school", finding("W-D17b", "1000000002", "u-school"))]
        assert "### （一）政府网站互动留言方面" in section(bulletin(told), "二")

    def test_names_a_few_and_lists_all(self) -> None:
        """One more than there are examples: the sixth is in the annex only."""
        ids = [f"wechat:{number}" for number in range(EXAMPLES + 1)]
        text = bulletin([account(one, "u-east", finding("M-V2a", one, "u-east")) for one in ids])
        assert f"，{EXAMPLES + 1}项。" in section(text, "二")
        assert section(text, "二").count("东岸区人民政府：") == EXAMPLES
        assert all(f"`{one}`" in section(text, "附件4") for one in ids)

    def test_demands_nothing(self) -> None:
        """What units have to do is the office's to say; the draft only keeps the place."""
        demands = section(bulletin(), "三")
        assert "占位文字，不是工作要求" in demands
        assert "各单位要" not in demands

    def test_units_stand_by_group_and_order_without_scores(self) -> None:
        """Groups as the registry lists them, units by administrative order; no score is made up."""
        annex = section(bulletin(), "附件1")
        assert "本稿不计分" in annex
        assert re.findall(r"^### (.+)|^\| \d+ \| (\S+)", annex, re.MULTILINE) == [
            ("区", ""), ("", "东岸区人民政府"), ("市直部门", ""), ("", "望江市教育局"), ("", "望江市财政局"),
        ]  # fmt: skip
        assert "| 1 | 望江市教育局 | 1 | 0 | 1 | 1 | 0 | 3 | M-V2×1、M-V3×1、X-M1×1 |" in annex
        assert "| 2 | 望江市财政局 | 0 | 0 | 0 | 0 | 0 | 1 | W-D06×1 |" in annex

    def test_failed_accounts_with_type_and_each_reason(self) -> None:
        """Two vetoes are one failed account with two reasons, as 附件2 of real bulletins has it."""
        annex = section(bulletin(), "附件2")
        row = "| 1 | 望江教育 | 微信服务号 | 望江市教育局 | 监测时间点前2周内无更新、未提供有效互动功能 |"
        assert row in annex
        assert annex.count("望江教育") == 1
        assert "无。" in section(bulletin(), "附件3")

    def test_failed_sites_with_their_code(self) -> None:
        """附件3 names the site, its 网站标识码 and the veto."""
        told = [site("1000000001", "u-east", finding("W-V3", "1000000001", "u-east"), name="东岸区人民政府")]
        assert "| 1 | 东岸区人民政府 | `1000000001` | 东岸区人民政府 | " in section(bulletin(told), "附件3")

    def test_a_quarter_without_problems(self) -> None:
        """Nothing is found and the bulletin says just that."""
        text = bulletin([site("1000000001", "u-east")])
        assert "未发现不达标的问题。" in section(text, "二")
        assert all(section(text, f"附件{number}").rstrip().endswith("无。") for number in (2, 3, 4, 5))


class TestFounded:
    """Each finding with its rule, clause, time and evidence; each doubt marked."""

    def test_every_finding_shows_rule_clause_since_and_evidence(self) -> None:
        """An objection can be answered from the annex alone."""
        annex = section(bulletin(), "附件4")
        for one in findings_of(stands()):
            (under,) = [part for part in annex.split("\n### ") if part.startswith(f"{one.rule} ")]
            assert plain(law().rule(one.rule).clause.zh) in under
            assert "2031-05-29 00:00" in under
            assert all(f"`{seen}`" in under for seen in one.evidence)

    def test_unverified_numbers_are_marked_and_verified_ones_not(self) -> None:
        """W-D06's 6 months were not seen in a stored text of the law, M-V2a's 14 days were."""
        annex = section(bulletin(), "附件4")
        assert "### W-D06 政策解读「未核实」" in annex
        assert "更新期限：6个月「未核实」" in annex
        assert "### M-V2a 监测时间点前2周内无更新\n" in annex
        assert "更新期限：14天；" in annex

    def test_defaults_of_ours_are_marked_as_ours(self) -> None:
        """What the law leaves open is named as our default, with the question that it answers."""
        text = bulletin()
        assert "提前提醒时间：4天「本系统默认」" in section(text, "附件4")
        assert "- Q1：" in section(text, "附件6")

    def test_unknowns_are_listed_with_what_could_not_be_judged(self) -> None:
        """Nobody looked at the account: named, and neither passed nor failed."""
        assert "| 1 | 东岸发布 | 抖音账号 | 东岸区人民政府 | M-V2a |" in section(bulletin(), "附件5")

    def test_says_that_it_is_a_draft_and_what_the_data_is(self) -> None:
        """Reconstructed data is said to be so at the top, on every bulletin made of it."""
        text = bulletin(notice="观测数据系根据公开通报重建，不是真实记录")
        head = text.split("## 一")[0]
        assert "不是公文" in head
        assert "**数据说明**：观测数据系根据公开通报重建，不是真实记录" in head
        assert "数据说明" not in bulletin()

    def test_says_when_the_checkpoint_is_still_to_come(self) -> None:
        """A bulletin of a running quarter is interim, and says so."""
        running = [site("1000000001", "u-east", at=CHECKPOINT - timedelta(hours=1))]
        assert "**阶段性结果**" in bulletin(running)
        assert "**阶段性结果**" not in bulletin()


class TestOneSource:
    """Counts and lists come from the same records, or there is no bulletin."""

    def test_counts_that_differ_from_the_lists_are_refused(self) -> None:
        """The aggregates know of one failed account, the standings of none: neither is printed."""
        told = stands()
        fewer = [one for one in told if one.owner != "wechat:gh1"]
        with pytest.raises(InputError, match="same instant"):
            write_bulletin(sums(told), findings_of(told), fewer, law(), NAMES)

    def test_a_failure_without_a_finding_is_refused(self) -> None:
        """A failed account has a reason, or it is not called failed."""
        told = stands()
        with pytest.raises(InputError, match="wechat:gh1 has failed"):
            write_bulletin(sums(told), [], told, law(), NAMES)

    def test_a_finding_of_another_law_is_refused(self) -> None:
        """A rule that the pack doesn't have can't be founded on a clause of it."""
        told = [site("1000000001", "u-east", finding("Z-99", "1000000001", "u-east"))]
        with pytest.raises(PackError, match="Z-99"):
            bulletin(told)

    def test_nothing_to_report(self) -> None:
        """Before anything has been judged there is no bulletin."""
        with pytest.raises(InputError, match="nothing to report"):
            write_bulletin([], [], [], law(), NAMES)

    def test_the_order_of_the_input_does_not_matter(self) -> None:
        """Stream and replay hand in the same things in another order, and get the same bytes."""
        told = stands()
        back = list(reversed(told))
        turned = write_bulletin(list(reversed(sums(told))), findings_of(back), back, law(), NAMES)
        assert turned == bulletin()


class TestText:
    """Names are other people's text: they may not break ours."""

    def test_a_name_can_not_break_a_table_or_a_heading(self) -> None:
        """Bars, line breaks and tags in a name are shown, not obeyed."""
        name = "东岸|发布\n# 标题 <script>"
        failed = account("wechat:x", "u-east", finding("M-V2a", "wechat:x", "u-east"), name=name)
        annex = section(bulletin([failed]), "附件2")
        assert r"| 1 | 东岸\|发布 \# 标题 \<script\> | 微信订阅号 |" in annex

    @pytest.mark.parametrize(("raw", "shown"), [("a|b", r"`a\|b`"), ("a`b", "`` a`b ``"), ("plain-1", "`plain-1`")])
    def test_ids_as_code(self, raw: str, shown: str) -> None:
        """Event ids are senders' text: any character may come."""
        assert code(raw) == shown

    def test_tidy(self) -> None:
        """One line's end at the end, no gaps, no trailing blanks."""
        for lang in ("zh", "en"):
            text = bulletin(lang=lang)
            assert text.endswith("\n")
            assert not re.search(r"\n{3,}|[ \t]+$|\{\{|\}\}", text, re.MULTILINE)

    def test_periods_and_checkpoints_as_offices_write_them(self) -> None:
        """A quarter is 第N季度; midnight ends the day before (24时); other instants show their time."""
        assert (period_zh("2031Q2"), period_zh("2031年度")) == ("2031年第二季度", "2031年度")
        assert checkpoint_zh(datetime(2031, 3, 1, tzinfo=SHANGHAI)) == "2031年2月28日24时"
        assert checkpoint_zh(datetime(2031, 3, 1, 18, 30, tzinfo=SHANGHAI)) == "2031年3月1日18:30"


class TestEnglish:
    """The short form for readers of English."""

    def test_has_counts_failures_unknowns_and_findings(self) -> None:
        """The same facts, fewer words."""
        text = bulletin(lang="en", notice="reconstructed")
        assert text.startswith("# 望江市 2031Q2: check of government websites and new media\n")
        assert "- Accounts: 2 checked, 0 passed, 1 failed, 1 could not be judged; pass rate 0%." in text
        assert "**On the data:** reconstructed" in text
        assert "M-V2a No update in the 2 weeks before the checkpoint; M-V3a No effective interaction function" in text
        assert "### W-D06 Policy-interpretation column (not verified)" in text
        assert "confirmed by nobody" in text

    def test_another_language_is_refused(self) -> None:
        """There are two."""
        told: list[SubjectStanding] = [site("1000000001", "u-east")]
        with pytest.raises(ValueError, match="fr"):
            bulletin(told, lang="fr")
