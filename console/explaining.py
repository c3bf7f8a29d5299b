"""Explaining one answer: the log folded for one subject, and what came of it as a page or as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from console import rule_pages
from console.environment import read_settings
from console.judging import explain, make_law
from console.known_log import open_log
from console.labels import label
from console.output import write, write_json, write_pairs, write_table
from observers.registry import read_registry, registry_events
from rules.rule import Rule
from schemas.errors import InputError
from schemas.instants import read_at, to_datetime
from schemas.observations import ONE
from schemas.texts import Lang, moment


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: how `subject` stands under `rule` `at` an instant, by the events in `files`."""

    rule: str
    subject: str
    at: str
    files: tuple[Path, ...]
    registry: Path | None


def run(question: Question, pack: str, packs: tuple[Path, ...], lang: Lang, *, json: bool) -> None:
    """Answer it.

    Raises:
        InputError: a file, the registry or the instant can't be read, or nothing is known of the subject.
        PackError: the pack can't be used, or has no such rule.

    """
    law, at = make_law(pack, packs), read_at(question.at)
    rule = law.pack.rule(question.rule)
    if rule.id not in law.by_id:
        raise InputError(f"{rule.id} is not decided from the stream: see `xuncha rules list --decided`")
    log: Any = chain(_entries(question.registry), open_log(question.files, read_settings().data))
    found = explain(law, log, rule.id, question.subject, at)
    if json:
        write_json(rule_pages.explained_plain(found, law.pack))
        return
    write_pairs(rule_pages.explained(found, law.pack, lang))
    _write_values(rule, law.pack, at, lang)
    _write_evidence(found.evidence, lang)


def _entries(registry: Path | None) -> Iterator[Any]:
    """The registry's entries as events."""
    if registry is not None:
        yield from (ONE.validate_python(event) for event in registry_events(read_registry(registry)))


def _write_values(rule: Rule, pack: Any, at: int, lang: Lang) -> None:
    day = to_datetime(at).date()
    write("")
    rows = rule_pages.value_rows(rule, pack, day, lang)
    write_table(rule_pages.value_columns(lang), rows, label("parameters", lang))


def _write_evidence(events: list[Any], lang: Lang) -> None:
    write(f"\n{label('evidence', lang)}")
    for event in events:
        data = event.data.model_dump_json(exclude_none=True)
        write(f"  {moment(event.time, lang)}  {event.type}  {event.source}  {event.id}  {data}")
    if not events:
        write(f"  {label('no_evidence', lang)}")
