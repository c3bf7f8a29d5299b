"""Audit (办事指南): service guides that lack element classes.

Facts: (time, id, item, missing classes). The newest reading of each item counts. Two rules share the window: at least
`items_at_least` deficient items (W-V6b), or fewer than `fewer_than_items` items in all and every one deficient (W-V6c).
How many items there are in all says the service catalogue: a sample of guides is not the whole.
"""

from dataclasses import dataclass

from rules.span import Span, Unit
from schemas.errors import PackError
from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.terms import Reckoning
from streams.core.trail import Fact
from streams.core.view import View

#: The trail of the service catalogue's counts: (time, id, "catalogue", any, how many).
CATALOGUE = "services"


@dataclass(frozen=True)
class Terms(Reckoning):
    """An item is deficient from `missing_classes_at_least` missing classes on."""

    rule: str = ""
    missing_classes_at_least: int = 1
    items_at_least: int | None = None
    warn_at_least: int | None = None
    fewer_than_items: int | None = None
    key_classes: tuple[str, ...] = ()
    confirm_after: Span = Span(0, Unit.HOUR)

    def __post_init__(self) -> None:
        """Refuse what this window can't do yet, rather than ignore it."""
        if self.confirm_after.n:
            raise PackError(f"{self.rule}: guides are judged at one reading so far; set confirm_after to 0 hours")


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Complete enough, nearly too deficient, too deficient, or never read."""
    newest = {fact[2]: fact for fact in view.trail.until(at)}
    deficient = [fact for _, fact in sorted(newest.items()) if _missing(fact, terms) >= terms.missing_classes_at_least]
    evidence = tuple(str(fact[1]) for fact in deficient)[:EVIDENCE_SHOWN]
    if terms.fewer_than_items is not None:
        if len(deficient) < len(newest):
            return Answer(State.COMPLIANT, Reason.COMPLETE, evidence=evidence)
        return _judge_few(view, at, len(newest), evidence, terms.fewer_than_items)
    if not newest:
        return Answer(State.UNKNOWN, Reason.NEVER_TESTED)
    if terms.items_at_least is not None and len(deficient) >= terms.items_at_least:
        return Answer(State.BREACHED, Reason.FIELDS_MISSING, evidence=evidence)
    if terms.warn_at_least is not None and len(deficient) >= terms.warn_at_least:
        return Answer(State.DUE_SOON, Reason.FIELDS_DUE_SOON, evidence=evidence)
    return Answer(State.COMPLIANT, Reason.COMPLETE, evidence=evidence)


def _judge_few(view: View, at: int, read: int, deficient: tuple[str, ...], fewer_than: int) -> Answer:
    """All that were read are deficient: whether they are all there are, and few; `unknown` while nobody knows."""
    catalogue = next(view.subject.trail(CATALOGUE).back_from(at), None)
    total = read if catalogue is None else int(catalogue[4])
    if total >= fewer_than or (catalogue is not None and total == 0):
        return Answer(State.EXEMPT, Reason.NOT_APPLICABLE)
    if catalogue is None or read < total:
        return Answer(State.UNKNOWN, Reason.NEVER_TESTED, evidence=deficient)
    return Answer(State.BREACHED, Reason.FIELDS_MISSING, evidence=(*deficient, str(catalogue[1])))


def _missing(fact: Fact, terms: Terms) -> int:
    return len([one for one in fact[3] if not terms.key_classes or one in terms.key_classes])


def next_after(view: View, at: int, _terms: Terms) -> int:
    """The next known reading, or the next known count of the catalogue."""
    return min(view.trail.next_time(at) or NEVER, view.subject.trail(CATALOGUE).next_time(at) or NEVER)
