"""A run's results as four files that compare byte for byte.

    aggregate.json      {"areas": [...], "groups": [...], "units": [...]}, each sorted by period and id
    findings.jsonl      one finding a line: by kind (vetoes first), indicator, unit, subject
    transitions.jsonl   one transition a line: by instant, subject, rule, sequence; each id once
    bulletin.md         the bulletin

JSON is canonical: keys sorted, times RFC 3339 in Asia/Shanghai, Chinese as it is, UTF-8. Equal results give equal
bytes, but for `noticed_at` of a transition: it tells how often ticks came. `comparable` leaves it out.
"""

import json
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from reports.order import RankOf, by_id, sort_findings, sort_transitions
from schemas.aggregates import Aggregate, Scope
from schemas.errors import OperationError
from schemas.instants import to_ms, to_text
from schemas.standings import Finding
from schemas.transitions import TransitionRecord

AGGREGATE: Final = "aggregate.json"
FINDINGS: Final = "findings.jsonl"
TRANSITIONS: Final = "transitions.jsonl"
BULLETIN: Final = "bulletin.md"

NOTICED_AT: Final = "noticed_at"


def write_results(
    out: Path, aggregates: Iterable[Aggregate], findings: Iterable[Finding],
    transitions: Iterable[TransitionRecord], bulletin: str, *, rank: RankOf = by_id,
) -> None:  # fmt: skip
    """Write the four files into `out`, which is made if it is missing; each is there whole or not at all.

    Args:
        out: the folder; files of an earlier run are replaced.
        aggregates: units, groups and areas.
        findings: in any order.
        transitions: in any order; the same one more than once, as a log read twice has it, is written once.
        bulletin: its text.
        rank: a unit's place, such as `Names.rank`; by id if left out.

    Raises:
        OperationError: the folder can't be made or written.

    """
    texts = {
        AGGREGATE: aggregates_json(aggregates),
        FINDINGS: _lines(sort_findings(findings, rank)),
        TRANSITIONS: _lines(sort_transitions(once_each(transitions))),
        BULLETIN: bulletin,
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_whole(out / name, text)
    except OSError as error:
        raise OperationError(f"{out}: {error.strerror}; give a folder that can be written, with room in it") from error


def aggregates_json(aggregates: Iterable[Aggregate]) -> str:
    """The aggregates as one JSON document, indented for people."""
    ranked = sorted(aggregates, key=lambda one: (one.period, one.id))
    parts = {f"{scope.value}s": [_plain(one) for one in ranked if one.scope is scope] for scope in Scope}
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, indent=2) + "\n"


def canonical_line(record: BaseModel) -> str:
    """A record as one line of canonical JSON, without the line's end."""
    return _line(_plain(record))


def comparable(transitions: Iterable[TransitionRecord]) -> list[str]:
    """Transitions as canonical lines without `noticed_at`: what stream, replay and checkpoint must agree on."""
    plain = (_plain(one) for one in sort_transitions(once_each(transitions)))
    return [_line({name: value for name, value in one.items() if name != NOTICED_AT}) for one in plain]


def once_each(transitions: Iterable[TransitionRecord]) -> list[TransitionRecord]:
    """Each id once, as first noticed: at-least-once delivery may have written it twice."""
    first: dict[str, TransitionRecord] = {}
    for one in transitions:
        known = first.get(one.id)
        if known is None or one.noticed_at < known.noticed_at:
            first[one.id] = one
    return list(first.values())


def write_whole(path: Path, text: str) -> None:
    """Replace a file at once, by way of a neighbour: a reader or a crash never meets half of it."""
    neighbour = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with neighbour.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        neighbour.replace(path)
    finally:
        neighbour.unlink(missing_ok=True)


def _lines(records: Sequence[BaseModel]) -> str:
    return "".join(f"{canonical_line(record)}\n" for record in records)


def _line(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(record: BaseModel) -> dict[str, object]:
    return {name: _value(value) for name, value in record.model_dump().items()}


def _value(value: object) -> object:
    """In JSON's types; times in Asia/Shanghai, wherever they were told."""
    match value:
        case datetime():
            return to_text(to_ms(value))
        case Enum():
            return value.value
        case dict():
            return {str(key): _value(each) for key, each in value.items()}
        case tuple() | list():
            return [_value(each) for each in value]
        case _:
            return value
