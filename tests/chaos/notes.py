"""Reports in a file, a line each, so that a long series that is interrupted can go on and its table be made again."""

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from tests.bench.machine import describe
from tests.chaos.plan import Plan
from tests.chaos.run import Report

_ROOT = Path(__file__).parents[2]
_REPORT = TypeAdapter(Report)


@dataclass(frozen=True)
class Head:
    """The first line: which code ran, where, and what was asked for."""

    code: str
    machine: str
    asked: str


_HEAD = TypeAdapter(Head)


def head_of(asked: str) -> Head:
    """The head of a series that begins now."""
    return Head(_code(), describe(), asked)


def _code() -> str:
    """The commit, with a plus where files differ from it."""
    commit = _git("rev-parse", "--short=10", "HEAD")
    return f"{commit}+" if _git("status", "--porcelain", "--untracked-files=no") else commit


def _git(*words: str) -> str:
    ran = subprocess.run(["git", *words], cwd=_ROOT, capture_output=True, text=True, check=False)
    return ran.stdout.strip() if ran.returncode == 0 else "unknown"


class Notes:
    """A file of reports.

    Args:
        path: the file; None keeps them in memory alone.
        head: of the series that writes to it.
        resume: go on with a file that is there.

    Raises:
        SystemExit: the file is there and is not to be gone on with, or is of another series.

    """

    def __init__(self, path: Path | None, head: Head, *, resume: bool) -> None:
        self.reports: list[Report] = []
        self._path = path
        if path is not None and path.exists():
            self._go_on(path, head, resume=resume)
        elif path is not None:
            path.write_bytes(_HEAD.dump_json(head) + b"\n")

    def _go_on(self, path: Path, head: Head, *, resume: bool) -> None:
        if not resume:
            raise SystemExit(f"{path} is there: go on with it by --resume, or name another file")
        found, self.reports = read_notes(path)
        if (found.code, found.asked) != (head.code, head.asked):
            was, now = f"{found.code} ({found.asked})", f"{head.code} ({head.asked})"
            raise SystemExit(f"{path} is of {was}, this is {now}: begin anew with another file")
        path.write_bytes(b"".join(line + b"\n" for line in (_HEAD.dump_json(found), *map(plain, self.reports))))

    def add(self, report: Report) -> None:
        """Keep one more, on disk before the next begins."""
        self.reports.append(report)
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(plain(report) + b"\n")

    def left(self, plans: Iterable[Plan]) -> list[Plan]:
        """The plans of which there is no report yet."""
        done = {report.plan.seed for report in self.reports}
        return [plan for plan in plans if plan.seed not in done]

    @property
    def in_order(self) -> Sequence[Report]:
        """All reports by their seeds, whichever ended first."""
        return sorted(self.reports, key=lambda report: report.plan.seed)


def plain(report: Report) -> bytes:
    """A report as a line of JSON."""
    return _REPORT.dump_json(report)


def read_report(line: bytes) -> Report:
    """The report that a line is."""
    return _REPORT.validate_json(line)


def read_notes(path: Path) -> tuple[Head, list[Report]]:
    """A file's head and reports; half a line at its end, of a series that was killed, is left out."""
    whole = path.read_bytes().rpartition(b"\n")[0].splitlines()
    return _HEAD.validate_json(whole[0]), [read_report(line) for line in whole[1:]]
