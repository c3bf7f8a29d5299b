"""A sheet as rows of cells under known headers, whatever kind of file it came from."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from observers.registry.faults import FaultReason, NoteReason, Place, Remarks
from observers.registry.words import Words, vocabulary

#: So many rows at the top may hold a title before the header comes.
_TITLE_ROWS = 10
#: So many known words make a row the header.
_ENOUGH_HEADERS = 2


class Cell(NamedTuple):
    """A value under its header, as the file has it."""

    header: str
    value: Any


class Row(NamedTuple):
    """An entry: its sheet and row, and its cells by field."""

    sheet: str
    number: int
    cells: dict[str, Cell]

    def place(self, header: str = "") -> Place:
        """Where a column of this entry stands."""
        return Place(self.sheet, self.number, header)


class Table(NamedTuple):
    """A sheet: what it is (`units`, `sites` …), what it is called, and its entries."""

    kind: str
    sheet: str
    rows: tuple[Row, ...]


Grid = Iterable[tuple[int, Sequence[Any]]]


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_grid(kind: str, sheet: str, grid: Grid, remarks: Remarks) -> Table:
    """Find the header of a sheet and read the rows below it; faults of the header go to `remarks`."""
    rows = [(number, values) for number, values in grid if not all(is_blank(value) for value in values)]
    words = vocabulary().fields[kind]
    place = next((place for place, (_, values) in enumerate(rows[:_TITLE_ROWS]) if _is_header(values, words)), None)
    if place is None:
        wanted = "、".join(words.shown(field) for field in vocabulary().required[kind])
        remarks.fault(FaultReason.NO_HEADER, Place(sheet), wanted=wanted)
        return Table(kind, sheet, ())
    number, values = rows[place]
    fields = _fields(kind, sheet, number, values, remarks)
    return Table(kind, sheet, tuple(_rows(sheet, fields, rows[place + 1 :])))


def _is_header(values: Sequence[Any], words: Words) -> bool:
    known = [value for value in values if isinstance(value, str) and words.meaning(value)]
    return len(known) >= _ENOUGH_HEADERS


def _fields(kind: str, sheet: str, number: int, values: Sequence[Any], remarks: Remarks) -> dict[int, tuple[str, str]]:
    """For each place in a row: (field, header)."""
    words, found = vocabulary().fields[kind], dict[int, tuple[str, str]]()
    for place, value in enumerate(values):
        header = "" if is_blank(value) else str(value).strip()
        field = words.meaning(header)
        if field is None:
            if header:
                remarks.note(NoteReason.IGNORED_HEADER, Place(sheet, number), header)
        elif field in {known for known, _ in found.values()}:
            remarks.fault(FaultReason.DOUBLED_HEADER, Place(sheet, number, header), header)
        else:
            found[place] = (field, header)
    check_required(kind, Place(sheet, number), {field for field, _ in found.values()}, remarks)
    return found


def check_required(kind: str, place: Place, fields: set[str], remarks: Remarks) -> None:
    """Say which columns have to be there and are not."""
    for field in vocabulary().required[kind]:
        if field not in fields:
            remarks.fault(FaultReason.MISSING_HEADER, place, wanted=vocabulary().fields[kind].shown(field))


def _rows(sheet: str, fields: dict[int, tuple[str, str]], rows: Grid) -> Iterator[Row]:
    for number, values in rows:
        cells = {
            field: Cell(header, values[place])
            for place, (field, header) in fields.items()
            if place < len(values) and not is_blank(values[place])
        }
        if cells:
            yield Row(sheet, number, cells)
