"""A registry is read as offices keep it, and every fault is said at once, with its place and what to do."""

from datetime import date, datetime
from pathlib import Path

import pytest

from observers.registry import FaultReason, check_registry, read_registry
from observers.registry.faults import NoteReason, RegistryFault
from observers.registry.words import messages
from schemas.errors import RegistryError
from schemas.instants import SHANGHAI
from schemas.registry import Registry
from schemas.words import AccountType, Change, ColumnClass, Platform, SiteKind
from tests.observers import sheets

ENGLISH = """
area: 某市
valid_from: 2023-07-01
units:
  - id: jyj
    name: 某市教育局
    region: 市直
    group: 市直部门
    endpoints: [{url: "https://jyj.example/hook", secret_env: JYJ_SECRET}]
  - {id: zfb, name: 某市人民政府办公室, region: 市直, group: 政府办, external_services: false}
sites:
  - {code: 4299000001, name: 某市人民政府门户网站, unit: zfb, kind: portal}
  - {code: "4299000002", name: 某市教育局网站, unit: jyj, navigation_home: true}
columns:
  - {site: "4299000002", id: xwdt, name: 工作动态, class: news, level: 1, cycle: 14 days}
accounts:
  - {id: gh_x1, name: 某市教育, unit: jyj, platform: wechat, account_type: subscription, opened: 2024-01-31}
"""


def faults_of(path: Path) -> list[tuple[str, int, str, FaultReason | NoteReason]]:
    """(sheet, row, column, reason) of each fault."""
    return [(*fault.place, fault.reason) for fault in check_registry(path).faults]


def book(tmp_path: Path, **more: list[list[object]]) -> Path:
    """A workbook without a fault, and more rows."""
    return sheets.write_workbook(tmp_path / "登记.xlsx", sheets.whole(**more))


def yaml_file(tmp_path: Path, text: str) -> Path:
    """A registry in YAML."""
    path = tmp_path / "registry.yaml"
    path.write_text(text, encoding="utf-8")
    return path


class TestWhatIsRead:
    """The same registry comes of a workbook, of CSV files and of YAML."""

    def test_a_workbook_with_chinese_headers(self, tmp_path: Path) -> None:
        """Units, sites, columns and accounts, names turned into codes, dates into the beginning of their day."""
        registry = read_registry(book(tmp_path))
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
        assert read_registry(folder) == read_registry(book(tmp_path))

    def test_yaml_with_english_keys(self, tmp_path: Path) -> None:
        """The same words in English; an unquoted code stays a code."""
        assert read_registry(yaml_file(tmp_path, ENGLISH)) == read_registry(book(tmp_path))

    def test_a_title_above_the_header_and_blank_rows(self, tmp_path: Path) -> None:
        """Offices put a title on top and leave rows free; rows are counted as the sheet shows them."""
        made = sheets.whole(accounts=[[], ["", None, " "], ["gh_x2", "甲", "没有的单位", "微信", "服务号"]])
        made["账号"].insert(0, ["某市政务新媒体账号登记表"])
        path = sheets.write_workbook(tmp_path / "a.xlsx", made)
        assert faults_of(path) == [("账号", 6, "主办单位", FaultReason.UNKNOWN_UNIT)]

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
        path = book(tmp_path, accounts=[["gh_x2", "甲", "jyj", "微信", "服务号", written]])
        assert read_registry(path).accounts[1].opened == datetime(2024, 1, 31, tzinfo=SHANGHAI)

    @pytest.mark.parametrize(
        ("written", "cycle"),
        [("每周", "7 days"), ("每月", "1 month"), ("2周", "14 days"), ("３个月", "3 months"), ("每2个季度", "6 months"),
         ("7个工作日", "7 working days"), ("20 working days", "20 working days"), ("不定期", None), (None, None)],
    )  # fmt: skip
    def test_update_cycles_as_offices_write_them(self, tmp_path: Path, written: str | None, cycle: str | None) -> None:
        """Words, numbers with Chinese units, and spans as the rules have them."""
        path = book(tmp_path, columns=[["4299000002", "b", "乙", "其他", 2, written, "某市人民政府办公室"]])
        column = read_registry(path).columns[1]
        assert (column.cycle, column.level, column.unit) == (cycle, 2, "zfb")

    def test_the_account_type_may_stand_in_the_platform(self, tmp_path: Path) -> None:
        """微信服务号 as the platform says platform and account type."""
        path = book(tmp_path, accounts=[["gh_x2", "甲", "jyj", "微信服务号", None]])
        account = read_registry(path).accounts[1]
        assert (account.platform, account.account_type) == (Platform.WECHAT, AccountType.SERVICE)

    def test_a_code_kept_as_a_number(self, tmp_path: Path) -> None:
        """Excel turns a code into a number; it is read as the digits that are shown."""
        path = book(tmp_path, sites=[[4299000003.0, "丙", "jyj", "部门网站", "无"]])
        assert read_registry(path).sites[2].code == "4299000003"

    def test_a_ministry_has_a_code_of_its_own_form(self, tmp_path: Path) -> None:
        """部委网站标识码 is bm and eight digits."""
        path = book(tmp_path, sites=[["bm99000001", "丙", "jyj", "部门网站", "无"]])
        assert read_registry(path).sites[2].code == "bm99000001"

    def test_several_endpoints_and_their_filter(self, tmp_path: Path) -> None:
        """A sheet's cell holds several addresses; YAML also says which changes each wants."""
        path = book(tmp_path, units=[["a", "甲", "", "", "", "", "https://a.example/1；https://a.example/2"]])
        assert [one.url[-1] for one in read_registry(path).units[2].endpoints] == ["1", "2"]
        text = ENGLISH.replace("secret_env: JYJ_SECRET", "events: [breached, recovered]")
        endpoint = read_registry(yaml_file(tmp_path, text)).units[0].endpoints[0]
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
        path = book(tmp_path, sites=[["４２９９０００００３ ", "丙（新）", "jyj", "部门网站", "无"]])
        site = read_registry(path).sites[2]
        assert (site.code, site.name) == ("4299000003", "丙（新）"), "names keep their full-width brackets"
        note = check_registry(path).notes[0]
        assert (note.reason, note.wanted, note.place.row) == (NoteReason.NORMALISED, "4299000003", 4)

    def test_an_account_without_an_id_goes_by_its_name(self, tmp_path: Path) -> None:
        """It can be judged; a note warns that renaming it makes another one of it."""
        path = book(tmp_path, accounts=[[None, "某市 民政", "jyj", "微博", None]])
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


