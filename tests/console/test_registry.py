"""`xuncha registry`: every fault with its place; published by the same road as every observation."""

from pathlib import Path

from streams.settings import Settings
from tests.console.conftest import Xuncha
from tests.observers.sheets import whole, write_workbook


def published(xuncha: Xuncha) -> list[tuple[str, str, str]]:
    """(subject, type, time) of the events in the log."""
    found = []
    for line in xuncha("tail", "observations", "--to-end", "--json").lines:
        events = line["value"] if isinstance(line["value"], list) else [line["value"]]
        found += [(one["subject"], one["type"], one["time"]) for one in events]
    return sorted(found)


def test_a_sound_registry_passes(xuncha: Xuncha, tmp_path: Path) -> None:
    """No fault: status 0 and the counts."""
    ran = xuncha("registry", "check", write_workbook(tmp_path / "registry.xlsx", whole()))
    assert (ran.status, "0 faults (2 units, 2 sites, 1 columns, 1 accounts)" in ran.out) == (0, True)


def test_every_fault_is_told_with_its_place(xuncha: Xuncha, tmp_path: Path) -> None:
    """Each fault names sheet, row and column, in the language that is asked for; the status is 1."""
    rows = whole(sites=[["429900000", "某网", "nobody", "部门网站", "否"]])
    file = write_workbook(tmp_path / "registry.xlsx", rows)
    ran = xuncha("registry", "check", file)
    assert ran.status == 1
    assert "网站 第4行 网站标识码" in ran.out
    faults = xuncha("registry", "check", file, "--json").json["faults"]
    assert [(one["reason"], one["sheet"], one["row"]) for one in faults] == [
        ("not_a_code", "网站", 4),
        ("unknown_unit", "网站", 4),
    ]
    assert "no site code" in xuncha("registry", "check", file, "--lang", "en").out


def test_is_published_as_events(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """Units, sites, columns and accounts become events that are true from --at, a date's beginning in Beijing."""
    file = write_workbook(tmp_path / "registry.xlsx", whole())
    ran = xuncha("registry", "publish", file, "--at", "2020-01-01", "--json")
    assert (ran.status, ran.json["accepted"]) == (0, 6)
    sites = [one for one in published(xuncha) if one[1] == "site.registered"]
    assert [time for _, _, time in sites] == ["2020-01-01T00:00:00+08:00"] * 2


def test_publishes_only_what_has_changed(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """With --replaces a site that is gone is closed from --at on, and what is the same is not said again."""
    old = whole()
    new = {**old, "网站": old["网站"][:-1], "栏目": old["栏目"][:1]}
    before = write_workbook(tmp_path / "old.xlsx", old)
    after = write_workbook(tmp_path / "new.xlsx", new)
    assert xuncha("registry", "publish", after, "--replaces", before, "--at", "2024-04-01T12:00:00+08:00").status == 0
    assert published(xuncha) == [
        ("4299000002", "site.closed", "2024-04-01T12:00:00+08:00"),
        ("4299000002/column/xwdt", "column.closed", "2024-04-01T12:00:00+08:00"),
    ]


def test_a_faulty_registry_is_not_published(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """Nothing of a registry with faults is sent; the faults are told, the status is 2."""
    file = write_workbook(tmp_path / "registry.xlsx", whole(sites=[["1", "某网", "jyj", "部门网站", "否"]]))
    ran = xuncha("registry", "publish", file)
    assert (ran.status, "不是网站标识码" in ran.err) == (2, True)
    assert published(xuncha) == []


def test_a_time_without_an_offset_is_refused(xuncha: Xuncha, tmp_path: Path) -> None:
    """--at needs an offset, or a date."""
    file = write_workbook(tmp_path / "registry.xlsx", whole())
    ran = xuncha("registry", "publish", file, "--at", "2024-04-01T12:00:00")
    assert (ran.status, "has no offset" in ran.err) == (2, True)
