"""From documents to rules: values are typed, and a local pack's values are laid over those it inherits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from rules.documents import OverrideDocument, ParameterDocument, RuleDocument, Tables, ValidityDocument, ValueDocument
from rules.faults import Faults
from rules.reading import Shelved
from rules.rule import Dated, Parameter, Parameters, Rule, Validity, segments_of
from rules.vocabulary import Vocabulary, Word
from rules.words import Effect, Kind
from schemas.errors import PackError

EFFECTS: Mapping[Kind, Effect] = {Kind.VETO: Effect.VETO, Kind.DEDUCT: Effect.DEDUCT, Kind.BONUS: Effect.BONUS}
"""What a kind does to a result when the indicator doesn't say; every other kind does nothing."""


class Resolver:
    """Makes the rules of one pack from its documents; what is wrong goes to `faults`."""

    def __init__(self, pack: str, validity: Validity, words: Vocabulary, faults: Faults) -> None:
        self._pack = pack
        self._validity = validity
        self._words = words
        self._faults = faults

    def rule(self, shelved: Shelved, document: RuleDocument) -> Rule:
        """A rule that this pack adds."""
        validity = self._within(shelved.file, document.valid)
        parameters = self.table(shelved.file, "parameters", document.parameters, validity)
        return Rule(
            id=document.id,
            pack=self._pack,
            group=shelved.group,
            title=document.title,
            kind=document.kind,
            effect=document.effect or EFFECTS.get(document.kind, Effect.NONE),
            subject=document.subject,
            clause=document.clause,
            sources=document.sources,
            verified=document.verified,
            unverified_parts=document.unverified_parts,
            validity=validity,
            window=document.window,
            memory=document.memory,
            applies=MappingProxyType(document.applies),
            severity=document.severity,
            parameters=parameters,
            points=self.table(shelved.file, "points", document.points, validity),
            segments=segments_of(parameters, validity),
            parent=document.parent,
            any_of=document.any_of,
            scope=document.scope,
            note=document.note,
        )

    def override(self, shelved: Shelved, document: OverrideDocument, inherited: Rule) -> Rule:
        """An inherited rule with this pack's values laid over it, on the days on which they are valid."""
        validity = self._within(shelved.file, document.valid)
        parameters = self.table(shelved.file, "parameters", document.parameters, validity)
        points = self.table(shelved.file, "points", document.points, validity)
        laid = overlay(inherited.parameters, parameters, validity)
        return replace(
            inherited,
            parameters=laid,
            points=overlay(inherited.points, points, validity),
            segments=segments_of(laid, inherited.validity),
            note=document.note or inherited.note,
        )

    def table(self, file: str, key: str, tables: Tables, validity: Validity) -> Parameters:
        """A file's parameters or points (`key`), typed by the vocabulary."""
        words: Mapping[str, Word] = getattr(self._words, key.partition(".")[0])
        read: dict[str, Parameter] = {}
        for name, document in tables.items():
            if name in words:
                read[name] = self._parameter(file, f"{key}.{name}", words[name], document, validity)
            else:
                said = "is not in packs/vocabulary.yaml; mend its spelling or add it there"
                self._faults.add(file, f"{key}.{name}", said)
        return MappingProxyType(read)

    def _parameter(self, file: str, key: str, word: Word, document: ParameterDocument, validity: Validity) -> Parameter:
        history = [self._dated(file, key, word, day, document.values[day]) for day in sorted(document.values)]
        for dated in history:
            self._expect_within(file, key, dated, validity)
        return Parameter(word.name, document.title or word.title, tuple(history))

    def _dated(self, file: str, key: str, word: Word, day: date, document: ValueDocument) -> Dated:
        return Dated(
            start=day,
            value=self._value(file, f"{key}.values.{day}", word, document),
            standing=document.standing,
            pack=self._pack,
            sources=document.sources,
            why=document.why,
            question=document.question,
            confidence=document.confidence,
        )

    def _value(self, file: str, key: str, word: Word, document: ValueDocument) -> object:
        try:
            return word.read(document.value)
        except PackError as error:
            self._faults.add(file, key, f"{document.value!r} {error}")
            return None

    def _expect_within(self, file: str, key: str, dated: Dated, validity: Validity) -> None:
        if not validity.holds(dated.start):
            until = f" to {validity.end}" if validity.end else ""
            said = f"is dated outside the validity, from {validity.start}{until}; move the date or the validity"
            self._faults.add(file, f"{key}.values.{dated.start}", said)

    def _within(self, file: str, document: ValidityDocument) -> Validity:
        """A document's validity, which ends at the latest with its pack's."""
        if not self._validity.holds(document.start):
            self._faults.add(file, "valid.from", f"{document.start} is outside the validity of pack {self._pack}")
        ends = [end for end in (document.end, self._validity.end) if end is not None]
        return Validity(document.start, min(ends, default=None))


def overlay(inherited: Parameters, own: Parameters, validity: Validity) -> Parameters:
    """Inherited parameters with `own` laid over them while `validity` lasts.

    Of two values the later-dated holds, of two of the same day `own`: so a pack has to date its value anew after the
    inherited law has changed. After the validity's last day what was inherited holds again.
    """
    laid = {name: _overlay(inherited.get(name), parameter, validity) for name, parameter in own.items()}
    return MappingProxyType({**inherited, **laid})


def _overlay(inherited: Parameter | None, own: Parameter, validity: Validity) -> Parameter:
    if inherited is None:
        return own
    history = {dated.start: dated for dated in (*inherited.history, *own.history)}
    if validity.end is not None:
        history |= _restored(inherited, validity.end + timedelta(days=1))
    return replace(own, title=inherited.title, history=tuple(history[day] for day in sorted(history)))


def _restored(inherited: Parameter, day: date) -> dict[date, Dated]:
    dated = inherited.at(day)
    return {} if dated is None else {day: replace(dated, start=day)}
