"""Which rules concern a subject, which of them a new fact can change, and since when.

The common case is that a fact changes nothing: an update of what is up to date, a look at what was seen before. It is
recognised here from the marks alone, without judging.
"""

from schemas.words import State
from streams.core.answer import NEVER
from streams.core.judging import UNREGISTERED_KINDS, attributes_at
from streams.core.law import Law, Rules, Standing
from streams.core.marks import Mark
from streams.core.memories import Effect, Touch
from streams.core.profile import registered_since
from streams.core.subject import Estate, Subject


def find_rules(law: Law, estate: Estate, subject: Subject) -> Rules | None:
    """The rules that may ever apply to a subject, and those that were once said to; None while it is a stranger.

    What was said under a rule has to be taken back should a late registry entry show that it never applied.
    """
    if subject.kind in UNREGISTERED_KINDS:
        return law.rules_of(law.by_kind[subject.kind])
    times = {fact[0] for one in (subject, estate.head()) for fact in one.trail("profile").facts}
    entries = [entry for time in times if (entry := attributes_at(estate, subject, time)) is not None]
    if not entries:
        return None
    return law.rules_of(
        tuple(
            standing
            for standing in law.by_kind[subject.kind]
            if standing.id in subject.marks or any(standing.may_apply(entry) for entry in entries)
        )
    )


def first_instant(estate: Estate, subject: Subject) -> int:
    """Where judging begins: registration, or the first fact of a subject that is not registered itself."""
    own = registered_since(subject.trail("profile"))
    begins = own if own is not None else min(trail.facts[0][0] for trail in subject.trails.values() if trail.facts)
    head = registered_since(estate.head().trail("profile")) if subject.id != estate.owner else None
    return begins if head is None else max(begins, head)


def passes_over(mark: Mark | None, touch: Touch) -> bool:
    """Whether a fact can't change what a rule says, so that nobody need judge."""
    return touch.effect is not Effect.CHANGES and calm_since([mark], touch.effect) <= touch.time


def calm_since(marks: list[Mark | None], effect: Effect) -> int:
    """From when on a fact that improves or settles answers leaves all these marks as they are; NEVER if it may not.

    What improves a compliant answer must not be older than the answer: an item from before the registration may be the
    first that is known, and hasten the deadline. A look changes nothing where none is awaited.
    """
    known = [mark for mark in marks if mark is not None]
    if len(known) < len(marks):
        return NEVER
    if effect is Effect.LOOKS:
        return -NEVER if all(mark.waiting is None for mark in known) else NEVER
    compliant = all(mark.state is State.COMPLIANT for mark in known)
    return max((mark.since for mark in known), default=-NEVER) if compliant else NEVER


def since(subject: Subject, mark: Mark | None, touch: Touch) -> int:
    """From when on a fact matters.

    A look proves what was unknown before it; what is said of a case, that it was invalid, holds from its opening on.
    """
    if touch.effect is Effect.LOOKS and mark is not None and mark.waiting is not None:
        return mark.waiting
    if touch.trail == "case":
        return int(subject.trail("case").facts[0][0])
    return touch.time


def all_rules(subject: Subject) -> tuple[Standing, ...]:
    """Every rule of a subject; none while it is a stranger."""
    return subject.rules.all if subject.rules is not None else ()
