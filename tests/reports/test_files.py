"""The four result files: canonical, whole, and the same bytes for the same results."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.files import canonical_line, comparable, write_results
from reports.order import natural
from schemas.errors import OperationError
from schemas.instants import SHANGHAI
from schemas.transitions import TransitionRecord
from schemas.words import Change, Reason, State
from tests.reports.place import NAMES, findings_of, stands, sums
from tests.support.quarters import PACK, finding

NINE = datetime(2031, 5, 29, 9, 0, tzinfo=SHANGHAI)
FILES = ["aggregate.json", "bulletin.md", "findings.jsonl", "transitions.jsonl"]


def transition(
    rule: str, subject: str, sequence: int, at: datetime, *, noticed: datetime | None = None
) -> TransitionRecord:
    """A breach of a rule, noticed when it happened if not said otherwise."""
    return TransitionRecord(
        id=f"{rule}/{subject}/{sequence}", episode=f"{rule}/{subject}", sequence=sequence, change=Change.BREACHED,
        state=State.BREACHED, reason=Reason.NOT_UPDATED, rule=rule, pack=PACK, subject=subject, unit="u-east", start=at,
        since=at, at=at, due_at=None, provisional=False, noticed_at=noticed or at, evidence=("甲",),
    )  # fmt: skip


TRANSITIONS = [
    transition("W-V3", "1000000001", 1, NINE),
    transition("M-V2a", "wechat:a", 1, NINE + timedelta(hours=1)),
    transition("W-D10", "1000000001", 1, NINE),
    transition("W-D9", "1000000001", 1, NINE),
    transition("W-D9", "1000000001", 2, NINE),
]


def written(out: Path, shuffle: int | None = None) -> Path:
    """Write the made-up quarter's results, in an order of chance if `shuffle` seeds one."""
    told, transitions = stands(), list(TRANSITIONS)
    aggregates, findings = sums(told), findings_of(told)
    if shuffle is not None:
        for each in (transitions, aggregates, findings):
            random.Random(shuffle).shuffle(each)
    write_results(out, aggregates, findings, transitions, "# 通报\n", rank=NAMES.rank)
    return out


def lines(path: Path) -> list[dict[str, object]]:
    """The records of a file of lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class TestTheFiles:
    """What is in them."""

    def test_there_are_four_and_nothing_else(self, tmp_path: Path) -> None:
        """The folder is made; no temporary file is left behind."""
        out = written(tmp_path / "new" / "folder")
        assert sorted(path.name for path in out.iterdir()) == FILES

    def test_aggregates_by_scope(self, tmp_path: Path) -> None:
        """Areas, groups and units apart, each sorted by id."""
        found = json.loads((written(tmp_path) / "aggregate.json").read_text(encoding="utf-8"))
        assert {scope: [one["id"] for one in ones] for scope, ones in found.items()} == {
            "areas": ["望江市"],
            "groups": ["望江市/区", "望江市/市直部门"],
            "units": ["u-east", "u-finance", "u-school"],
        }
        assert found["areas"][0]["accounts"] == {"checked": 2, "failed": 1, "unknown": 1}

    def test_findings_by_kind_indicator_unit_subject(self, tmp_path: Path) -> None:
        """Vetoes first, then deductions, then what is listed beside the indicators."""
        assert [one["rule"] for one in lines(written(tmp_path) / "findings.jsonl")] == [
            "M-V2a",
            "M-V3a",
            "W-D06",
            "X-M1",
        ]

    def test_transitions_by_instant_subject_rule_sequence(self, tmp_path: Path) -> None:
        """Rules as people count them: W-D9 before W-D10."""
        found = [(one["rule"], one["sequence"]) for one in lines(written(tmp_path) / "transitions.jsonl")]
        assert found == [("W-D9", 1), ("W-D9", 2), ("W-D10", 1), ("W-V3", 1), ("M-V2a", 1)]

    def test_canonical_json(self) -> None:
        """Keys sorted, no blanks, Chinese as it is, times in Asia/Shanghai whatever offset they came with."""
        told = finding("W-D06", "1000000001", "u-东", since=datetime(2031, 5, 28, 16, 0, 0, 500_000, tzinfo=UTC))
        line = canonical_line(told)
        assert list(json.loads(line)) == sorted(type(told).model_fields)
        assert '"since":"2031-05-29T00:00:00.500+08:00"' in line
        assert '"unit":"u-东"' in line


class TestByteForByte:
    """Two runs of the same log compare equal."""

    def test_order_of_the_input_does_not_matter(self, tmp_path: Path) -> None:
        """Whatever order the agents handed things over in, the bytes are the same."""
        plain = written(tmp_path / "plain")
        for seed in range(5):
            other = written(tmp_path / str(seed), shuffle=seed)
            assert [(other / name).read_bytes() for name in FILES] == [(plain / name).read_bytes() for name in FILES]

    def test_a_transition_told_twice_is_written_once(self, tmp_path: Path) -> None:
        """At-least-once delivery repeats a record; the one noticed first stands."""
        first = transition("W-V3", "1000000001", 1, NINE)
        again = transition("W-V3", "1000000001", 1, NINE, noticed=NINE + timedelta(seconds=9))
        write_results(tmp_path, [], [], [again, first, again], "")
        assert (tmp_path / "transitions.jsonl").read_text(encoding="utf-8") == canonical_line(first) + "\n"

    def test_comparison_leaves_out_when_it_was_noticed(self) -> None:
        """Stream and replay tick differently and agree; a different instant of breach does not."""
        live = transition("W-V3", "1000000001", 1, NINE, noticed=NINE + timedelta(seconds=9))
        assert comparable([live]) == comparable([transition("W-V3", "1000000001", 1, NINE)])
        assert comparable([live]) != comparable([transition("W-V3", "1000000001", 1, NINE + timedelta(seconds=1))])

    def test_rules_in_natural_order(self) -> None:
        """W-V4 before W-V4a before W-V10."""
        assert sorted(["W-V10", "W-V4a", "M-V1", "W-V4"], key=natural) == ["M-V1", "W-V4", "W-V4a", "W-V10"]


class TestWhole:
    """A reader never meets half a file."""

    def test_an_earlier_run_is_replaced(self, tmp_path: Path) -> None:
        """The second run's results stand alone."""
        (tmp_path / "bulletin.md").write_text("old and much longer than what comes", encoding="utf-8")
        assert (written(tmp_path) / "bulletin.md").read_text(encoding="utf-8") == "# 通报\n"

    def test_a_folder_that_can_not_be_made(self, tmp_path: Path) -> None:
        """A file stands where the folder should: one sentence that says what to do."""
        (tmp_path / "taken").write_text("", encoding="utf-8")
        with pytest.raises(OperationError, match="give a folder that can be written"):
            written(tmp_path / "taken")
