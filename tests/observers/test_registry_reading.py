"""A registry is read as offices keep it: workbook, CSV or YAML, Chinese or English words, dates in every usual form."""

from datetime import date, datetime
from pathlib import Path

import pytest

from observers.registry import FaultReason, check_registry, read_registry
from observers.registry.faults import NoteReason
from schemas.instants import SHANGHAI
from schemas.words import AccountType, Change, ColumnClass, Platform, SiteKind
from tests.observers import sheets


class TestWhatIsRead:
    """The same registry comes of a workbook, of CSV files and of YAML."""

    def test_a_workbook_with_chinese_headers(self, tmp_path: Path) -> None:
        """Units, sites, columns and accounts, names turned into codes, dates into the beginning of their day."""
        registry = read_registry(sheets.book(tmp_path))
        assert registry.area == "某市"
        assert registry.valid_from == datetime(2023, 7, 1, tzinfo=SHANGHAI)
        bureau, government = registry.units
        assert (bureau.id, bureau.external_services, government.external_services) == ("jyj", True, False)
        assert bureau.endpoints[0].url == "https://jyj.example/hook"
        assert bureau.endpoints[0].secret_env == "JYJ_SECRET"
        assert [(site.code, site.unit, site.kind) for site in registry.sites] == [
            ("4299000001", "zfb", SiteKind.PORTAL),
            ("4299000002", "jyj", SiteKind.DEPARTMENT),
        ]
        assert registry.sites[1].navigation_home
        column = registry.columns[0]
        assert column.key == "4299000002/column/xwdt"
        assert (column.column_class, column.cycle) == (ColumnClass.NEWS, "14 days")
        account = registry.accounts[0]
        assert (account.id, account.platform) == ("wechat:gh_x1", Platform.WECHAT)
        assert account.account_type is AccountType.SUBSCRIPTION
        assert account.opened == datetime(2024, 1, 31, tzinfo=SHANGHAI)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_csv_files_as_excel_and_others_write_them(self, tmp_path: Path, encoding: str) -> None:
        """UTF-8 with and without a mark, and GB18030."""
        folder = sheets.write_folder(tmp_path / "csv", sheets.whole(), encoding)
        assert read_registry(folder) == read_registry(sheets.book(tmp_path))

    def test_yaml_with_english_keys(self, tmp_path: Path) -> None:
        """The same words in English; an unquoted code stays a code."""
        assert read_registry(sheets.yaml_file(tmp_path, sheets.ENGLISH)) == read_registry(sheets.book(tmp_path))

    def test_a_title_above_the_header_and_blank_rows(self, tmp_path: Path) -> None:
        """Offices put a title on top and leave rows free; rows are counted as the sheet shows them."""
        made = sheets.whole(accounts=[[], ["", None, " "], ["gh_x2", "甲", "没有的单位", "微信", "服务号"]])
        made["账号"].insert(0, ["某市政务新媒体账号登记表"])
        path = sheets.write_workbook(tmp_path / "a.xlsx", made)
        assert sheets.faults_of(path) == [("账号", 6, "主办单位", FaultReason.UNKNOWN_UNIT)]

    @pytest.mark.parametrize(
        "written",
        [
            date(2024, 1, 31),
            datetime(2024, 1, 31),  # noqa: DTZ001 (as Excel has it)
            "2024-01-31",
            "2024/1/31",
            "2024.1.31",
            "2024年1月31日",
            "２０２４-01-31",
            "2024-01-31T00:00:00+08:00",
            "2024-01-30T16:00:00Z",
        ],
    )
    def test_dates_as_offices_write_them(self, tmp_path: Path, written: object) -> None:
        """Real dates of Excel, and text in the usual forms; a date is its beginning in Shanghai."""
        path = sheets.book(tmp_path, accounts=[["gh_x2", "甲", "jyj", "微信", "服务号", written]])
        assert read_registry(path).accounts[1].opened == datetime(2024, 1, 31, tzinfo=SHANGHAI)

    @pytest.mark.parametrize(
        ("written", "cycle"),
        [("每周", "7 days"), ("每月", "1 month"), ("2周", "14 days"), ("３个月", "3 months"), ("每2个季度", "6 months"),
         ("7个工作日", "7 working days"), ("20 working days", "20 working days"), ("不定期", None), (None, None)],
    )  # fmt: skip
    def test_update_cycles_as_offices_write_them(self, tmp_path: Path, written: str | None, cycle: str | None) -> None:
        """Words, numbers with Chinese units, and spans as the rules have them."""
        path = sheets.book(tmp_path, columns=[["4299000002", "b", "乙", "其他", 2, written, "某市人民政府办公室"]])
        column = read_registry(path).columns[1]
        assert (column.cycle, column.level, column.unit) == (cycle, 2, "zfb")

    def test_the_account_type_may_stand_in_the_platform(self, tmp_path: Path) -> None:
        """微信服务号 as the platform says platform and account type."""
        path = sheets.book(tmp_path, accounts=[["gh_x2", "甲", "jyj", "微信服务号", None]])
        account = read_registry(path).accounts[1]
        assert (account.platform, account.account_type) == (Platform.WECHAT, AccountType.SERVICE)

    def test_a_code_kept_as_a_number(self, tmp_path: Path) -> None:
        """Excel turns a code into a number; it is read as the digits that are shown."""
        path = sheets.book(tmp_path, sites=[[4299000003.0, "丙", "jyj", "部门网站", "无"]])
        assert read_registry(path).sites[2].code == "4299000003"

    def test_a_ministry_has_a_code_of_its_own_form(self, tmp_path: Path) -> None:
        """部委网站标识码 is bm and eight digits."""
        path = sheets.book(tmp_path, sites=[["bm99000001", "丙", "jyj", "部门网站", "无"]])
        assert read_registry(path).sites[2].code == "bm99000001"

    def test_several_endpoints_and_their_filter(self, tmp_path: Path) -> None:
        """A sheet's cell holds several addresses; YAML also says which changes each wants."""
        path = sheets.book(tmp_path, units=[["a", "甲", "", "", "", "", "https://a.example/1；https://a.example/2"]])
        assert [one.url[-1] for one in read_registry(path).units[2].endpoints] == ["1", "2"]
        text = sheets.ENGLISH.replace("secret_env: JYJ_SECRET", "events: [breached, recovered]")
        endpoint = read_registry(sheets.yaml_file(tmp_path, text)).units[0].endpoints[0]
        assert [change for change in Change if endpoint.wants(change)] == [Change.BREACHED, Change.RECOVERED]

    def test_the_command_may_give_area_and_date(self, tmp_path: Path) -> None:
        """What the caller says goes before what the file says, or fills it in."""
        made = {title: rows for title, rows in sheets.whole().items() if title != "登记"}
        path = sheets.write_workbook(tmp_path / "a.xlsx", made)
        assert [fault.reason for fault in check_registry(path).faults] == [FaultReason.MISSING_SETTING] * 2
        began = datetime(2024, 1, 1, tzinfo=SHANGHAI)
        assert read_registry(path, area="某县", valid_from=began).area == "某县"


