"""Rules as people read them: a list, one rule with the standing of each number, packs, one answer explained."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import orjson

from alerts.predicate import shown_value
from console.judging import Explanation
from console.labels import label, word
from rules.canonical import canonical
from rules.pack import Pack
from rules.rule import Dated, Rule, Validity
from rules.words import Standing, Text
from schemas.texts import Lang, fill, moment, text
from schemas.words import SubjectKind

#: A date stands for its last instant, which people write as 24:00.
_INSTANT: Final = timedelta(milliseconds=1)

Row = tuple[str, ...]
Pairs = Iterator[tuple[str, object]]


def plain(rule: Rule, pack: Pack) -> dict[str, Any]:
    """A rule for programs: everything its file says, resolved, with the pack's version."""
    found = canonical(rule)
    return {"pack_version": f"{pack.id}@{pack.version}", **(found if isinstance(found, dict) else {})}


def columns(lang: Lang) -> Row:
    """The headings of the list of rules."""
    return ("id", *(label(name, lang) for name in ("called", "kind", "subject", "window", "verified", "pack")))


def row(rule: Rule, pack: Pack, lang: Lang) -> Row:
    """A rule in the list."""
    changed = any(dated.pack == pack.id for dated in _all_dated(rule)) and rule.pack != pack.id
    return (
        rule.id,
        said(rule.title, lang),
        word(rule.kind, lang),
        subject(rule, lang),
        word(rule.window, lang) if rule.window else "—",
        standing(rule, lang),
        f"{rule.pack} + {pack.id}" if changed else rule.pack,
    )


def said(written: Text, lang: Lang) -> str:
    """One language of a text of the law."""
    return written.zh if lang is Lang.ZH else written.en


def subject(rule: Rule, lang: Lang) -> str:
    """What a rule is about."""
    return text(rule.subject, lang) if isinstance(rule.subject, SubjectKind) else word(rule.subject, lang)


def standing(rule: Rule, lang: Lang) -> str:
    """Whether the indicator as a whole was seen in the law."""
    return word(Standing.VERIFIED if rule.verified else Standing.UNVERIFIED, lang)


def pairs(rule: Rule, pack: Pack, lang: Lang) -> Pairs:
    """What the top of a rule's page says."""
    clause = said(rule.clause, lang)
    window = f"{word(rule.window, lang)} ({rule.window})" if rule.window else label("not_decided", lang)
    yield label("kind", lang), word(rule.kind, lang)
    yield label("subject", lang), subject(rule, lang)
    yield label("clause", lang), clause if rule.verified else fill("unverified", lang, value=clause)
    yield label("verified", lang), standing(rule, lang)
    yield label("unverified_parts", lang), fill("list", lang).join(said(one, lang) for one in rule.unverified_parts)
    yield label("scope", lang), said(rule.scope, lang) if rule.scope else ""
    yield label("applies", lang), orjson.dumps(dict(rule.applies)).decode() if rule.applies else ""
    yield label("window", lang), window
    yield label("severity", lang), word(rule.severity, lang)
    yield label("valid", lang), validity(rule.validity, lang)
    yield label("parent", lang), rule.parent
    yield label("any_of", lang), ", ".join(rule.any_of)
    yield label("pack", lang), f"{pack.id}@{pack.version}"
    yield label("note", lang), said(rule.note, lang) if rule.note else ""
    yield label("sources", lang), "\n".join(f"{one}: {said(pack.sources[one], lang)}" for one in rule.sources)


def validity(held: Validity, lang: Lang) -> str:
    """From when on, and until when if that is known."""
    if held.end is None:
        return label("from", lang, day=str(held.start))
    return label("from_to", lang, day=str(held.start), end=str(held.end))


def value_columns(lang: Lang) -> Row:
    """The headings of a table of parameters or points."""
    return tuple(label(name, lang) for name in ("name", "title", "value", "since_day", "standing", "basis"))


