"""Every fault of a registry is said at once, with its place and what to do."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from pydantic import ValidationError

from observers.registry import FaultReason, check_registry, read_registry
from observers.registry.faults import NoteReason, RegistryFault
from observers.registry.words import messages
from schemas.errors import RegistryError
from schemas.registry import Registry
from tests.observers import sheets


class TestEveryFaultIsSaid:
    """One reading finds all faults, each with sheet, row, column and what to do."""

    def test_all_at_once(self, tmp_path: Path) -> None:
        """Faults of many kinds in four sheets, in one report; none is told twice over its consequences."""
        path = sheets.book(
            tmp_path,
            units=[["a b", "甲", "", "", "大概", "没有的", "jyj.example"], ["jyj", "又一个", "", "", "有"]],
            sites=[["429900", "短码", "jyj", "门户网站"], ["4299000002", "重码", "没有", "奇怪"],
                   ["4299000004", None, "甲"]],
            columns=[["4299000009", "x", "乙", "动态要闻", 0, "偶尔"], ["短码", "y", "丙", "其他", 1, "每月"]],
            accounts=[["weibo:1", "丁", "jyj", "微信", "订阅号", "去年"], ["gh_2", "戊", "jyj", "微信"],
                      ["gh_3", "己", "jyj", "微博", "服务号", 45322]],
        )  # fmt: skip
        assert sorted(sheets.faults_of(path)) == sorted(
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
        path = sheets.book(tmp_path, accounts=[["weibo:1", "丁", "jyj", "微信", "订阅号"]])
        fault = check_registry(path).faults[0]
        assert (fault.reason, fault.wanted) == (FaultReason.PLATFORM_MISMATCH, "wechat:1")

    def test_superiors_in_a_circle(self, tmp_path: Path) -> None:
        """Each unit of the circle is named."""
        rows: list[list[object]] = [["a", "甲", "", "", "有", "乙"], ["b", "乙", "", "", "有", "a"]]
        assert sheets.faults_of(sheets.book(tmp_path, units=rows)) == [
            ("单位", 4, "上级单位", FaultReason.SUPERIOR_CIRCLE),
            ("单位", 5, "上级单位", FaultReason.SUPERIOR_CIRCLE),
        ]

    def test_a_name_that_two_units_bear(self, tmp_path: Path) -> None:
        """A name that could mean either is refused; a code is asked for."""
        path = sheets.book(tmp_path, units=[["a", "甲"], ["b", "甲"]], sites=[["4299000003", "丙", "甲"]])
        assert sheets.faults_of(path) == [("网站", 4, "主办单位", FaultReason.AMBIGUOUS_NAME)]

    def test_missing_and_doubled_columns(self, tmp_path: Path) -> None:
        """A sheet without a column that it needs, or with one twice."""
        made = sheets.whole()
        made["网站"] = [["网站标识码", "网站名称", "名称"], ["4299000003", "丙", "丁"]]
        made["账号"] = [["这是", "什么"], ["a", "b"]]
        made["栏目"] = []
        assert sheets.faults_of(sheets.write_workbook(tmp_path / "a.xlsx", made)) == [
            ("网站", 1, "名称", FaultReason.DOUBLED_HEADER),
            ("网站", 1, "", FaultReason.MISSING_HEADER),
            ("栏目", 0, "", FaultReason.NO_HEADER),
            ("账号", 0, "", FaultReason.NO_HEADER),
            ("网站", 2, "主办单位", FaultReason.EMPTY),
        ]

    def test_no_units(self, tmp_path: Path) -> None:
        """A registry without units is none."""
        path = sheets.yaml_file(tmp_path, "area: 某市\nvalid_from: 2023-07-01\n")
        assert [fault.reason for fault in check_registry(path).faults] == [FaultReason.MISSING_SHEET]

    def test_yaml_slips_with_their_lines(self, tmp_path: Path) -> None:
        """A misspelt key, a key written twice, a sheet that is no list: said with the line."""
        text = sheets.ENGLISH + "acounts: []\nobservers: 3\n"
        text = text.replace("class: news,", "clas: news, name: 又,")
        assert sheets.faults_of(sheets.yaml_file(tmp_path, text)) == [
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
            ("a.yaml", b"units: " + b"[" * 3000, FaultReason.UNREADABLE),
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


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_damaged_on_the_way_is_unreadable_and_says_so(tmp_path: Path, part: str) -> None:
    """A few bytes of a part are gone: whoever stumbles over them, the office hears which file it is."""
    path = sheets.write_workbook(tmp_path / "registry.xlsx", sheets.whole())
    with ZipFile(path) as archive:
        begins = archive.getinfo(part).header_offset + 30 + len(part)
    raw = bytearray(path.read_bytes())
    raw[begins + 20 : begins + 60] = b"\x00" * 40
    path.write_bytes(raw)
    assert FaultReason.UNREADABLE in {fault.reason for fault in check_registry(path).faults}


@pytest.mark.parametrize("number", ["1700000000", "1700000000.5", "17e8", 1700000000], ids=repr)
def test_seconds_since_1970_are_no_date(number: object, tmp_path: Path) -> None:
    """Neither in the model nor in a sheet: a time has a day that a person can read."""
    account = {"id": "weibo:1", "unit": "jyj", "platform": "weibo", "name": "丁"}
    for plain in (
        {"area": "某市", "valid_from": number},
        {"area": "某市", "valid_from": "2024-01-01T00:00:00+08:00", "accounts": [account | {"opened": number}]},
        {"area": "某市", "valid_from": "2024-01-01T00:00:00+08:00", "accounts": [account | {"filed": number}]},
    ):
        with pytest.raises(ValidationError, match="RFC 3339 text with an offset"):
            Registry.model_validate(plain)
    path = sheets.book(tmp_path, accounts=[["weibo:1", "丁", "jyj", "微博", "", number]])
    assert FaultReason.NOT_A_DATE in {fault[3] for fault in sheets.faults_of(path)}


@pytest.mark.parametrize(
    ("setting", "value"), [("valid_from", "9027-07-01"), ("area", "市" * 400), ("source", "registry:" + "市" * 400)]
)
def test_a_setting_that_says_more_than_it_may(tmp_path: Path, setting: str, value: str) -> None:
    """A year beyond 2199, a name without end: a fault at the setting's place, as with any cell (found by fuzzing)."""
    settings = {"area": "某市", "valid_from": "2024-01-01", setting: value}
    path = tmp_path / "registry.yaml"
    units = "units:\n- {id: u1, name: 甲}\n"
    path.write_text("".join(f"{name}: {said}\n" for name, said in settings.items()) + units, encoding="utf-8")
    (fault,) = check_registry(path).faults
    assert (fault.reason, str(fault.value)[:4]) == (FaultReason.INVALID, value[:4])
    with pytest.raises(RegistryError, match=value[:20]):
        read_registry(path)
