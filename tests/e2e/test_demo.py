"""The demo quarter through broker and agents: the bulletin's own figures, and the very ids of the replay."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from console.folding import quarter_of_results
from console.judging import Checkpoint, make_law, replay
from console.results import write_quarter
from observers.demo import demo_checkpoint, demo_events, demo_registry, demo_story
from reports.files import comparable
from schemas.instants import to_text
from schemas.observations import ONE
from schemas.transitions import TransitionRecord
from tests.support.stack import ROOT, environment

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(600)]

FILES = ("aggregate.json", "findings.jsonl", "bulletin.md")


@pytest.fixture(scope="module")
def streamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `xuncha up --demo --once --out DIR` wrote."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "console", "up", "--demo", "--once", "--out", str(folder / "out")]
    done = subprocess.run(
        [*command, "--data", str(folder / "data")], cwd=ROOT, env=environment({}), capture_output=True, timeout=420,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return folder / "out"


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a replay of the same events writes, without any broker."""
    out = tmp_path_factory.mktemp("replayed")
    law = make_law("cn-2019", ())
    events = (ONE.validate_python(event) for event in demo_events())
    results = replay(law, events, Checkpoint.read("2024-02-29"))
    write_quarter(out, quarter_of_results(results), law.pack, demo_registry(), notice=demo_story().notice)
    return out


def expected() -> Any:
    """What the bulletin found, typed from its text."""
    file = ROOT / "observers" / "demo" / "ezhou-2024q1" / "expected.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file."""
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def test_the_counts_are_the_bulletins(streamed: Path) -> None:
    """Of the sites and accounts checked so many failed, as part 一 of the bulletin says; nothing is left undecided."""
    (area,) = json.loads((streamed / "aggregate.json").read_text(encoding="utf-8"))["areas"]
    wanted = expected()
    for kind in ("sites", "accounts"):
        assert (area[kind]["checked"], area[kind]["failed"]) == (wanted[kind]["checked"], wanted[kind]["failed"])
        assert area[kind]["unknown"] == 0
    assert area["closed"]
    assert f"合格率{wanted['accounts']['pass_rate']}" in (streamed / "bulletin.md").read_text(encoding="utf-8")


def test_each_failed_account_has_exactly_the_reasons_of_annex_2(streamed: Path) -> None:
    """No account more, no reason less."""
    names = {account.id: account.name for account in demo_registry().accounts}
    found: dict[str, set[str]] = defaultdict(set)
    for finding in lines(streamed / "findings.jsonl"):
        if finding["veto"]:
            found[names[finding["owner"]]].add(finding["rule"])
    assert found == {one["name"]: set(one["rules"]) for one in expected()["failed_accounts"]}


def test_the_other_findings_are_those_of_part_two(streamed: Path) -> None:
    """The problems that the bulletin names, each for the unit that it names, and no others."""
    names = {unit.id: unit.name for unit in demo_registry().units}
    found: dict[tuple[str, str], int] = defaultdict(int)
    for finding in lines(streamed / "findings.jsonl"):
        if not finding["veto"]:
            found[(names[finding["unit"]], finding["rule"])] += 1
    assert found == {(one["unit"], one["rule"]): one["subjects"] for one in expected()["problems"]}


def test_stream_and_replay_agree_to_the_last_id(streamed: Path, replayed: Path) -> None:
    """Aggregates, findings and bulletin are the same bytes; transitions too, but for when a tick noticed them."""
    for name in FILES:
        assert (streamed / name).read_bytes() == (replayed / name).read_bytes(), name
    told = [
        comparable(TransitionRecord.model_validate(one) for one in lines(folder / "transitions.jsonl"))
        for folder in (streamed, replayed)
    ]
    assert told[0] == told[1]
    assert len(told[0]) > len(expected()["failed_accounts"])


def test_the_checkpoint_is_the_end_of_the_day() -> None:
    """2024-02-29 is judged as a whole day in Beijing."""
    assert to_text(Checkpoint.read("2024-02-29").at) == demo_checkpoint().at.isoformat(timespec="milliseconds")
