"""The journal keeps what it was given, in order, for one writer at a time."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import JournalBroken, JournalCorrupt, JournalLocked
from streams.journal import Journal, Record, read_journal
from tests.support.journals import note

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from streams.journal import Journal, Record
journal = Journal(Path(sys.argv[1]))
journal.append([Record("observation", "observations", b"k", b"v")])
print("held", flush=True)
time.sleep(60)
"""

RECORDS = st.builds(
    Record,
    kind=st.sampled_from(["observation", "correction", "acknowledgement"]),
    topic=st.text(max_size=20),
    key=st.none() | st.binary(max_size=20),
    value=st.none() | st.binary(max_size=200),
    headers=st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=5)), max_size=3).map(tuple),
)


def texts(journal: Journal, after: int = 0) -> list[str]:
    """Return what the journal's records say."""
    return [(record.value or b"").decode() for record in journal.read(after)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a place for a journal; the folder itself is not there yet."""
    return tmp_path / "data" / "journal"


def test_what_was_appended_is_there_after_a_restart(folder: Path) -> None:
    """Closed and opened again, the journal has every record in order, and numbers go on where they ended."""
    with Journal(folder) as journal:
        assert journal.append([note(b"a"), note(b"b")]) == 2
        assert journal.append([note(b"c")]) == 3
    with Journal(folder) as journal:
        assert journal.cut is None
        assert journal.last_sequence == 3
        assert journal.append([note(b"d")]) == 4
        assert texts(journal) == ["a", "b", "c", "d"]
        assert [record.sequence for record in journal.read()] == [1, 2, 3, 4]


def test_an_empty_journal(folder: Path) -> None:
    """A new journal has no records; appending none changes nothing."""
    with Journal(folder) as journal:
        assert journal.append([]) == 0
        assert texts(journal) == []
    with Journal(folder) as journal:
        assert journal.last_sequence == 0


@given(batches=st.lists(st.lists(RECORDS, max_size=5), max_size=5))
def test_records_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Record]]) -> None:
    """Keys, values, tombstones and headers are the same after a restart, whatever bytes they hold."""
    folder = tmp_path_factory.mktemp("journal")
    with Journal(folder, fsync=False, segment_bytes=200) as journal:
        for batch in batches:
            journal.append(batch)
    appended = [record for batch in batches for record in batch]
    assert [_unnumbered(record) for record in read_journal(folder)] == [_unnumbered(record) for record in appended]


def _unnumbered(record: Record) -> tuple[object, ...]:
    return (record.kind, record.topic, record.key, record.value, record.headers)


def test_read_from_a_number_on(folder: Path) -> None:
    """Who has read up to n gets what follows n, also in the middle of what was appended together."""
    with Journal(folder, segment_bytes=100) as journal:
        journal.append([note(text.encode()) for text in "abcde"])
        journal.append([note(text.encode()) for text in "fg"])
        assert texts(journal, after=3) == ["d", "e", "f", "g"]
        assert texts(journal, after=5) == ["f", "g"]
        assert texts(journal, after=7) == []


@pytest.mark.parametrize(("fsync", "waits"), [(True, 2), (False, 0)])
def test_each_append_waits_for_the_disk_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, fsync: bool, waits: int
) -> None:
    """Many records in one append cost one wait; without `fsync` there is none."""
    synced: list[int] = []  # a spy, for once: no test can cut the power
    with Journal(folder, fsync=fsync) as journal:
        monkeypatch.setattr("streams.journal.disk.os.fsync", synced.append)
        journal.append([note(b"a")] * 1000)
        journal.append([note(b"b")])
        monkeypatch.undo()
    assert len(synced) == waits


def test_reading_ends_where_it_ended_when_it_began(folder: Path) -> None:
    """What is appended while somebody reads is for the next reading."""
    with Journal(folder) as journal:
        journal.append([note(b"a"), note(b"b")])
        reading = journal.read()
        journal.append([note(b"c")])
        assert len(list(reading)) == 2


class TestSegments:
    """A segment is closed at its size; whole old ones may go, none in the middle may."""

    def test_a_new_segment_begins_at_the_size(self, folder: Path) -> None:
        """Records go on in the next file once a segment has its size, and are read across files."""
        with Journal(folder, segment_bytes=300) as journal:
            for n in range(20):
                journal.append([note(b"%d" % n)])
            assert texts(journal) == [str(n) for n in range(20)]
        names = sorted(path.name for path in folder.glob("*.xj"))
        assert names[:2] == ["000001.xj", "000002.xj"]
        assert len(names) > 3

    def test_the_oldest_may_be_deleted(self, folder: Path) -> None:
        """With the oldest segments gone the journal begins later; numbers stay what they were."""
        with Journal(folder, segment_bytes=100) as journal:
            for text in "abcdef":
                journal.append([note(text.encode())])
        (folder / "000001.xj").unlink()
        with Journal(folder) as journal:
            assert [record.sequence for record in journal.read()] == [3, 4, 5, 6]
            assert journal.append([note(b"g")]) == 7

    def test_one_in_the_middle_may_not(self, folder: Path) -> None:
        """A missing segment between two others is named, never skipped."""
        with Journal(folder, segment_bytes=100) as journal:
            for text in "abcdef":
                journal.append([note(text.encode())])
            (folder / "000002.xj").unlink()
            with pytest.raises(JournalCorrupt, match=r"000003\.xj .*record 5, but 3 is due"):
                texts(journal)

    def test_numbers_survive_when_only_an_empty_segment_is_left(self, folder: Path) -> None:
        """A segment knows its first number, so deleting all before it does not begin again at 1."""
        with Journal(folder, segment_bytes=100) as journal:
            for text in "abc":
                journal.append([note(text.encode())])
        newest = folder / "000002.xj"
        newest.write_bytes(newest.read_bytes()[:20])  # its header alone, as after a crash in its first record
        (folder / "000001.xj").unlink()
        with Journal(folder) as journal:
            assert journal.append([note(b"d")]) == 3


class TestOneWriter:
    """One process writes; others may look on."""

    def test_a_second_writer_is_refused(self, folder: Path) -> None:
        """While one holds the journal another cannot open it, in this process or in another; the message names it."""
        with (
            subprocess.Popen(
                [sys.executable, "-c", HOLDER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
            ) as holder,
        ):
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(JournalLocked, match=rf"process {holder.pid}: stop that one"):
                Journal(folder)
            assert len(list(read_journal(folder))) == 1
            holder.kill()
        with Journal(folder) as journal:  # its death released it
            assert journal.last_sequence == 1
            with pytest.raises(JournalLocked):
                Journal(folder)

    def test_threads_share_one(self, folder: Path) -> None:
        """Several threads may append at once: every record has a number of its own and none is lost."""
        with Journal(folder, segment_bytes=2000) as journal:
            with ThreadPoolExecutor(4) as pool:
                numbers = list(pool.map(lambda n: journal.append([note(b"%d" % n)]), range(200)))
            assert sorted(numbers) == list(range(1, 201))
            assert sorted(texts(journal), key=int) == [str(n) for n in range(200)]

    def test_a_closed_one_takes_nothing(self, folder: Path) -> None:
        """Appending to a closed journal is an error, never a silent loss."""
        journal = Journal(folder)
        journal.close()
        journal.close()
        with pytest.raises(JournalBroken, match="is closed"):
            journal.append([note(b"a")])
