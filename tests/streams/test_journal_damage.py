"""Crashes and damage: nothing acknowledged is lost, and nothing at all is lost in silence."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import JournalCorrupt
from streams.journal import Journal, read_journal
from tests.support.journals import note, values

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from streams.journal import Journal, Record
with Journal(Path(sys.argv[1]), segment_bytes=20_000) as journal:
    while True:
        print(journal.append([Record("observation", "t", b"k", b"x" * 100)] * 3), flush=True)
"""
BATCHES = st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=3), min_size=1, max_size=5)


def write(folder: Path, batches: list[list[bytes]]) -> Path:
    """Write one segment, one append a batch, and return its path."""
    with Journal(folder, fsync=False) as journal:
        for batch in batches:
            journal.append([note(value) for value in batch])
    return folder / "000001.xj"


def read_or_named(folder: Path) -> list[bytes | None] | str:
    """Return what an opened journal holds, or "named" if it says which file is damaged where."""
    try:
        with Journal(folder, fsync=False) as journal:
            assert journal.cut is not None
            return [record.value for record in journal.read()]
    except JournalCorrupt as error:
        return "named" if "000001.xj at byte" in str(error) else str(error)


class TestTornEnd:
    """A crash in the middle of a write."""

    @given(batches=BATCHES, where=st.randoms(use_true_random=False))
    def test_cut_anywhere(
        self, tmp_path_factory: pytest.TempPathFactory, batches: list[list[bytes]], where: random.Random
    ) -> None:
        """Cut at any byte: what is left is whole appends from the beginning on, and appending goes on behind them."""
        folder = tmp_path_factory.mktemp("journal")
        segment = write(folder, batches)
        self.check_cut(folder, segment, batches, where.randrange(segment.stat().st_size + 1))

    def test_cut_at_every_byte(self, tmp_path: Path) -> None:
        """The same, for each byte of one journal."""
        batches = [[b"a", b"b"], [b""], [b"c" * 30, b"d", b"e"]]
        whole = write(tmp_path / "whole", batches).read_bytes()
        for size in range(len(whole) + 1):
            folder = tmp_path / str(size)
            folder.mkdir()
            segment = folder / "000001.xj"
            segment.write_bytes(whole)
            self.check_cut(folder, segment, batches, size)

    def check_cut(self, folder: Path, segment: Path, batches: list[list[bytes]], size: int) -> None:
        """Cut `segment` to `size` bytes, open it, and compare with the prefixes of what was appended."""
        before = segment.read_bytes()
        os.truncate(segment, size)
        prefixes = [[value for batch in batches[:n] for value in batch] for n in range(len(batches) + 1)]
        with Journal(folder, fsync=False) as journal:
            kept = values(folder)
            assert kept in prefixes
            assert (kept == prefixes[-1]) == (size == len(before))
            assert journal.append([note(b"after")]) == len(kept) + 1
            if journal.cut is not None:
                torn = journal.cut
                assert torn.kept_in.read_bytes() == before[torn.offset : torn.offset + torn.size]
                assert torn.offset + torn.size == size
        assert values(folder) == [*kept, b"after"]

    def test_it_says_what_it_cut_and_keeps_it(self, tmp_path: Path) -> None:
        """The report names segment, offset and size; a second crash does not overwrite what the first left."""
        segment = write(tmp_path, [[b"a"], [b"b"]])
        for name in ("000001.torn", "000001-2.torn"):
            good = segment.stat().st_size
            with segment.open("ab") as file:
                file.write(b"half a fr")
            with Journal(tmp_path) as journal:
                assert journal.cut is not None
                assert (journal.cut.segment, journal.cut.offset, journal.cut.size) == (segment, good, 9)
                assert journal.cut.kept_in == tmp_path / name
                journal.append([note(b"c")])
        assert (tmp_path / "000001.torn").read_bytes() == b"half a fr"
        assert values(tmp_path) == [b"a", b"b", b"c", b"c"]

    def test_a_segment_torn_while_it_was_made(self, tmp_path: Path) -> None:
        """A crash while the next segment is begun leaves a file without a whole header; writing goes on."""
        write(tmp_path, [[b"a"]])
        (tmp_path / "000002.xj").write_bytes(b"XJ1\n\x00")
        assert values(tmp_path) == [b"a"]
        with Journal(tmp_path) as journal:
            assert journal.cut is not None
            assert journal.append([note(b"b")]) == 2
        assert values(tmp_path) == [b"a", b"b"]

    def test_a_record_that_holds_a_journal(self, tmp_path: Path) -> None:
        """A torn record whose value is itself a piece of a journal is torn, not damage: nobody can forge a frame."""
        inner = write(tmp_path / "inner", [[b"x"], [b"y"]]).read_bytes()
        segment = write(tmp_path / "outer", [[b"a"], [inner]])
        os.truncate(segment, segment.stat().st_size - 1)
        with Journal(tmp_path / "outer") as journal:
            assert [record.value for record in journal.read()] == [b"a"]

    def test_kill_minus_9_loses_nothing_acknowledged(self, tmp_path: Path) -> None:
        """A writer killed again and again at any moment: what it said is durable is there, in order, each time."""
        chance = random.Random(7)
        acknowledged = 0
        for _ in range(8):
            with subprocess.Popen(
                [sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
            ) as writer:
                assert writer.stdout is not None
                acknowledged = int(writer.stdout.readline())
                time.sleep(chance.uniform(0, 0.05))
                writer.kill()
                said = [int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
                acknowledged = max([acknowledged, *said])
            numbers = [record.sequence for record in read_journal(tmp_path)]
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) >= acknowledged
        assert acknowledged > 100


class TestDamage:
    """A disk that forgets or changes what it once had."""

    @given(
        batches=st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=3), min_size=2, max_size=5),
        data=st.data(),
    )
    def test_a_changed_byte_never_becomes_a_record(
        self, tmp_path_factory: pytest.TempPathFactory, batches: list[list[bytes]], data: st.DataObject
    ) -> None:
        """One changed byte is damage, said with file and offset, or, in the last append, a torn end; never a record."""
        folder = tmp_path_factory.mktemp("journal")
        segment = write(folder, batches)
        content = bytearray(segment.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        segment.write_bytes(content)
        whole_before = [value for batch in batches[:-1] for value in batch]
        assert read_or_named(folder) in (whole_before, "named")

    @pytest.mark.parametrize("place", [21, 25, 29, 40], ids=["mark", "length", "checksum", "payload"])
    def test_damage_before_good_records_is_named(self, tmp_path: Path, place: int) -> None:
        """A spoilt append with others behind it stops both reading and opening, and names file and byte."""
        segment = write(tmp_path, [[b"a" * 20], [b"b"], [b"c"]])
        content = bytearray(segment.read_bytes())
        content[place] ^= 0x40
        segment.write_bytes(content)
        with pytest.raises(JournalCorrupt, match=r"000001\.xj at byte 20"):
            values(tmp_path)
        with pytest.raises(JournalCorrupt, match=r"000001\.xj at byte 20"):
            Journal(tmp_path)
        assert segment.read_bytes() == content

    def test_an_older_segment_that_lost_its_end(self, tmp_path: Path) -> None:
        """A segment with another behind it was closed whole; shortened, even by whole records, it is damaged."""
        with Journal(tmp_path, segment_bytes=100) as journal:
            for value in (b"a", b"b", b"c"):
                journal.append([note(value)])
            segment = tmp_path / "000001.xj"
            os.truncate(segment, segment.stat().st_size - 1)
            with pytest.raises(JournalCorrupt, match=r"000001\.xj at byte"):
                list(journal.read())

    def test_an_end_lost_while_open(self, tmp_path: Path) -> None:
        """The owner knows what it acknowledged: records that vanish under it are missed."""
        with Journal(tmp_path) as journal:
            journal.append([note(b"a")])
            size = (tmp_path / "000001.xj").stat().st_size
            journal.append([note(b"b")])
            os.truncate(tmp_path / "000001.xj", size)
            with pytest.raises(JournalCorrupt, match="ends with record 1, but 2 were acknowledged"):
                list(journal.read())
