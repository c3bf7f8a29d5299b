"""What is wrong in a registry, or was mended while reading it, each with its place: sheet, row, column."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from observers.registry.words import messages


class FaultReason(StrEnum):
    """Why an entry can't be taken."""

    NO_SUCH_FILE = "no_such_file"
    UNKNOWN_FORMAT = "unknown_format"
    UNREADABLE = "unreadable"
    MISSING_SHEET = "missing_sheet"
    DOUBLED_SHEET = "doubled_sheet"
    NO_HEADER = "no_header"
    MISSING_HEADER = "missing_header"
    DOUBLED_HEADER = "doubled_header"
    UNKNOWN_KEY = "unknown_key"
    NOT_A_LIST = "not_a_list"
    EMPTY = "empty"
    NOT_A_CODE = "not_a_code"
    NOT_AN_ID = "not_an_id"
    NOT_A_DATE = "not_a_date"
    NOT_A_NUMBER = "not_a_number"
    NOT_YES_NO = "not_yes_no"
    UNKNOWN_WORD = "unknown_word"
    NOT_A_CYCLE = "not_a_cycle"
    NOT_A_URL = "not_a_url"
    AMBIGUOUS_NAME = "ambiguous_name"
    INVALID = "invalid"
    DOUBLED = "doubled"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_SITE = "unknown_site"
    SUPERIOR_CIRCLE = "superior_circle"
    PLATFORM_MISMATCH = "platform_mismatch"
    TYPE_MISMATCH = "type_mismatch"
    MISSING_SETTING = "missing_setting"


class NoteReason(StrEnum):
    """What was mended or passed over while reading; nothing has to be done."""

    NORMALISED = "normalised"
    ID_FROM_NAME = "id_from_name"
    IGNORED_SHEET = "ignored_sheet"
    IGNORED_HEADER = "ignored_header"


class Place(NamedTuple):
    """Where: the sheet as it is called there, its row (the first is 1; 0 for the whole sheet), its column's header."""

    sheet: str
    row: int = 0
    column: str = ""

    def text(self, language: str = "zh") -> str:
        """Such as “网站 第3行 网站标识码”, or in English “网站 row 3 网站标识码”."""
        row = (f"第{self.row}行" if language == "zh" else f"row {self.row}") if self.row else ""
        return " ".join(part for part in (self.sheet, row, self.column) if part)


class RegistryFault(NamedTuple):
    """One fault, or one note."""

    reason: FaultReason | NoteReason
    place: Place
    value: str = ""
    wanted: str = ""

    def text(self, language: str = "zh") -> str:
        """Place, what is wrong and what to do, in `zh` or `en`."""
        said = messages()[self.reason][language].format(value=self.value, wanted=self.wanted)
        return f"{self.place.text(language)}: {said}"

    def __str__(self) -> str:
        return f"{self.text('zh')} / {self.text('en').removeprefix(self.place.text('en') + ': ')}"


@dataclass(frozen=True, slots=True)
class Remarks:
    """Collects faults and notes while reading, so that all are said at once."""

    faults: list[RegistryFault] = field(default_factory=list)
    notes: list[RegistryFault] = field(default_factory=list)

    def fault(self, reason: FaultReason, place: Place, value: object = "", wanted: str = "") -> None:
        """Remember a fault."""
        self.faults.append(RegistryFault(reason, place, str(value), wanted))

    def note(self, reason: NoteReason, place: Place, value: object = "", wanted: str = "") -> None:
        """Remember a note."""
        self.notes.append(RegistryFault(reason, place, str(value), wanted))
