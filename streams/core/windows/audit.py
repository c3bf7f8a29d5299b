"""
Audit (办事指南): service guides that lack element classes.

Facts: (time, id, item, missing classes). The newest reading of each item counts. Two rules share the window: at least
`items_at_least` deficient items (W-V6b), or fewer than `fewer_than_items` items in all and every one deficient (W-V6c).
"""

from dataclasses import dataclass

from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View


@dataclass(frozen=True, slots=True)
class Terms(Reckoning):
    """An item is deficient from `missing_classes_at_least` missing classes on."""

    missing_classes_at_least: int = 1
    items_at_least: int | None = None
    warn_at_least: int | None = None
    fewer_than_items: int | None = None
    key_classes: tuple[str, ...] = ()


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Complete enough, nearly too deficient, too deficient, or never read."""
    newest = {fact[2]: fact for fact in view.trail.until(at)}
    if not newest:
        return Answer(State.UNKNOWN, Reason.NEVER_TESTED)
    deficient = [fact for fact in newest.values() if _missing(fact, terms) >= terms.missing_classes_at_least]
    evidence = tuple(str(fact[1]) for fact in deficient)[:EVIDENCE_SHOWN]
    if _breaks(len(deficient), len(newest), terms):
        return Answer(State.BREACHED, Reason.FIELDS_MISSING, evidence=evidence)
    if terms.warn_at_least is not None and len(deficient) >= terms.warn_at_least:
        return Answer(State.DUE_SOON, Reason.FIELDS_DUE_SOON, evidence=evidence)
    return Answer(State.COMPLIANT, Reason.COMPLETE, evidence=evidence)


def _breaks(deficient: int, total: int, terms: Terms) -> bool:
    if terms.items_at_least is not None:
        return deficient >= terms.items_at_least
    return terms.fewer_than_items is not None and total < terms.fewer_than_items and deficient == total


def _missing(fact: Fact, terms: Terms) -> int:
    return len([one for one in fact[3] if not terms.key_classes or one in terms.key_classes])


def next_after(view: View, at: int, _terms: Terms) -> int:
    """The next known reading."""
    return view.trail.next_time(at) or NEVER
