"""Opening a registry: a YAML file, an Excel workbook, or a folder of CSV files in UTF-8 or GB18030."""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import yaml
from openpyxl.utils.exceptions import InvalidFileException

from observers.registry.faults import FaultReason, NoteReason, Place, Remarks
from observers.registry.table import Cell, Grid, Row, Table, is_blank, read_grid
from observers.registry.words import vocabulary

_SETTINGS = "settings"


class Book:
    """What a registry's files hold: its sheets, and the settings (area, valid_from) with their places."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.settings: dict[str, tuple[object, Place]] = {}

    def add(self, table: Table, remarks: Remarks) -> None:
        """Take a sheet; two of one kind are a fault."""
        if table.kind in self.tables:
            remarks.fault(FaultReason.DOUBLED_SHEET, Place(table.sheet), table.sheet)
        else:
            self.tables[table.kind] = table

    def set(self, name: str, value: object, place: Place) -> None:
        """Take a setting."""
        self.settings[name] = (value, place)


def open_book(path: Path, remarks: Remarks) -> Book:
    """Read everything there is; what can't be read goes to `remarks`."""
    book = Book()
    reader = _reader(path, remarks)
    if reader is not None:
        try:
            reader(path, book, remarks)
        except (OSError, UnicodeDecodeError, csv.Error, _NoWorkbook) as error:
            remarks.fault(FaultReason.UNREADABLE, Place(path.name), error)
    return book


Reader = Callable[[Path, Book, Remarks], None]


def _reader(path: Path, remarks: Remarks) -> Reader | None:
    if path.is_dir():
        return _read_folder
    if not path.exists():
        remarks.fault(FaultReason.NO_SUCH_FILE, Place(str(path)))
        return None
    found = {".yaml": _read_yaml, ".yml": _read_yaml, ".xlsx": _read_workbook}.get(path.suffix.lower())
    if found is None:
        remarks.fault(FaultReason.UNKNOWN_FORMAT, Place(path.name), path.suffix or path.name)
    return found


class _NoWorkbook(Exception):
    """A file that ends in .xlsx and holds something else, or is cut off."""


def _read_workbook(path: Path, book: Book, remarks: Remarks) -> None:
    for title, grid in _workbook_sheets(path.read_bytes()):
        _read_sheet(title, grid, book, remarks)


def _workbook_sheets(raw: bytes) -> list[tuple[str, list[tuple[int, Sequence[Any]]]]]:
    """All sheets with numbered rows. openpyxl raises whatever its parts stumble over, so that is caught here alone."""
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        return [(one.title, list(enumerate(one.iter_rows(values_only=True), start=1))) for one in workbook.worksheets]
    except _STUMBLES as error:
        raise _NoWorkbook(error) from error


#: A damaged archive, or sound XML that is no workbook's; RuntimeError is a password, or a compression unknown here.
_STUMBLES = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, InvalidFileException, ParseError,
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
)  # fmt: skip


def _read_folder(path: Path, book: Book, remarks: Remarks) -> None:
    for file in sorted(path.glob("*.csv")):
        rows = csv.reader(io.StringIO(_decoded(file.read_bytes()), newline=""))
        _read_sheet(file.stem, [(rows.line_num, values) for values in rows], book, remarks)


def _decoded(raw: bytes) -> str:
    """UTF-8 with or without a mark, else GB18030, which is what Excel in China writes."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _read_sheet(sheet: str, grid: Grid, book: Book, remarks: Remarks) -> None:
    kind = vocabulary().sheets.meaning(sheet)
    if kind is None:
        remarks.note(NoteReason.IGNORED_SHEET, Place(sheet))
    elif kind == _SETTINGS:
        _read_settings(sheet, grid, book)
    else:
        book.add(read_grid(kind, sheet, grid, remarks), remarks)


def _read_settings(sheet: str, grid: Grid, book: Book) -> None:
    for number, values in grid:
        name = vocabulary().settings.meaning(str(values[0])) if values else None
        if name is not None and len(values) > 1 and not is_blank(values[1]):
            book.set(name, values[1], Place(sheet, number, str(values[0])))


# --- YAML -----------------------------------------------------------------------------------------------------------


def _read_yaml(path: Path, book: Book, remarks: Remarks) -> None:
    try:
        loader = yaml.SafeLoader(path.read_bytes())
        root = loader.get_single_node()
        if isinstance(root, yaml.MappingNode):
            for key, value in root.value:
                _read_key(loader, str(key.value), key.start_mark.line + 1, value, book, remarks)
        else:
            remarks.fault(FaultReason.UNREADABLE, Place(path.name), "YAML: units: …")
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # the last: nested more deeply than it reads
        remarks.fault(FaultReason.UNREADABLE, Place(path.name), " ".join(str(error).split()))


def _read_key(loader: yaml.SafeLoader, key: str, line: int, value: yaml.Node, book: Book, remarks: Remarks) -> None:
    setting, kind = vocabulary().settings.meaning(key), vocabulary().sheets.meaning(key)
    if setting is not None:
        book.set(setting, _constructed(loader, value), Place("", line, key))
    elif kind is None or kind == _SETTINGS:
        wanted = ", ".join([*vocabulary().settings.preferred, *vocabulary().fields])
        remarks.fault(FaultReason.UNKNOWN_KEY, Place("", line), key, wanted)
    elif not isinstance(value, yaml.SequenceNode):
        remarks.fault(FaultReason.NOT_A_LIST, Place(key, line))
    else:
        rows = [_yaml_row(loader, kind, key, node, remarks) for node in value.value]
        book.add(Table(kind, key, tuple(row for row in rows if row)), remarks)


def _yaml_row(loader: yaml.SafeLoader, kind: str, sheet: str, node: yaml.Node, remarks: Remarks) -> Row | None:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        remarks.fault(FaultReason.NOT_A_LIST, Place(sheet, line))
        return None
    return Row(sheet, line, dict(_yaml_cells(loader, kind, Place(sheet, line), node.value, remarks)))


def _yaml_cells(
    loader: yaml.SafeLoader, kind: str, place: Place, pairs: Sequence[tuple[yaml.Node, yaml.Node]], remarks: Remarks
) -> Iterator[tuple[str, Cell]]:
    words, seen = vocabulary().fields[kind], set[str]()
    for key_node, value_node in pairs:
        key, value = str(key_node.value), _constructed(loader, value_node)
        field = words.meaning(key)
        if field is None:
            remarks.fault(FaultReason.UNKNOWN_KEY, place, key, ", ".join(words.preferred))
        elif field in seen:
            remarks.fault(FaultReason.DOUBLED_HEADER, place._replace(column=key), key)
        elif not is_blank(value):
            yield field, Cell(key, value)
        seen.add(field or key)


def _constructed(loader: yaml.SafeLoader, node: yaml.Node) -> object:
    """A node's value; a number written with leading noughts (a site code) keeps them."""
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith((":int", ":float")):
        return node.value
    return loader.construct_object(node, deep=True)
