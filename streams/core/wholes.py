"""What is new of a column or message, for the rules of its site that count it."""

from streams.core.answer import NEVER
from streams.core.law import Standing
from streams.core.memories import Effect, Touch
from streams.core.subject import Estate, Subject
from streams.core.view import View
from streams.core.windows.ledger import Ledger

_ITEMS = "items"

#: What can only settle or improve: of these it is known which answers they leave alone.
_NARROWED = (Effect.LOOKS, Effect.IMPROVES)


def inform(estate: Estate, part: Subject, touches: list[Touch], clock: int) -> None:
    """Let the site forget how a part stands where something new may have made that untrue; once an observation.

    What is forgotten tells whether the observation may change anything, so nothing of it may have been judged yet.
    """
    head = estate.subjects.get(estate.owner)
    if head is None or not head.ledgers:
        return
    view = View(estate, head, "")
    for rule, ledger in head.ledgers.items():
        mark = head.marks.get(rule)
        waiting = NEVER if mark is None or mark.waiting is None else mark.waiting
        # An item comes after the look that it is; what nobody had seen before the item is the look's matter.
        told = [_tell(ledger, view, part.id, touch, waiting, clock) for touch in reversed(touches)]
        ledger.news = any(told)


def _tell(ledger: Ledger, view: View, part: str, touch: Touch, waiting: int, clock: int) -> bool:
    """An item changes what holds from its time on, a look what nobody had looked at; of all else it is not asked."""
    if touch.effect is Effect.LOOKS:
        return ledger.look(view, part, waiting, clock)
    if touch.effect is Effect.IMPROVES:
        return ledger.improve(part, touch.time, clock)
    ledger.strike(part, touch.time if touch.trail == _ITEMS else -NEVER)
    return True


def strike(head: Subject, part: Subject, since: int) -> None:
    """Let the site ask anew how a part stands from an instant on."""
    for ledger in head.ledgers.values():
        ledger.strike(part.id, since)


def has_news(head: Subject, standing: Standing, touch: Touch, start: int, clock: int) -> bool:
    """Whether what is new of a part may change what a rule of its site says of the time from `start` to the clock.

    A ledger knows of one rule's terms alone: where they change in that time, nobody can tell.
    """
    ledger = head.ledgers.get(standing.id)
    if touch.effect not in _NARROWED or ledger is None or ledger.terms is not standing.terms_at(start):
        return True
    return ledger.news or standing.next_edge(start) <= max(clock, touch.time)


def settle_parts(head: Subject, standing: Standing) -> None:
    """Note that all parts are whole again where they are, so that their facts need be looked at no longer."""
    mark, ledger = head.marks.get(standing.id), head.ledgers.get(standing.id)
    if mark is not None and ledger is not None and not ledger.partly:
        mark.partly = False