class TestEveryFaultIsSaid:
    """One reading finds all faults, each with sheet, row, column and what to do."""

    def test_all_at_once(self, tmp_path: Path) -> None:
        """Faults of many kinds in four sheets, in one report; none is told twice over its consequences."""
        path = book(
            tmp_path,
            units=[["a b", "甲", "", "", "大概", "没有的", "jyj.example"], ["jyj", "又一个", "", "", "有"]],
            sites=[["429900", "短码", "jyj", "门户网站"], ["4299000002", "重码", "没有", "奇怪"],
                   ["4299000004", None, "甲"]],
            columns=[["4299000009", "x", "乙", "动态要闻", 0, "偶尔"], ["短码", "y", "丙", "其他", 1, "每月"]],
            accounts=[["weibo:1", "丁", "jyj", "微信", "订阅号", "去年"], ["gh_2", "戊", "jyj", "微信"],
                      ["gh_3", "己", "jyj", "微博", "服务号", 45322]],
        )  # fmt: skip
        assert sorted(faults_of(path)) == sorted(
            [
                ("单位", 4, "单位编码", FaultReason.NOT_AN_ID),
                ("单位", 4, "有无对外服务", FaultReason.NOT_YES_NO),
                ("单位", 4, "上级单位", FaultReason.UNKNOWN_UNIT),
                ("单位", 4, "通知地址", FaultReason.NOT_A_URL),
                ("单位", 5, "单位编码", FaultReason.DOUBLED),
                ("网站", 4, "网站标识码", FaultReason.NOT_A_CODE),
                ("网站", 5, "网站标识码", FaultReason.DOUBLED),
                ("网站", 5, "主办单位", FaultReason.UNKNOWN_UNIT),
                ("网站", 5, "类别", FaultReason.UNKNOWN_WORD),
                ("网站", 6, "网站名称", FaultReason.EMPTY),
                ("栏目", 3, "网站标识码", FaultReason.UNKNOWN_SITE),
                ("栏目", 3, "级次", FaultReason.NOT_A_NUMBER),
                ("栏目", 3, "更新周期", FaultReason.NOT_A_CYCLE),
                ("账号", 3, "开设日期", FaultReason.NOT_A_DATE),
                ("账号", 4, "account_type", FaultReason.TYPE_MISMATCH),
                ("账号", 5, "开设日期", FaultReason.NOT_A_DATE),
            ]
        )
        with pytest.raises(RegistryError) as raised:
            read_registry(path)
        assert len(str(raised.value).splitlines()) == 16
        assert "网站 第4行 网站标识码: “429900”不是网站标识码" in str(raised.value)

    def test_an_id_that_names_another_platform(self, tmp_path: Path) -> None:
        """weibo:1 can't be on WeChat; the fault says how to write it."""
        path = book(tmp_path, accounts=[["weibo:1", "丁", "jyj", "微信", "订阅号"]])
        fault = check_registry(path).faults[0]
        assert (fault.reason, fault.wanted) == (FaultReason.PLATFORM_MISMATCH, "wechat:1")

    def test_superiors_in_a_circle(self, tmp_path: Path) -> None:
        """Each unit of the circle is named."""
        rows: list[list[object]] = [["a", "甲", "", "", "有", "乙"], ["b", "乙", "", "", "有", "a"]]
        assert faults_of(book(tmp_path, units=rows)) == [
            ("单位", 4, "上级单位", FaultReason.SUPERIOR_CIRCLE),
            ("单位", 5, "上级单位", FaultReason.SUPERIOR_CIRCLE),
        ]

    def test_a_name_that_two_units_bear(self, tmp_path: Path) -> None:
        """A name that could mean either is refused; a code is asked for."""
        path = book(tmp_path, units=[["a", "甲"], ["b", "甲"]], sites=[["4299000003", "丙", "甲"]])
        assert faults_of(path) == [("网站", 4, "主办单位", FaultReason.AMBIGUOUS_NAME)]

    def test_missing_and_doubled_columns(self, tmp_path: Path) -> None:
        """A sheet without a column that it needs, or with one twice."""
        made = sheets.whole()
        made["网站"] = [["网站标识码", "网站名称", "名称"], ["4299000003", "丙", "丁"]]
        made["账号"] = [["这是", "什么"], ["a", "b"]]
        made["栏目"] = []
        assert faults_of(sheets.write_workbook(tmp_path / "a.xlsx", made)) == [
            ("网站", 1, "名称", FaultReason.DOUBLED_HEADER),
            ("网站", 1, "", FaultReason.MISSING_HEADER),
            ("栏目", 0, "", FaultReason.NO_HEADER),
            ("账号", 0, "", FaultReason.NO_HEADER),
            ("网站", 2, "主办单位", FaultReason.EMPTY),
        ]

    def test_no_units(self, tmp_path: Path) -> None:
        """A registry without units is none."""
        path = yaml_file(tmp_path, "area: 某市\nvalid_from: 2023-07-01\n")
        assert [fault.reason for fault in check_registry(path).faults] == [FaultReason.MISSING_SHEET]

    def test_yaml_slips_with_their_lines(self, tmp_path: Path) -> None:
        """A misspelt key, a key written twice, a sheet that is no list: said with the line."""
        text = ENGLISH + "acounts: []\nobservers: 3\n"
        text = text.replace("class: news,", "clas: news, name: 又,")
        assert faults_of(yaml_file(tmp_path, text)) == [
            ("columns", 15, "", FaultReason.UNKNOWN_KEY),
            ("columns", 15, "name", FaultReason.DOUBLED_HEADER),
            ("", 18, "", FaultReason.UNKNOWN_KEY),
            ("observers", 19, "", FaultReason.NOT_A_LIST),
        ]

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("a.yaml", b"units: [", FaultReason.UNREADABLE),
            ("a.yaml", b"- 1", FaultReason.UNREADABLE),
            ("a.yaml", b"valid_from: 2023-02-30", FaultReason.UNREADABLE),
            ("a.yaml", b"\xff\xfe\x00", FaultReason.UNREADABLE),
            ("a.xlsx", b"no workbook", FaultReason.UNREADABLE),
            ("a.xlsx", b"", FaultReason.UNREADABLE),
            ("a.doc", b"", FaultReason.UNKNOWN_FORMAT),
            (None, b"", FaultReason.NO_SUCH_FILE),
        ],
    )
    def test_files_that_are_no_registry(
        self, tmp_path: Path, name: str | None, content: bytes, reason: FaultReason
    ) -> None:
        """Whatever is handed in, one fault says what it is; nothing is raised by a check."""
        path = tmp_path / (name or "nirgends.yaml")
        if name:
            path.write_bytes(content)
        assert [fault.reason for fault in check_registry(path).faults] == [reason]

    @pytest.mark.parametrize("reason", [*FaultReason, *NoteReason])
    def test_every_reason_has_its_words(self, reason: FaultReason | NoteReason) -> None:
        """In Chinese and in English."""
        assert set(messages()[reason]) == {"zh", "en"}
        fault = RegistryFault(reason, check_registry(Path("nirgends")).faults[0].place, "甲", "乙")
        assert "{" not in str(fault)


class TestTheModel:
    """A registry that is made by hand is checked, too."""

    def test_a_contradiction_is_refused(self) -> None:
        """The model itself holds what the reader promises."""
        site = {"code": "4299000001", "unit": "a", "name": "甲"}
        with pytest.raises(ValueError, match="unknown_unit"):
            Registry.model_validate({"area": "某市", "valid_from": "2023-07-01T00:00:00+08:00", "sites": [site]})