def value_rows(rule: Rule, pack: Pack, day: date, lang: Lang, *, points: bool = False) -> Iterator[Row]:
    """Every dated value of a rule's parameters or `points`; a star marks what holds on `day` where there are others."""
    for name, parameter in (rule.points if points else rule.parameters).items():
        for dated in parameter.history:
            star = " *" if len(parameter.history) > 1 and parameter.at(day) is dated else ""
            yield (
                name, said(parameter.title, lang), value(dated.value, lang, points=points), f"{dated.start}{star}",
                word(dated.standing, lang), basis(dated, pack, lang),
            )  # fmt: skip


def value(found: object, lang: Lang, *, points: bool = False) -> str:
    """A value as people read it; a fraction is a share, but for `points`."""
    if found is None:
        return label("no_value", lang)
    if isinstance(found, bool):
        return label("yes" if found else "no", lang)
    if isinstance(found, Fraction) and points:
        return f"{float(found):g}"
    if isinstance(found, Mapping):
        return "; ".join(f"{key}: {value(each, lang)}" for key, each in found.items())
    return shown_value(found, lang)


def basis(dated: Dated, pack: Pack, lang: Lang) -> str:
    """Where a value comes from: sources, our reason, the open question that it answers."""
    questions = {question.id: question for question in pack.open_questions}
    parts = [", ".join(dated.sources)] if dated.sources else []
    if dated.why:
        parts.append(said(dated.why, lang))
    if dated.question in questions:
        answer = said(questions[dated.question].answer, lang)
        parts.append(label("question", lang, id=dated.question, answer=answer))
    return "; ".join(parts)


def pack_columns(lang: Lang) -> Row:
    """The headings of the list of packs."""
    return ("id", *(label(name, lang) for name in ("called", "inherits", "version", "valid", "rules", "decided")))


def pack_row(pack: Pack, lang: Lang) -> Row:
    """A pack in the list."""
    decided = sum(1 for rule in pack.rules.values() if rule.window is not None)
    return (
        pack.id, said(pack.title, lang), " < ".join(pack.chain[1:]), pack.version, validity(pack.validity, lang),
        str(len(pack.rules)), str(decided),
    )  # fmt: skip


def pack_plain(pack: Pack) -> dict[str, Any]:
    """A pack for programs."""
    decided = [rule.id for rule in pack.rules.values() if rule.window is not None]
    about = {"id": pack.id, "version": pack.version, "title": pack.title, "chain": pack.chain, "valid": pack.validity}
    plain_about = canonical(about)
    return {**(plain_about if isinstance(plain_about, dict) else {}), "rules": len(pack.rules), "decided": decided}


def explained(found: Explanation, pack: Pack, lang: Lang) -> Pairs:
    """One answer with what it rests on."""
    yield label("rule", lang), f"{found.rule.id} {said(found.rule.title, lang)}"
    yield label("clause", lang), said(found.rule.clause, lang)
    yield label("subject", lang), found.subject
    yield label("unit", lang), found.unit
    yield label("at", lang), moment(found.at + _INSTANT, lang, ends=True)
    yield label("answer", lang), f"{text(found.answer.state, lang)} ({found.answer.state})"
    yield label("reason", lang), f"{text(found.answer.reason, lang)} ({found.answer.reason})"
    yield label("since", lang), moment(found.since, lang) if found.since else ""
    yield label("due", lang), moment(found.due_at, lang, ends=True) if found.due_at else ""
    yield label("pack", lang), f"{pack.id}@{pack.version}"


def explained_plain(found: Explanation, pack: Pack) -> dict[str, Any]:
    """The same for programs; times are RFC 3339 in Asia/Shanghai."""
    return {
        "rule": found.rule.id, "pack": f"{pack.id}@{pack.version}", "subject": found.subject, "unit": found.unit,
        "at": found.at.isoformat(), "state": found.answer.state, "reason": found.answer.reason,
        "since": found.since.isoformat() if found.since else None,
        "due_at": found.due_at.isoformat() if found.due_at else None, "provisional": found.answer.provisional,
        "parameters": canonical(found.parameters),
        "evidence": [event.model_dump(mode="json", exclude_none=True) for event in found.evidence],
        "evidence_ids": list(found.answer.evidence),
    }  # fmt: skip


def _all_dated(rule: Rule) -> Iterator[Dated]:
    for table in (rule.parameters, rule.points):
        for parameter in table.values():
            yield from parameter.history
