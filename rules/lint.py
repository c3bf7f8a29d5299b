"""Whether a resolved pack makes sense: what its rules name exists, and each window gets the parameters it needs."""

from collections.abc import Callable, Iterator, Mapping

from rules.faults import Faults
from rules.pack import Pack
from rules.rule import Dated, Parameters, Rule
from rules.vocabulary import vocabulary
from rules.words import Window
from schemas.words import ColumnClass, Platform, SiteKind


def lint(pack: Pack, faults: Faults) -> None:
    """Add to `faults` what is wrong with the pack."""
    for rule in pack.rules.values():
        file = pack.files[rule.id]
        for key, said in _complaints(pack, rule):
            faults.add(file, key, said)
    for key, said in (*_scoring_complaints(pack), *_question_complaints(pack)):
        faults.add(f"{pack.id}/pack.yaml", key, said)


Complaints = Iterator[tuple[str, str]]


def _complaints(pack: Pack, rule: Rule) -> Complaints:
    yield from _unknown_sources(pack, "sources", rule.sources)
    yield from _unsourced(rule)
    yield from _family(pack, rule)
    yield from _window(rule)
    yield from _applies(rule)
    for table, parameters in (("parameters", rule.parameters), ("points", rule.points)):
        yield from _values(pack, table, parameters)


def _unsourced(rule: Rule) -> Complaints:
    if rule.verified and not rule.sources:
        yield "sources", "a verified rule needs sources"


def _values(pack: Pack, table: str, parameters: Parameters) -> Complaints:
    for name, dated in _dated(parameters):
        key = f"{table}.{name}.values.{dated.start}"
        yield from _unknown_sources(pack, f"{key}.sources", dated.sources)
        yield from _unknown_question(pack, key, name, dated)


def _dated(parameters: Parameters) -> Iterator[tuple[str, Dated]]:
    return ((name, dated) for name, parameter in parameters.items() for dated in parameter.history)


def _unknown_sources(pack: Pack, key: str, sources: tuple[str, ...]) -> Complaints:
    for source in sources:
        if source not in pack.sources:
            yield key, f"unknown source {source!r}; add it to the sources of pack.yaml"


def _unknown_question(pack: Pack, key: str, name: str, dated: Dated) -> Complaints:
    listed = {question.id: question.parameters for question in pack.open_questions}
    if dated.question is not None and name not in listed.get(dated.question, ()):
        yield f"{key}.question", f"{dated.question} is no open question of pack.yaml that lists {name}"


def _family(pack: Pack, rule: Rule) -> Complaints:
    if rule.parent is not None and rule.id not in _parts(pack, rule.parent):
        yield "parent", f"{rule.parent} is no group with {rule.id} in its any_of"
    for part in rule.any_of:
        if part not in pack.rules or pack.rules[part].parent != rule.id:
            yield "any_of", f"{part} is no rule with parent {rule.id}"
    if (rule.window is Window.GROUP) != bool(rule.any_of):
        yield "any_of", "a rule has any_of if, and only if, its window is group"


def _parts(pack: Pack, parent: str) -> tuple[str, ...]:
    return pack.rules[parent].any_of if parent in pack.rules else ()


def _window(rule: Rule) -> Complaints:
    if rule.window is None:
        if rule.note is None:
            yield "note", "a rule without a window needs a note: how would it be decided?"
        return
    if rule.window is not Window.GROUP and rule.memory is None:
        yield "memory", f"the window {rule.window} needs the memory it looks at"
    for name in vocabulary().windows[rule.window]:
        if name not in rule.parameters or rule.parameters[name].at(rule.validity.start) is None:
            yield f"parameters.{name}", f"the window {rule.window} needs it from {rule.validity.start} on"


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _list_of(*allowed: object) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(each in allowed for each in value)


CONDITIONS: Mapping[str, Callable[[object], bool]] = {
    "external_services": _is_flag,
    "column_class": _list_of(*ColumnClass),
    "level": _list_of(*range(1, 10)),
    "platform": _list_of(*Platform),
    "site_kind": _list_of(*SiteKind),
}
"""What `applies` may ask of a subject's registry entry, and whether a wish is one that can be met."""


def _applies(rule: Rule) -> Complaints:
    for name, wish in rule.applies.items():
        if name not in CONDITIONS:
            yield f"applies.{name}", f"is no condition; use {', '.join(CONDITIONS)}"
        elif not CONDITIONS[name](wish):
            yield f"applies.{name}", f"{wish!r} can't be met; use true, false or a list of words of the registry"


def _scoring_complaints(pack: Pack) -> Complaints:
    for part, parameters in pack.scoring.items():
        yield from _values(pack, f"scoring.{part}", parameters)


def _question_complaints(pack: Pack) -> Complaints:
    tables = [table for rule in pack.rules.values() for table in (rule.parameters, rule.points)]
    answered = {(dated.question, name) for table in (*tables, *pack.scoring.values()) for name, dated in _dated(table)}
    for question in pack.open_questions:
        for name in question.parameters:
            if (question.id, name) not in answered:
                yield f"open_questions.{question.id}", f"no rule's {name} says question: {question.id}"
