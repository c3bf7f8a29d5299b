"""Loads a rule pack with everything it inherits, and refuses one that is wrong."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from rules.documents import OverrideDocument, PackDocument, RuleDocument
from rules.faults import Faults
from rules.lint import lint
from rules.pack import OpenQuestion, Pack, Revision, version_of
from rules.reading import Shelf, Shelved, pack_folders, read_shelf
from rules.resolve import Resolver, overlay
from rules.rule import Parameters, Rule, Validity
from rules.vocabulary import vocabulary
from rules.words import Group
from schemas.errors import PackError


def pack_ids(search: Sequence[Path] = ()) -> tuple[str, ...]:
    """The ids of all packs: those of this package, then those in the folders of `search`."""
    return tuple(pack_folders(search))


def load_pack(pack_id: str, *, search: Sequence[Path] = ()) -> Pack:
    """The pack of that id, resolved with what it inherits.

    Args:
        pack_id: such as `cn-2019`.
        search: folders of packs besides those of this package; `search` entries are folders that hold pack folders.

    Raises:
        PackError: there is no such pack, or one of the chain is wrong; the message lists every fault with file and key.

    """
    shelves = _chain(pack_id, pack_folders(search))
    faults = Faults()
    stack = _Stack(faults)
    for shelf in reversed(shelves):
        stack.lay(shelf)
    faults.raise_any()
    pack = stack.pack([shelf.pack for shelf in shelves])
    lint(pack, faults)
    faults.raise_any()
    return pack


def _chain(pack_id: str, folders: Mapping[str, Traversable]) -> list[Shelf]:
    """The pack and what it inherits, nearest first."""
    shelves: list[Shelf] = []
    wanted: str | None = pack_id
    while wanted is not None:
        seen = [shelf.pack.id for shelf in shelves]
        if wanted in seen:
            raise PackError(f"{wanted}/pack.yaml: inherits: goes round in a circle: {' -> '.join([*seen, wanted])}")
        if wanted not in folders:
            heir = f"{seen[-1]}/pack.yaml: inherits: " if seen else ""
            raise PackError(f"{heir}there is no pack {wanted!r}; there are {', '.join(folders)}")
        shelves.append(read_shelf(folders[wanted]))
        wanted = shelves[-1].pack.inherits
    return shelves


class _Stack:
    """What has been resolved so far, from the root of the chain on."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._rules: dict[str, Rule] = {}
        self._files: dict[str, str] = {}
        self._scoring: dict[str, Parameters] = {}

    def lay(self, shelf: Shelf) -> None:
        """Lay one pack over those before it."""
        validity = Validity(shelf.pack.valid.start, shelf.pack.valid.end)
        resolver = Resolver(shelf.pack.id, validity, vocabulary(), self._faults)
        own = _once_each(shelf.indicators, self._faults)
        for shelved in own:
            self._lay_indicator(resolver, shelved)
        for part, tables in shelf.pack.scoring.items():
            table = resolver.table(shelf.file, f"scoring.{part}", tables, validity)
            self._scoring[part] = overlay(self._scoring.get(part, {}), table, validity)

    def pack(self, chain: Sequence[PackDocument]) -> Pack:
        """The resolved pack; `chain` is nearest first."""
        own = chain[0]
        rules = MappingProxyType({each: self._rules[each] for each in sorted(self._rules, key=self._catalogue_order)})
        return Pack(
            id=own.id,
            title=own.title,
            basis=own.basis,
            chain=tuple(document.id for document in chain),
            validity=Validity(own.valid.start, own.valid.end),
            rules=rules,
            scoring=MappingProxyType(self._scoring),
            sources=MappingProxyType({key: said for each in reversed(chain) for key, said in each.sources.items()}),
            open_questions=tuple(question for each in reversed(chain) for question in _questions(each)),
            revisions=tuple(Revision(each.what, each.text_found) for document in chain for each in document.revisions),
            files=MappingProxyType(self._files),
            version=version_of(rules, self._scoring),
        )

    def _lay_indicator(self, resolver: Resolver, shelved: Shelved) -> None:
        document = shelved.document
        inherited = self._rules.get(document.id)
        if isinstance(document, OverrideDocument):
            self._override(resolver, shelved, document, inherited)
        elif inherited is not None:
            said = f"{document.id} is inherited from {inherited.pack}; say `overrides: {inherited.pack}` to change it"
            self._faults.add(shelved.file, "id", said)
        else:
            self._add(resolver, shelved, document)

    def _add(self, resolver: Resolver, shelved: Shelved, document: RuleDocument) -> None:
        self._rules[document.id] = resolver.rule(shelved, document)
        self._files[document.id] = shelved.file

    def _override(
        self, resolver: Resolver, shelved: Shelved, document: OverrideDocument, inherited: Rule | None
    ) -> None:
        if inherited is None or inherited.pack != document.overrides:
            said = f"{document.overrides} has no rule {document.id} that this pack inherits; mend the id or the pack"
            self._faults.add(shelved.file, "overrides", said)
        else:
            self._rules[document.id] = resolver.override(shelved, document, inherited)

    def _catalogue_order(self, rule_id: str) -> tuple[object, ...]:
        parts = re.split(r"(\d+)", rule_id)
        natural = tuple(int(part) if part.isdigit() else part for part in parts)
        return (list(Group).index(self._rules[rule_id].group), natural)


def _once_each(indicators: Sequence[Shelved], faults: Faults) -> list[Shelved]:
    """The indicators, each id once; one that stands in two files of a pack is a fault."""
    first: dict[str, Shelved] = {}
    for shelved in indicators:
        other = first.setdefault(shelved.document.id, shelved)
        if other is not shelved:
            faults.add(shelved.file, "id", f"{shelved.document.id} stands in {other.file} too; remove one")
    return list(first.values())


def _questions(document: PackDocument) -> list[OpenQuestion]:
    return [
        OpenQuestion(key, question.text, question.answer, question.parameters)
        for key, question in document.open_questions.items()
    ]
