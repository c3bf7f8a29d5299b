"""The archive's files: exact, by the day on which a fact was seen, each fact once, whole or not there."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import ArchiveBroken, ArchiveError, ArchiveLocked
from streams.archive import archived_values, compact
from streams.archive.layout import file_for, locked, put
from streams.archive.rows import rows_of
from streams.archive.stretch import Stretches
from streams.log.records import tick_event
from streams.sources import Log
from tests.support.archives import GATE, archive, message, places, query
from tests.support.events import SITE, event

DAY, NEXT, LATER = "2031-04-01", "2031-04-02", "2031-04-03"


def on(day: str, number: int, **more: Any) -> dict[str, Any]:
    """An event of a day."""
    return event(number=number, time=f"{day}T08:00:{number % 60:02}+08:00", **more)


def ids(root: Path) -> list[str]:
    """The events of an archive in the order in which it is read."""
    return [one.id for one in Log((root,))]


def days(root: Path) -> dict[str, int]:
    """How many files each day has."""
    return {folder.name.removeprefix("day="): len(list(folder.glob("*.parquet"))) for folder in root.glob("day=*")}


class TestWhatIsKept:
    """Sound events with the bytes in which they came; what the gate refuses is the dead letters' business."""

    def test_the_bytes_are_those_that_came(self) -> None:
        """Blanks, escapes, numbers and attributes of others stay as the sender wrote them."""
        told = (
            b'{"specversion":"1.0", "id":"e\\u0031","source":"tests","type":"site.updated","subject":"4299000002",'
            b'"time":"2031-04-01T08:00:00.1239+08:00","data":{"item":"i"},  "weight":1.50e1}'
        )
        (row,) = rows_of(message(7, b" " + told + b"\n"), GATE)
        assert row.value.encode() == told
        assert (row.id, row.offset, row.place) == ("e1", 7, 0)

    def test_an_array_is_taken_apart_byte_by_byte(self) -> None:
        """Each sound event of a batch is a row with its place; the bad one between them is left to the dead letters."""
        first, last = b'{ "specversion":"1.0",%s"id":"a"}', b'{"id":"b" ,"specversion":"1.0",%s "x":[]}'
        rest = b'"source":"t","type":"site.checked","subject":"4299000002","time":"2031-04-01T08:00:00Z","data":{},'
        rest = rest.replace(b"site.checked", b"site.updated").replace(b'"data":{}', b'"data":{"item":"i"}')
        first, last = first % rest, last % rest
        rows = rows_of(message(3, b"[" + first + b' , {"id":"bad"},\n' + last + b"]"), GATE)
        assert [(row.place, row.value.encode()) for row in rows] == [(0, first), (2, last)]

    def test_what_only_pydantic_can_read_is_kept_in_substance(self) -> None:
        """NaN in an attribute of somebody's own makes no JSON, but the gate lets it in: so does the archive."""
        told = [event(number=1), event(number=2)]
        text = message(0, told).value or b""
        (one, two) = rows_of(message(0, text.replace(b'"id":"e1"', b'"id":"e1","x":NaN')), GATE)
        assert (one.id, two.id) == ("e1", "e2")
        assert len(GATE.read(None, one.value.encode(), None).events) == 1

    def test_what_the_gate_refuses_and_what_is_no_fact_is_not_kept(self) -> None:
        """No JSON, an unknown type, a key that is not the owner's, nothing at all, a tick."""
        strange = [message(0, b"{"), message(1, event("site.dreamt")), message(2, event(), key=b"4299000003")]
        assert [rows_of(one, GATE) for one in [*strange, message(3, b""), message(4, tick_event(0))]] == [[]] * 5

    def test_the_columns_say_what_the_event_says(self, tmp_path: Path) -> None:
        """Any DuckDB reads them: instants with a zone, the owner, and the place in the log."""
        column = f"{SITE}/column/c1"
        told = event("column.updated", column, observedtime="2031-04-01T23:59:59.999+08:00")
        archive(tmp_path, [message(9, told, partition=2)])
        (row,) = query(tmp_path, "select * exclude (value, day, time, observedtime) from archive")
        assert row == ("e1", "tests", "column.updated", column, SITE, 2, 9, 0)
        (row,) = query(tmp_path, "select epoch_ms(time), epoch_ms(observedtime), typeof(time) from archive")
        assert row == (1_932_768_001_000, 1_932_825_599_999, "TIMESTAMP WITH TIME ZONE")


