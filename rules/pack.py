"""A rule pack: the rules of one place and period, resolved with everything it inherits."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.canonical import canonical
from rules.rule import Parameters, Rule, Validity, values_of
from rules.words import Group, Text, Window
from schemas.errors import PackError

VERSION_LENGTH = 12
"""Hexadecimal digits of a pack's version: short enough to read, 48 bits against a mix-up of two versions."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that the stored texts leave open, and the parameters that hold our answer to it."""

    id: str
    text: Text
    answer: Text
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """A later change to the law that we know of, and how far its text was found."""

    what: Text
    text_found: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pack:
    """The law of one place: every rule with its dated values.

    `chain` names the pack itself, then what it inherits, nearest first. `rules` is in catalogue order. `files` says
    where each rule was read (PACK/GROUP/ID.yaml), for messages to its editor.
    """

    id: str
    title: Text
    basis: Text
    chain: tuple[str, ...]
    validity: Validity
    rules: Mapping[str, Rule]
    scoring: Mapping[str, Parameters]
    sources: Mapping[str, Text]
    open_questions: tuple[OpenQuestion, ...]
    revisions: tuple[Revision, ...]
    files: Mapping[str, str]
    version: str

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; PackError when the pack has none."""
        if rule_id not in self.rules:
            raise PackError(f"{self.id} has no rule {rule_id!r}; its rules are the files of rules/packs/{self.id}")
        return self.rules[rule_id]

    def in_force(self, day: date) -> Iterator[Rule]:
        """The rules in force on `day`, in catalogue order."""
        return (rule for rule in self.rules.values() if rule.in_force(day))

    def of_window(self, window: Window) -> tuple[Rule, ...]:
        """The rules that this window judges, in catalogue order."""
        return tuple(rule for rule in self.rules.values() if rule.window is window)

    def of_group(self, group: Group) -> tuple[Rule, ...]:
        """The rules of one folder, in catalogue order."""
        return tuple(rule for rule in self.rules.values() if rule.group is group)

    def official(self, rule_id: str, name: str, day: date) -> bool:
        """Whether that rule's value on `day` was seen in the law; if not, a view marks it 「未核实」."""
        return self.rule(rule_id).official(name, day)

    def scoring_at(self, part: str, day: date) -> dict[str, Any]:
        """How `part` (website, new_media, supervision) is scored on `day`."""
        if part not in self.scoring:
            raise PackError(f"{self.id} scores no {part!r}; it scores {', '.join(self.scoring)}")
        return values_of(self.scoring[part], day)

    def boundaries(self) -> tuple[date, ...]:
        """The days on which any rule's validity or value changes, sorted: the core re-reads its values there."""
        return tuple(sorted({day for rule in self.rules.values() for day in rule.boundaries()}))


def version_of(rules: Mapping[str, Rule], scoring: Mapping[str, Parameters]) -> str:
    """A short SHA-256 of the resolved rules and scoring: equal law, equal version, wherever it was read."""
    text = json.dumps(canonical({"rules": rules, "scoring": scoring}), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:VERSION_LENGTH]