class TestWhatIsMended:
    """Harmless slips are mended and said."""

    def test_full_width_digits_are_plain_digits(self, tmp_path: Path) -> None:
        """全角 codes are read, and a note says so."""
        path = sheets.book(tmp_path, sites=[["４２９９０００００３ ", "丙（新）", "jyj", "部门网站", "无"]])
        site = read_registry(path).sites[2]
        assert (site.code, site.name) == ("4299000003", "丙（新）"), "names keep their full-width brackets"
        note = check_registry(path).notes[0]
        assert (note.reason, note.wanted, note.place.row) == (NoteReason.NORMALISED, "4299000003", 4)

    def test_an_account_without_an_id_goes_by_its_name(self, tmp_path: Path) -> None:
        """It can be judged; a note warns that renaming it makes another one of it."""
        path = sheets.book(tmp_path, accounts=[[None, "某市 民政", "jyj", "微博", None]])
        assert read_registry(path).accounts[1].id == "weibo:某市_民政"
        assert [note.reason for note in check_registry(path).notes] == [NoteReason.ID_FROM_NAME]

    def test_what_an_office_keeps_besides_is_passed_over(self, tmp_path: Path) -> None:
        """Other sheets and columns are no fault, but nobody should think that they were read."""
        made = sheets.whole()
        made["联系人"] = [["姓名", "电话"]]
        made["单位"] = [[*row, "010"] if place else [*row, "电话"] for place, row in enumerate(made["单位"])]
        report = check_registry(sheets.write_workbook(tmp_path / "a.xlsx", made))
        assert report.passed
        assert {note.reason for note in report.notes} == {NoteReason.IGNORED_SHEET, NoteReason.IGNORED_HEADER}