class TestDays:
    """A fact lies under the day in Beijing on which it was seen."""

    def test_a_late_event_goes_to_its_own_day(self, tmp_path: Path) -> None:
        """It comes after others of a later day, and is read before them."""
        archive(tmp_path, [message(0, on(NEXT, 1)), message(1, on(NEXT, 2)), message(2, on(DAY, 3))])
        assert days(tmp_path) == {DAY: 1, NEXT: 1}
        assert ids(tmp_path) == ["e3", "e1", "e2"]

    def test_the_day_is_beijings_and_that_of_seeing(self, tmp_path: Path) -> None:
        """Seen a second after midnight in Beijing: the day that begins then, whatever UTC says."""
        archive(tmp_path, [message(0, event(observedtime="2031-04-02T00:00:01+08:00"))])
        archive(tmp_path, [message(1, event(time="2031-04-02T16:00:00Z"))])
        assert sorted(days(tmp_path)) == [NEXT, LATER]

    def test_one_day_and_one_file_are_read_alone(self, tmp_path: Path) -> None:
        """A part of an archive is a log too."""
        files = archive(tmp_path, [message(0, on(DAY, 1)), message(1, on(NEXT, 2))])
        assert ids(tmp_path / f"day={NEXT}") == ["e2"]
        assert ids(files[0]) == ["e1"]


class TestTwice:
    """What is written again is not doubled, and what is something else is not dropped."""

    def test_the_same_stretch_gives_the_same_file(self, tmp_path: Path) -> None:
        """After a crash before the commit."""
        stretch = [message(one, on(DAY, one)) for one in range(5)]
        assert archive(tmp_path, stretch) == archive(tmp_path, stretch)
        assert days(tmp_path) == {DAY: 1}

    def test_what_two_files_hold_is_read_once(self, tmp_path: Path) -> None:
        """The stretch that was written again ended elsewhere."""
        stretch = [message(one, [on(DAY, 2 * one), on(DAY, 2 * one + 1)]) for one in range(5)]
        archive(tmp_path, stretch[:3])
        archive(tmp_path, stretch)
        assert len(places(tmp_path)) == 16
        assert ids(tmp_path) == [f"e{one}" for one in range(10)]

    def test_the_same_offsets_of_another_topic_are_not_the_same_facts(self, tmp_path: Path) -> None:
        """A topic that was made anew begins with 0 again."""
        archive(tmp_path, [message(0, on(DAY, 1))])
        archive(tmp_path, [message(0, on(DAY, 2))])
        assert ids(tmp_path) == ["e1", "e2"]
        compact(tmp_path, LATER)
        assert ids(tmp_path) == ["e1", "e2"]

    def test_records_that_come_again_begin_the_stretch_again(self) -> None:
        """The group had committed less than was held: what comes from there on is all that counts."""
        held = Stretches()
        for offset in (5, 6, 7, 6, 7, 8):
            held.add(0, offset, rows_of(message(offset, on(DAY, offset)), GATE))
        assert held.of[0].last == 8
        assert [row.offset for _, rows in held.files([0]) for row in rows] == [6, 7, 8]


