"""Count (累计): how many children of a site breach.

Each counting rule names a part that is judged of each child under the same terms: a column's freshness, a column's
emptiness, a message's answer. The site breaks the rule from `at_least` broken children on; it is warned from
`warn_at_least` on, or when enough children are near their deadlines. With so many that nobody looked at, `unknown`.
A child for which an exemption from the rule is recorded is not counted.
"""

from schemas.words import Reason, State
from streams.core.answer import EVIDENCE_SHOWN, NEVER, Answer
from streams.core.subject import Subject
from streams.core.view import View
from streams.core.windows.ledger import Ledger
from streams.core.windows.parts import PARTS, Terms


def judge(view: View, at: int, terms: Terms) -> Answer:
    """Within the limit, near it, over it, or not to be said."""
    ledger = _ledger(view, terms)
    ledger.move(view, at)
    broken, near, unknown = (ledger.of(state) for state in (State.BREACHED, State.DUE_SOON, State.UNKNOWN))
    evidence = tuple(event for answer in broken + near for event in answer.evidence)[:EVIDENCE_SHOWN]
    due = _breaking_at(broken if len(broken) >= terms.at_least else broken + near + unknown, terms.at_least)
    state, reason = _verdict(len(broken), len(unknown), due, terms)
    return Answer(state, reason, due, evidence, waiting=bool(unknown), partly=bool(broken or unknown))


def _verdict(broken: int, unknown: int, due: int, terms: Terms) -> tuple[State, Reason]:
    if broken >= terms.at_least:
        return State.BREACHED, Reason.LIMIT_EXCEEDED
    if broken + unknown >= terms.at_least:
        return State.UNKNOWN, Reason.NOBODY_LOOKED
    if due < NEVER or (terms.warn_at_least is not None and broken >= terms.warn_at_least):
        return State.DUE_SOON, Reason.LIMIT_NEAR
    return State.COMPLIANT, Reason.WITHIN_LIMIT


def _breaking_at(answers: list[Answer], at_least: int) -> int:
    """The instant at which the last child that is needed breaks."""
    if len(answers) < at_least:
        return NEVER
    return sorted(answer.due_at for answer in answers)[at_least - 1]


def next_after(view: View, at: int, terms: Terms) -> int:
    """The earliest of the children's own."""
    ledger = _ledger(view, terms)
    ledger.move(view, at)
    return ledger.next


def next_of_part(view: View, child: Subject, at: int, terms: Terms) -> int:
    """The first instant after `at` at which one child, of which a fact came in, may change the answer."""
    ledger = _ledger(view, terms)
    ledger.move(view, at)
    return ledger.next_of(child.id)


def _ledger(view: View, terms: Terms) -> Ledger:
    """What is known of the children under these terms."""
    ledger = view.subject.ledgers.get(terms.rule)
    if ledger is None or ledger.terms is not terms:
        ledger = view.subject.ledgers[terms.rule] = Ledger(PARTS[terms.part], terms)
    return ledger
