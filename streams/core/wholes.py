"""What is new of a column or message, for the rules of its site that count it."""

from streams.core.answer import NEVER
from streams.core.law import Standing
from streams.core.memories import Effect, Touch
from streams.core.subject import Estate, Subject
from streams.core.view import View

_ITEMS = "items"

#: What can only settle or improve: of these it is known which answers they leave alone.
_NARROWED = (Effect.LOOKS, Effect.IMPROVES)


def inform(estate: Estate, part: Subject, touches: list[Touch], clock: int) -> None:
    """Let the site forget how a part stands where something new may have made that untrue; once an observation.

    What is forgotten tells what the observation may change, so nothing of it may have been judged yet.
    """
    head = estate.subjects.get(estate.owner)
    if head is not None and head.ledgers:
        for touch in reversed(touches):  # an item comes after the look that it is: what was unseen is the look's matter
            _inform(estate, head, part, touch, clock)


def _inform(estate: Estate, head: Subject, part: Subject, touch: Touch, clock: int) -> None:
    """An item changes what holds from its time on, a look what nobody had looked at; of all else it is not asked."""
    if touch.effect is Effect.LOOKS:
        _look(estate, head, part, clock)
    elif touch.effect is Effect.IMPROVES:
        for ledger in head.ledgers.values():
            ledger.improve(part.id, touch.time, clock)
    else:
        strike(head, part, touch.time if touch.trail == _ITEMS else -NEVER)


def strike(head: Subject, part: Subject, since: int) -> None:
    """Let the site ask anew how a part stands from an instant on."""
    for ledger in head.ledgers.values():
        ledger.strike(part.id, since)


def _look(estate: Estate, head: Subject, part: Subject, clock: int) -> None:
    for rule, ledger in head.ledgers.items():
        mark = head.marks.get(rule)
        waiting = NEVER if mark is None or mark.waiting is None else mark.waiting
        ledger.look(View(estate, head, ""), part.id, waiting, clock)


def start_of(head: Subject, standing: Standing, touch: Touch, start: int) -> int:
    """From when on a site has to be judged again for something new of a part; NEVER if that changes nothing.

    `start` is what is known without knowing which part it is.
    """
    ledger = head.ledgers.get(standing.id)
    if touch.effect not in _NARROWED or ledger is None or ledger.terms is not standing.terms_at(start):
        return start
    return ledger.settled if touch.effect is Effect.LOOKS else ledger.mended
