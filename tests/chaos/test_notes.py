"""A long series may be interrupted: what ran is kept, and only what has not run is run."""

from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.notes import Head, Notes, read_notes
from tests.chaos.plan import make_plan
from tests.chaos.run import Report
from tests.chaos.verdict import Verdict

HEAD = Head("abc", "a machine", "drawn")


def report(seed: int) -> Report:
    """A run that found something."""
    verdict = Verdict(lost=1, faults=["alerts: 1 lost"])
    return Report(make_plan(seed), 1.5, 10, Counter({"roll": 2}), Counter({"status -15": 1}), ["hung"], 3, verdict)


def test_a_report_comes_back_whole(tmp_path: Path) -> None:
    """Plan, counts and verdict, to the last number."""
    Notes(tmp_path / "runs", HEAD, resume=False).add(report(7))
    assert read_notes(tmp_path / "runs") == (HEAD, [report(7)])


def test_going_on(tmp_path: Path) -> None:
    """Killed while it wrote its second report, a series goes on with the seeds of which there is none."""
    first = Notes(tmp_path / "runs", HEAD, resume=False)
    first.add(report(2))
    with (tmp_path / "runs").open("ab") as file:
        file.write(b'{"plan":{"seed":3,')
    second = Notes(tmp_path / "runs", HEAD, resume=True)
    assert [plan.seed for plan in second.left(map(make_plan, range(1, 4)))] == [1, 3]
    second.add(report(1))
    assert [one.plan.seed for one in second.in_order] == [1, 2]
    assert [one.plan.seed for one in read_notes(tmp_path / "runs")[1]] == [2, 1]


def test_a_file_that_is_there_is_not_lost(tmp_path: Path) -> None:
    """Hours of runs are not written over by the same command."""
    Notes(tmp_path / "runs", HEAD, resume=False).add(report(1))
    with pytest.raises(SystemExit, match="--resume"):
        Notes(tmp_path / "runs", HEAD, resume=False)
    assert len(read_notes(tmp_path / "runs")[1]) == 1


@pytest.mark.parametrize("other", [Head("abd", "a machine", "drawn"), Head("abc", "a machine", "short")])
def test_no_table_of_two_codes(tmp_path: Path, other: Head) -> None:
    """One table is of one code and one set of faults; the machine may have another load."""
    Notes(tmp_path / "runs", HEAD, resume=False)
    with pytest.raises(SystemExit, match="begin anew"):
        Notes(tmp_path / "runs", other, resume=True)
