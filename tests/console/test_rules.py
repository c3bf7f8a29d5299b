"""`xuncha rules`: what the law asks, how sure we are of each number, and why a subject stands so."""

from pathlib import Path

import orjson
import pytest

from tests.console.conftest import Xuncha
from tests.support.events import event
from tests.support.packs import POSTS, TEN_DAYS, write

ACCOUNT = "wechat:gh_x1"
REGISTERED = {"unit": "jyj", "name": "某市教育", "platform": "wechat", "account_type": "subscription"}


def test_lists_the_rules_in_force(xuncha: Xuncha) -> None:
    """A line a rule, in Chinese unless asked otherwise; before the pack's first day there is none."""
    assert "M-V2a   监测时间点前2周内无更新" in xuncha("rules", "list").out
    assert "No update in the 2 weeks" in xuncha("rules", "list", "--lang", "en").out
    assert xuncha("rules", "list", "--on", "2019-03-31", "--json").json == []
    assert len(xuncha("rules", "list", "--on", "2019-04-01", "--json").json) > 0


def test_only_what_is_decided(xuncha: Xuncha) -> None:
    """--decided leaves out what no window judges yet."""
    every, decided = (xuncha("rules", "list", *args, "--json").json for args in ((), ("--decided",)))
    assert {one["id"] for one in decided} == {one["id"] for one in every if one["window"]}
    assert 0 < len(decided) < len(every)


def test_marks_what_is_not_verified(xuncha: Xuncha) -> None:
    """A number that was not seen in the law is never shown as official."""
    page = xuncha("rules", "show", "W-V6b").out
    (row,) = (line for line in page.splitlines() if line.startswith("missing_classes_at_least"))
    assert "未核实" in row
    (row,) = (line for line in xuncha("rules", "show", "M-V2a").out.splitlines() if line.startswith("window"))
    assert "已核实" in row
    assert "14天" in row


def test_shows_a_places_own_number_beside_the_nations(xuncha: Xuncha) -> None:
    """A local pack's value stands beside the inherited one; a star marks what holds on the day."""
    args = ("rules", "show", "M-V2a", "--pack", "minhou-2025")
    late, early = (xuncha(*args, "--on", day).out for day in ("2025-01-01", "2024-12-31"))
    assert [line.split()[2:4] for line in late.splitlines() if line.startswith("window")] == [
        ["14天", "2019-04-01"],
        ["10天", "2025-01-01"],
    ]
    assert "2025-01-01 *" in late
    assert "2019-04-01 *" in early


def test_lists_packs_of_ones_own(xuncha: Xuncha, tmp_path: Path) -> None:
    """--packs adds a folder of packs, which may inherit."""
    write(tmp_path, "root", {"local/P-1": POSTS})
    write(tmp_path, "heir", {"local/P-1": TEN_DAYS}, inherits="root", valid="{from: 2022-01-01}")
    listed = xuncha("rules", "packs", "--packs", tmp_path, "--json").json
    assert {one["id"]: one["chain"] for one in listed}["heir"] == ["heir", "root"]
    assert "cn-2019" in xuncha("rules", "packs").out


def test_lint_tells_every_fault(xuncha: Xuncha, tmp_path: Path) -> None:
    """A sound pack passes; a faulty one is told with file and key, and the status is 1."""
    assert xuncha("rules", "lint").status == 0
    write(tmp_path, "root", {"local/P-1": POSTS.replace("sources: [A]", "sources: [Z]")})
    ran = xuncha("rules", "lint", "root", "--packs", tmp_path)
    assert (ran.status, "root/local/P-1.yaml: sources: unknown source 'Z'" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("show", "W-X99"), "cn-2019 has no rule 'W-X99'"),
        (("show", "W-V2", "--pack", "mars-2019"), "there is no pack 'mars-2019'"),
        (("show", "W-V2", "--on", "yesterday"), "'yesterday' is no date"),
        (("list", "--packs", "/no/such/folder"), "name one that holds rule packs"),
        (("explain", "W-B5", "file", "--subject", "x", "--at", "2024-01-01"), "is not decided from the stream"),
        (("explain", "W-V3", "no-such-file", "--subject", "x", "--at", "2024-01-01"), "no-such-file"),
    ],
)
def test_wrong_use_is_one_sentence(xuncha: Xuncha, args: tuple[str, ...], said: str) -> None:
    """An unknown rule, pack, day or file: status 2 and what to do."""
    ran = xuncha("rules", *args)
    assert (ran.status, said in ran.err) == (2, True)
    assert "Traceback" not in ran.err


def test_explains_one_answer(xuncha: Xuncha, tmp_path: Path) -> None:
    """Last posted on 1 March, looked at from 14 March on: due soon, then in breach, with the look as proof."""
    log = tmp_path / "log.jsonl"
    story = [
        event("account.registered", ACCOUNT, 1, time="2024-02-01T00:00:00+08:00", data=REGISTERED),
        event("account.posted", ACCOUNT, 2, time="2024-03-01T08:00:00+08:00", data={"post": "p1"}),
        *(
            event("account.checked", ACCOUNT, day, time=f"2024-03-{day}T09:00:00+08:00", data={})
            for day in (14, 15, 16)
        ),
    ]
    log.write_bytes(b"\n".join(orjson.dumps(one) for one in story))
    args = ("rules", "explain", "M-V2a", log, "--subject", ACCOUNT)
    soon = xuncha(*args, "--at", "2024-03-14T12:00:00+08:00", "--json").json
    broken = xuncha(*args, "--at", "2024-03-16T12:00:00+08:00", "--json").json
    assert (soon["state"], soon["due_at"], soon["unit"]) == ("due_soon", "2024-03-15T08:00:00+08:00", "jyj")
    assert (broken["state"], broken["reason"]) == ("breached", "not_updated")
    page = xuncha(*args, "--at", "2024-03-16T12:00:00+08:00").out
    assert "不达标 (breached)" in page
    assert "2024-03-16 24:00" in xuncha(*args, "--at", "2024-03-16").out
    assert "14天" in page
    assert "account.checked" in page
