"""A full disk under the journal: said at once, nothing half kept, and all goes on when there is room again."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import JournalFull
from streams.journal import Journal, Record
from tests.support.journals import note, values

ROOT = Path(__file__).parents[2]
LIMITED = """
import resource, sys
from pathlib import Path
from schemas.errors import JournalFull
from streams.journal import Journal, Record
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
with Journal(Path(sys.argv[1])) as journal:
    try:
        while True:
            journal.append([Record("observation", "t", b"k", b"x" * 70)])
    except JournalFull:
        print(journal.last_sequence)
    journal.append([Record("observation", "t", b"k", b"")])
"""


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 256 KiB, where the system lets us."""
    if shutil.which("mount") is None:
        pytest.skip("no mount command")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"may not mount a file system: {mounted.stderr.strip()}")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def fill(journal: Journal) -> None:
    """Append until the journal refuses."""
    while True:
        journal.append([note(b"x" * 5000)] * 3)


def test_a_limit_on_the_file(tmp_path: Path) -> None:
    """What is acknowledged before the limit is there; the refused record left no byte; smaller ones still fit."""
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    last = int(ran.stdout)
    assert last > 3
    assert values(tmp_path) == [b"x" * 70] * last + [b""]
    with Journal(tmp_path) as journal:
        assert journal.cut is None


def test_a_real_full_disk(tiny_disk: Path) -> None:
    """On a full file system the journal refuses, keeps what it had, and takes more once space is freed."""
    ballast = tiny_disk / "ballast"
    ballast.write_bytes(b"\0" * 64 * 1024)
    with Journal(tiny_disk / "journal") as journal:
        with pytest.raises(JournalFull, match="Free space"):
            fill(journal)
        kept = journal.last_sequence
        assert len(list(journal.read())) == kept > 0
        ballast.unlink()
        assert journal.append([note(b"y")] * 3) == kept + 3
    with Journal(tiny_disk / "journal") as journal:
        assert journal.cut is None
        assert len(list(journal.read())) == kept + 3


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """An append that fails in its second frame takes its first one back too."""
    with Journal(tmp_path) as journal:
        journal.append([note(b"a")])
        good = [note(b"b")] * 10_000
        with pytest.raises(TypeError):
            journal.append([*good, Record("observation", "t", b"k", object())])  # type: ignore[arg-type]
        assert journal.append([note(b"c")]) == 2
        assert values(tmp_path) == [b"a", b"c"]
