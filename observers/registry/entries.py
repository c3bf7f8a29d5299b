"""From rows to entries: cells read, names of units and sites turned into their codes, ids filled in where left out."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from observers.registry.cells import READERS, REFUSED, Reading
from observers.registry.faults import FaultReason, NoteReason, Place, Remarks
from observers.registry.table import Row, Table
from observers.registry.words import fold, vocabulary
from schemas.registry import Entry

_NOT_IN_IDS = re.compile(r"[\s/@:]+")
E = TypeVar("E", bound=Entry)


class Draft(NamedTuple):
    """A row with its cells read; `whole` says that no cell was refused or missing."""

    row: Row
    values: dict[str, Any]
    whole: bool

    def place(self, field: str) -> Place:
        """Where a field stands, or would stand."""
        cell = self.row.cells.get(field)
        return self.row.place(cell.header if cell else field)


class Names:
    """Finds an entry's code by its code or its name."""

    def __init__(self, drafts: Iterable[Draft], key: str, unknown: FaultReason) -> None:
        self.codes: dict[str, str] = {}
        self._names: dict[str, set[str | None]] = {}
        self._unknown = unknown
        for draft in drafts:
            code = draft.values.get(key)
            if isinstance(code, str):
                self.codes[fold(code)] = code
            self._names.setdefault(fold(str(draft.values.get("name", code))), set()).add(code)

    def find(self, text: str, place: Place, remarks: Remarks) -> str | None:
        """The code; None where there is none. That an entry with this name has a faulty code is said at its own row."""
        folded = fold(text)
        if folded in self.codes:
            return self.codes[folded]
        found = self._names.get(folded, set())
        if not found:
            remarks.fault(self._unknown, place, text)
        if len(found) > 1:
            remarks.fault(FaultReason.AMBIGUOUS_NAME, place, text)
        return next(iter(found)) if len(found) == 1 else None


def read_drafts(table: Table | None, remarks: Remarks) -> list[Draft]:
    """Read every cell of a sheet."""
    return [_draft(table.kind, row, remarks) for row in table.rows] if table else []


def _draft(kind: str, row: Row, remarks: Remarks) -> Draft:
    values: dict[str, Any] = {}
    whole = True
    for field, cell in row.cells.items():
        value = READERS[kind][field](Reading(cell.value, row.place(cell.header), remarks))
        if value is REFUSED:
            whole = False
        else:
            values[field] = value
    for field in vocabulary().required[kind]:
        if field not in row.cells:
            whole = False
            remarks.fault(FaultReason.EMPTY, row.place(vocabulary().fields[kind].shown(field)))
    return Draft(row, values, whole)


def refer(drafts: list[Draft], field: str, names: Names, remarks: Remarks) -> list[Draft]:
    """Turn names in a field into codes."""
    return [_referred(draft, field, names, remarks) for draft in drafts]


def _referred(draft: Draft, field: str, names: Names, remarks: Remarks) -> Draft:
    text = draft.values.get(field)
    if not isinstance(text, str):
        return draft
    code = names.find(text, draft.place(field), remarks)
    return Draft(draft.row, {**draft.values, field: code or text}, draft.whole and code is not None)


def with_endpoints(draft: Draft) -> Draft:
    """A unit's secret belongs to its addresses that have none of their own."""
    values = dict(draft.values)
    secret = values.pop("secret_env", None)
    given = values.get("endpoints", [])
    values["endpoints"] = [one.model_copy(update={"secret_env": one.secret_env or secret}) for one in given]
    return draft._replace(values=values)


def with_column_id(draft: Draft, remarks: Remarks) -> Draft:
    """A column without an id goes by its name."""
    if "id" in draft.row.cells or "name" not in draft.values:
        return draft
    return draft._replace(values={**draft.values, "id": _id_from_name(draft, remarks)})


def with_account_id(draft: Draft, remarks: Remarks) -> Draft:
    """The id gets its platform in front; without an id an account goes by its name; its type may be said by either."""
    values = dict(draft.values)
    platform = values.get("platform")
    if platform is None or ("id" in draft.row.cells and "id" not in values) or "name" not in values:
        return draft
    own = str(values["id"]) if "id" in values else _id_from_name(draft, remarks)
    values["id"] = own if ":" in own else f"{platform}:{own}"
    if "account_type" not in values:
        values["account_type"] = _type_said_by_platform(draft.row)
    return draft._replace(values=values)


def _type_said_by_platform(row: Row) -> str:
    """An office may write 微信订阅号 as the platform; that says both."""
    said = vocabulary().words["account_type"].meaning(str(row.cells["platform"].value))
    return said if said and said != "other" else "plain"


def _id_from_name(draft: Draft, remarks: Remarks) -> str:
    own = _NOT_IN_IDS.sub("_", str(draft.values["name"]))
    remarks.note(NoteReason.ID_FROM_NAME, draft.place("name"), own)
    return own


def say_doubled(drafts: Iterable[Draft], remarks: Remarks) -> None:
    """Say of each draft whose code an earlier one has; columns are told apart within their site."""
    first: dict[tuple[str, str], int] = {}
    for draft in drafts:
        field = "code" if "code" in draft.values else "id"
        if field in draft.values:
            key = (str(draft.values.get("site", "")), str(draft.values[field]))
            earlier = first.setdefault(key, draft.row.number)
            if earlier != draft.row.number:
                remarks.fault(FaultReason.DOUBLED, draft.place(field), draft.values[field], str(earlier))


def build(shape: type[E], drafts: Iterable[Draft], remarks: Remarks) -> list[tuple[E, Draft]]:
    """The entries of the drafts that are whole."""
    made = [(_built(shape, draft, remarks), draft) for draft in drafts if draft.whole]
    return [(entry, draft) for entry, draft in made if entry is not None]


def _built(shape: type[E], draft: Draft, remarks: Remarks) -> E | None:
    try:
        return shape.model_validate(draft.values)
    except ValidationError as error:
        for one in error.errors():
            place = draft.place(str(one["loc"][0]) if one["loc"] else "")
            remarks.fault(FaultReason.INVALID, place, one.get("input", ""), one["msg"])
        return None