class TestCompaction:
    """One file a day, of what was there; at any time, any number of times, and killed anywhere."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        """Two days in nine files, some facts in two of them."""
        root = tmp_path / "archive"
        for first in range(0, 12, 3):
            found = [message(one, on(DAY if one < 9 else NEXT, one)) for one in range(first, min(first + 5, 12))]
            archive(root, found)
        return root

    def test_one_file_a_day_and_the_same_facts(self, root: Path) -> None:
        """The order is the same as well; a second run finds nothing to do."""
        before = ids(root)
        assert [(one.day, one.facts) for one in compact(root, LATER)] == [(DAY, 9), (NEXT, 3)]
        assert days(root) == {DAY: 1, NEXT: 1}
        assert ids(root) == before
        assert places(root) == [(0, one, 0) for one in range(12)]
        assert compact(root, LATER) == []

    def test_days_that_are_not_over_are_left(self, root: Path) -> None:
        """Before a day is before it."""
        assert [one.day for one in compact(root, NEXT)] == [DAY]

    def test_killed_before_the_small_files_were_removed(self, root: Path, tmp_path: Path) -> None:
        """Then both hold every fact: they are read once, and the next run finishes."""
        before = ids(root)
        shutil.copytree(root, tmp_path / "killed")
        compact(root, LATER)
        shutil.copytree(root, tmp_path / "killed", dirs_exist_ok=True)
        assert ids(tmp_path / "killed") == before
        compact(tmp_path / "killed", LATER)
        assert places(tmp_path / "killed") == [(0, one, 0) for one in range(12)]

    def test_a_late_event_is_merged_in_by_the_next(self, root: Path) -> None:
        """A day that was compact gets another file, and is compacted again."""
        compact(root, LATER)
        archive(root, [message(99, on(DAY, 13))])
        assert [(one.day, one.files, one.facts) for one in compact(root, LATER)] == [(DAY, 2, 10)]
        assert ids(root)[9] == "e13"

    def test_two_at_once_are_not_let_in(self, root: Path) -> None:
        """Each would remove what the other has not read."""
        with locked(root), pytest.raises(ArchiveLocked):
            compact(root, LATER)
        assert compact(root, LATER)

    def test_reading_goes_on_while_files_become_one(self, root: Path) -> None:
        """Whoever listed the small files and finds them gone looks again."""
        before = ids(root)
        values = archived_values(root)
        first = [next(values)]
        compact(root, LATER)
        assert len([*first, *values]) == len(before)


class TestDisks:
    """A file is whole under its name or not there; what a disk broke is said, never passed over."""

    @pytest.mark.parametrize("left", [0, 3, 500])
    def test_a_torn_file_is_an_error_that_names_it(self, tmp_path: Path, left: int) -> None:
        """Neither reading nor compaction goes on without it, or removes anything."""
        torn, _ = archive(tmp_path, [message(0, on(DAY, 1))]) + archive(tmp_path, [message(1, on(DAY, 2))])
        torn.write_bytes(torn.read_bytes()[:left])
        with pytest.raises(ArchiveBroken, match=torn.name):
            ids(tmp_path)
        with pytest.raises(ArchiveBroken, match=torn.name):
            compact(tmp_path, LATER)
        assert days(tmp_path) == {DAY: 2}

    def test_what_was_being_written_is_not_read(self, tmp_path: Path) -> None:
        """A killed archiver leaves half a file under another name, which no reader of Parquet files takes up."""
        (file,) = archive(tmp_path, [message(0, on(DAY, 1))])
        file.with_name(f".{file.name}.0a.part").write_bytes(b"PAR1 half")
        assert ids(tmp_path) == ["e1"]
        assert len(places(tmp_path)) == 1

    def test_a_full_disk_leaves_nothing_half(self, tmp_path: Path) -> None:
        """The error says what to do; the name is not there."""
        rows = rows_of(message(0, on(DAY, 1)), GATE)
        file = file_for(tmp_path / "archive", DAY, rows)

        def full(part: Path) -> None:
            part.write_bytes(b"half")
            raise OSError(28, "No space left on device")

        with pytest.raises(ArchiveError, match="free space"):
            put(file, full)
        assert list(file.parent.iterdir()) == []

    def test_the_folder_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        """Citizens' letters pass through it; a folder that was there keeps the permissions that somebody gave it."""
        archive(tmp_path / "archive", [message(0, on(DAY, 1))])
        assert (tmp_path / "archive").stat().st_mode & 0o777 == 0o700
