"""Alerts as people read them: a list, and one page with rule, times, evidence and whom it was told."""

from collections.abc import Iterator, Sequence
from typing import Any

from console.alert_reader import Story
from console.labels import label, word
from schemas.alerts import Alert
from schemas.deliveries import DeliveryRecord
from schemas.texts import Lang, fill, moment, text
from schemas.texts.catalogue import pick
from schemas.words import State

Row = tuple[str, ...]

#: The states in which somebody has something to do.
OPEN = frozenset({State.DUE_SOON, State.BREACHED, State.UNKNOWN})


def columns(lang: Lang) -> Row:
    """The headings of the list."""
    return tuple(label(name, lang) for name in ("episode", "state", "rule", "unit", "subject", "since", "due"))


def row(alert: Alert, lang: Lang) -> Row:
    """An alert in the list."""
    return (
        alert.episode, text(alert.state, lang), alert.rule, alert.unit_name, alert.subject_name,
        moment(alert.since, lang), due(alert, lang),
    )  # fmt: skip


def due(alert: Alert, lang: Lang) -> str:
    """When it breaks or broke; empty where no instant is known."""
    if alert.due_at is None:
        return ""
    shown = moment(alert.due_at, lang, ends=True)
    return label("provisional", lang, due=shown) if alert.provisional else shown


def pairs(alert: Alert, lang: Lang) -> Iterator[tuple[str, object]]:
    """What the top of an alert's page says, under its title and summary."""
    clause = pick(alert.clause, lang)
    yield label("state", lang), text(alert.state, lang)
    yield label("rule", lang), alert.rule
    yield label("clause", lang), clause if alert.verified else fill("unverified", lang, value=clause)
    yield label("pack", lang), alert.pack
    yield label("unit", lang), _named(alert.unit_name, alert.unit)
    yield label("subject", lang), _named(alert.subject_name, alert.subject)
    yield label("start", lang), moment(alert.start, lang)
    yield label("since", lang), moment(alert.since, lang)
    yield label("due", lang), due(alert, lang)
    yield label("detected", lang), moment(alert.detected_at, lang)
    yield label("evidence", lang), "\n".join(alert.evidence) or label("no_evidence", lang)
    yield label("note", lang), alert.note
    yield label("promised", lang), moment(alert.promised_at, lang, ends=True) if alert.promised_at else ""
    yield label("episode", lang), alert.episode


def history_columns(lang: Lang) -> Row:
    """The headings of what happened."""
    names = ("change", "effective", "noticed", "reason", "due", "evidence", "note", "promised")
    return ("", *(label(name, lang) for name in names))


def history_rows(story: Story, lang: Lang) -> Iterator[Row]:
    """One row a transition."""
    for one in story.transitions:
        yield (
            str(one.sequence), text(one.change, lang), moment(one.at, lang), moment(one.noticed_at, lang),
            text(one.reason, lang), moment(one.due_at, lang, ends=True) if one.due_at else "",
            ", ".join(one.evidence), one.note,
            moment(one.promised_at, lang, ends=True) if one.promised_at else "",
        )  # fmt: skip


def told_columns(lang: Lang) -> Row:
    """The headings of whom it was told."""
    return tuple(label(name, lang) for name in ("change", "routing", "where", "outcome", "attempts", "last_attempt"))


def told_rows(story: Story, lang: Lang) -> Iterator[Row]:
    """One row for each transition and endpoint; one for a transition that went nowhere."""
    records = {one.transition: one for one in story.deliveries}
    for transition in story.transitions:
        change = text(transition.change, lang)
        record = records.get(transition.id)
        if record is None:
            yield (change, label("not_told", lang), "", "", "", "")
        else:
            yield from _told(change, record, lang)


def _told(change: str, record: DeliveryRecord, lang: Lang) -> Iterator[Row]:
    routing = word(record.routing, lang)
    if not record.deliveries:
        yield (change, routing, "", "", "", "")
    for one in record.deliveries:
        last = moment(one.attempts[-1].at, lang) if one.attempts else ""
        yield (change, routing, one.where, word(one.outcome, lang), str(len(one.attempts)), last)


def plain(story: Story) -> dict[str, Any]:
    """The same for programs."""
    parts: dict[str, Sequence[Any]] = {"transitions": story.transitions, "deliveries": story.deliveries}
    listed = {name: [one.model_dump(mode="json") for one in part] for name, part in parts.items()}
    return {"alert": story.alert.model_dump(mode="json"), **listed}


def _named(name: str, own_id: str) -> str:
    return f"{name} ({own_id})" if name != own_id else own_id
