"""Reading one cell: a value of the wished kind, or a fault with what to do.

Codes, dates, numbers and addresses are brought into plain form first (NFKC: full-width digits and letters become
plain), and a note says so. Names keep their full-width brackets, as they are part of the name.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from observers.registry.faults import FaultReason, NoteReason, Place, Remarks
from observers.registry.words import Words, vocabulary
from rules.span import parse_span
from schemas.errors import SpanError
from schemas.instants import SHANGHAI
from schemas.registry import Endpoint

_CODE = re.compile(r"\d{10}|bm\d{8}", re.ASCII)
_ID = re.compile(r"[^\s/@]{1,80}")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_CYCLE = re.compile(r"每?(\d{1,4})([^\d\s]+)")
_URL = re.compile(r"https?://[^\s/]+\S*")
_SEPARATORS = re.compile(r"[\s;,；，、]+")


class Refused(NamedTuple):
    """A cell that can't be taken; the fault has been noted."""


REFUSED = Refused()


class Reading(NamedTuple):
    """One cell to read, and where remarks on it go."""

    value: Any
    place: Place
    remarks: Remarks

    def refuse(self, reason: FaultReason, wanted: str = "") -> Refused:
        """Note a fault."""
        self.remarks.fault(reason, self.place, self.value, wanted)
        return REFUSED

    def plain(self) -> str:
        """The cell as text in plain form, without blanks around it; a note where that changed more than those."""
        text = _text(self.value)
        plain = unicodedata.normalize("NFKC", text).strip()
        if plain != text.strip():
            self.remarks.note(NoteReason.NORMALISED, self.place, text, plain)
        return plain


CellReader = Callable[[Reading], Any]


def _text(value: object) -> str:
    """As it is shown: a whole number without the decimal point that a spreadsheet gives it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def name(reading: Reading) -> str:
    """Text as it stands, without blanks around it."""
    return _text(reading.value).strip()


def code(reading: Reading) -> str | Refused:
    """网站标识码."""
    plain = reading.plain().lower()
    return plain if _CODE.fullmatch(plain) else reading.refuse(FaultReason.NOT_A_CODE)


def identifier(reading: Reading) -> str | Refused:
    """An id of a unit, column or observer."""
    plain = reading.plain()
    return plain if _ID.fullmatch(plain) and ":" not in plain else reading.refuse(FaultReason.NOT_AN_ID, "、“:”")


def account_id(reading: Reading) -> str | Refused:
    """An account's id, with or without its platform before a colon."""
    plain = reading.plain()
    return plain if _ID.fullmatch(plain) else reading.refuse(FaultReason.NOT_AN_ID)


def reference(reading: Reading) -> str:
    """A code or a name of another entry: as it stands; who resolves it compares both in plain form."""
    return name(reading)


def moment(reading: Reading) -> datetime | Refused:
    """A date is its beginning in Asia/Shanghai; a time without an offset is Beijing's."""
    value = reading.value
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=SHANGHAI)
    plain = reading.plain()
    found = _DATE.fullmatch(plain.replace("年 ", "年").replace("月 ", "月"))
    try:
        if found is None:
            exact = datetime.fromisoformat(plain)
            return exact if exact.tzinfo else reading.refuse(FaultReason.NOT_A_DATE)
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]
    except ValueError:
        return reading.refuse(FaultReason.NOT_A_DATE)


def number(least: int, most: int) -> CellReader:
    """A whole number within bounds, both included."""

    def read(reading: Reading) -> int | Refused:
        plain = reading.plain().removesuffix("级")
        if plain.isascii() and plain.isdigit() and least <= int(plain) <= most:
            return int(plain)
        return reading.refuse(FaultReason.NOT_A_NUMBER, f"{least}–{most}")

    return read


def yes_no(reading: Reading) -> bool | Refused:
    """是 or 否, 有 or 无, true or false."""
    if isinstance(reading.value, bool):
        return reading.value
    meaning = vocabulary().yes_no.meaning(_text(reading.value))
    return meaning == "yes" if meaning else reading.refuse(FaultReason.NOT_YES_NO)


def word(table: str) -> CellReader:
    """A word of one of the vocabulary's tables."""

    def read(reading: Reading) -> str | Refused:
        words: Words = vocabulary().words[table]
        meaning = words.meaning(_text(reading.value))
        return meaning or reading.refuse(FaultReason.UNKNOWN_WORD, words.choices())

    return read


def cycle(reading: Reading) -> str | Refused | None:
    """An update cycle as a span; None where there is no fixed one."""
    plain = reading.plain()
    meaning = vocabulary().cycles.meaning(plain)
    if meaning is not None:
        return meaning or None
    found = _CYCLE.fullmatch(plain.replace(" ", ""))
    count, unit = vocabulary().cycle_units.get(found[2] if found else "", (0, ""))
    text = f"{int(found[1]) * count} {unit}" if found and count else plain
    try:
        return str(parse_span(text))
    except SpanError:
        return reading.refuse(FaultReason.NOT_A_CYCLE)


def endpoints(reading: Reading) -> list[Endpoint] | Refused:
    """Addresses in one cell, or in YAML a list of addresses or of entries with url, secret_env and events."""
    value = reading.value
    parts = value if isinstance(value, list) else [part for part in _SEPARATORS.split(reading.plain()) if part]
    found = [_endpoint(part if isinstance(part, Mapping) else {"url": str(part)}, reading) for part in parts]
    return REFUSED if None in found else [one for one in found if one is not None]


def _endpoint(entry: Mapping[Any, Any], reading: Reading) -> Endpoint | None:
    url = str(entry.get("url", ""))
    if not _URL.fullmatch(url):
        reading.remarks.fault(FaultReason.NOT_A_URL, reading.place, url)
        return None
    try:
        return Endpoint.model_validate(dict(entry))
    except ValidationError as error:
        first = error.errors()[0]
        wanted = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        reading.remarks.fault(FaultReason.INVALID, reading.place, first.get("input", ""), wanted)
        return None


_UNIT = {
    "id": identifier,
    "name": name,
    "area": name,
    "region": name,
    "group": name,
    "external_services": yes_no,
    "superior": reference,
    "order": number(0, 999_999),
    "endpoints": endpoints,
    "secret_env": name,
}
_SITE = {
    "code": code,
    "name": name,
    "unit": reference,
    "kind": word("site_kind"),
    "navigation_home": yes_no,
}
_COLUMN = {
    "id": identifier,
    "site": reference,
    "name": name,
    "column_class": word("column_class"),
    "level": number(1, 9),
    "cycle": cycle,
    "unit": reference,
}
_ACCOUNT = {
    "id": account_id,
    "name": name,
    "unit": reference,
    "platform": word("platform"),
    "account_type": word("account_type"),
    "opened": moment,
    "filed": moment,
    "filler": yes_no,
}
_OBSERVER = {"id": identifier, "name": name}
_REMARK = {"note": name, "assumed": yes_no}

#: For each kind of entry: how each field's cell is read.
READERS: Mapping[str, Mapping[str, CellReader]] = {
    "units": {**_UNIT, **_REMARK},
    "sites": {**_SITE, **_REMARK},
    "columns": {**_COLUMN, **_REMARK},
    "accounts": {**_ACCOUNT, **_REMARK},
    "observers": {**_OBSERVER, **_REMARK},
}
