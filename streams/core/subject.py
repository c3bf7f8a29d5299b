"""What is remembered of a subject, and of the owner that gathers a site's columns and messages in one place.

A subject holds trails of facts, a ring of probes if it is a site, and the marks of what was said of it. All of it can
be dumped to plain lists and loaded again, one record a subject.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from schemas.words import SubjectKind
from streams.core.answer import NEVER
from streams.core.marks import Mark
from streams.core.ring import Ring
from streams.core.trail import Fact, Trail

if TYPE_CHECKING:
    from streams.core.law import Rules
    from streams.core.windows.ledger import Ledger

_KINDS = {kind.value: kind for kind in SubjectKind}
_CHILD_KINDS = {"column": SubjectKind.COLUMN, "message": SubjectKind.MESSAGE, "correction": SubjectKind.CORRECTION}
_EMPTY = Trail()
_encode = msgspec.msgpack.Encoder().encode
_NOTHING: dict[str, int] = {}  # shared by all of whom nothing is known; never written to


class Subject:
    """One subject: a site, a column, a message, a correction, an account, a holding or an observer.

    `wake` is, as it was written last, an instant before which none of its rules is armed (`streams.core.sleep`).
    """

    __slots__ = (
        "calm", "calm_parts", "horizons", "id", "kind", "last_look", "ledgers", "marks", "opens",
        "ring", "rules", "told", "trails", "wake",
    )  # fmt: skip

    def __init__(self, subject_id: str, kind: SubjectKind) -> None:
        self.id = subject_id
        self.kind = kind
        self.trails: dict[str, Trail] = {}
        self.ring: Ring | None = None
        self.last_look: tuple[int, str] | None = None
        self.marks: dict[str, Mark] = {}
        self.horizons: dict[str, int] = {}  # by trail: from this instant on it is whole, earlier facts were forgotten
        self.ledgers: dict[str, Ledger] = {}  # by counting rule, of a site: what its columns and messages answer
        self.rules: Rules | None = None  # those that may apply; None while it is a stranger
        self.wake = NEVER
        self.disturb()

    def disturb(self) -> None:
        """Marks or rules have changed: what was found out of them no longer holds.

        `calm` and `calm_parts` (of the columns and messages) say for a trail from when on a new fact, of those that can
        only improve or settle an answer, leaves the marks as they are (`streams.core.concern`). `told` is the marks as
        they are written: most records are written anew for a fact or a look, with the marks as they were. `opens` is
        the last opening by the registry's entries, 0 where there is none.
        """
        self.calm = self.calm_parts = _NOTHING
        self.told: msgspec.Raw | None = None
        self.opens: int | None = None

    def trail(self, name: str) -> Trail:
        """The trail of a name; an empty one to read from where nothing is remembered."""
        return self.trails.get(name, _EMPTY)

    def remember(self, name: str, fact: Fact) -> bool:
        """Add a fact to a trail; False if it was there."""
        trail = self.trails.get(name)
        if trail is None:
            trail = self.trails[name] = Trail()
        return trail.add(fact)

    def forget(self, name: str, before: int) -> None:
        """Note that a trail is whole only from an instant on."""
        self.horizons[name] = max(before, self.horizons.get(name, 0))

    def look(self, time: int, event_id: str) -> bool:
        """Remember that somebody looked; only the latest look counts."""
        if self.last_look is not None and (time, event_id) <= self.last_look:
            return False
        self.last_look = (time, event_id)
        return True

    def dump(self) -> list[Any]:
        """Plain lists for the state record."""
        trails = {name: trail.facts for name, trail in self.trails.items()}
        return [*self._remembered(trails), {rule: mark.dump() for rule, mark in self.marks.items()}, self.wake]

    def packed(self) -> list[Any]:
        """The same for whoever writes it as MessagePack at once."""
        if self.told is None:
            self.told = msgspec.Raw(_encode({rule: mark.dump() for rule, mark in self.marks.items()}))
        trails = {name: trail.packed() for name, trail in self.trails.items()}
        return [*self._remembered(trails), self.told, self.wake]

    def _remembered(self, trails: dict[str, Any]) -> tuple[Any, ...]:
        return self.kind, self.horizons, trails, self.ring.dump() if self.ring is not None else None, self.last_look

    @classmethod
    def load(cls, subject_id: str, record: list[Any]) -> "Subject":
        """A subject from its state record; one of an older form ends with its marks, and wakes at once."""
        kind, horizons, trails, ring, look, marks, *more = record
        subject = cls(subject_id, _KINDS[kind])
        subject.horizons = dict(horizons)
        subject.trails = {name: Trail([_fact(fact) for fact in facts]) for name, facts in trails.items()}
        subject.ring = Ring.load(ring) if ring else None
        subject.last_look = tuple(look) if look else None
        subject.marks = {rule: Mark.load(mark) for rule, mark in marks.items()}
        subject.wake = more[0] if more else 0
        return subject


def _fact(record: Sequence[Any]) -> Fact:
    """A fact from its record: lists within it were tuples."""
    return tuple(tuple(part) if isinstance(part, list) else part for part in record)


class Estate:
    """An owner's subjects: a site with its columns and messages, or an account, a holding, an observer alone."""

    __slots__ = ("owner", "subjects")

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.subjects: dict[str, Subject] = {}

    def head(self) -> Subject:
        """The owner as a subject itself."""
        return self.subject(self.owner)

    def subject(self, subject_id: str) -> Subject:
        """The subject of an id, made on first sight."""
        subject = self.subjects.get(subject_id)
        if subject is None:
            subject = self.subjects[subject_id] = Subject(subject_id, kind_of(subject_id))
        return subject

    def children(self, kind: SubjectKind) -> Iterator[Subject]:
        """The owner's columns, messages or corrections, in the order of their ids."""
        return (self.subjects[one] for one in sorted(self.subjects) if self.subjects[one].kind is kind)


def kind_of(subject_id: str) -> SubjectKind:
    """What kind of subject an id names; the form of ids is fixed in docs/reference/subjects.md."""
    owner, slash, rest = subject_id.partition("/")
    if slash:
        return _CHILD_KINDS[rest.partition("/")[0]]
    if owner.startswith("observer:"):
        return SubjectKind.OBSERVER
    if "@" in owner:
        return SubjectKind.HOLDING
    return SubjectKind.ACCOUNT if ":" in owner else SubjectKind.SITE
