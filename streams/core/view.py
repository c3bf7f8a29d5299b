"""What a window may look at: one subject's memory, through the name that the rule gives."""

from collections.abc import Iterator, Mapping
from typing import Any

from rules.span import Span, parse_span
from schemas.words import SubjectKind
from streams.core.profile import profile_at, registered_since
from streams.core.ring import Ring
from streams.core.subject import Estate, Subject
from streams.core.trail import Trail

_NO_PROFILE: Mapping[str, Any] = {}


class View:
    """A subject seen by a rule."""

    __slots__ = ("estate", "memory", "subject")

    def __init__(self, estate: Estate, subject: Subject, memory: str) -> None:
        self.estate = estate
        self.subject = subject
        self.memory = memory

    @property
    def trail(self) -> Trail:
        """The facts that the rule looks at."""
        return self.subject.trail(self.memory)

    @property
    def ring(self) -> Ring:
        """The probes of a site."""
        return self.subject.ring or Ring()

    @property
    def last_look(self) -> tuple[int, str] | None:
        """When somebody last looked for what this rule wants, and the event that says so."""
        if self.memory == "published_answers":
            facts = self.subject.trail("answers_looks").facts
            return (facts[-1][0], facts[-1][1]) if facts else None
        return self.subject.last_look

    @property
    def since(self) -> int:
        """The instant from which an absence counts where nothing was ever seen: opening or registration."""
        trail = self.subject.trail("profile")
        registered = registered_since(trail)
        if registered is None:
            return self.first_time()
        opened = next((fact[3].get("opened") for fact in trail.facts if fact[2] == "registered"), None)
        return opened if isinstance(opened, int) else registered

    def first_time(self) -> int:
        """The time of the oldest fact of any kind."""
        times = [trail.facts[0][0] for trail in self.subject.trails.values() if trail.facts]
        return min(times, default=0)

    def profile(self, at: int) -> Mapping[str, Any]:
        """The registry's entry in force, or an empty one."""
        return profile_at(self.subject.trail("profile"), at) or _NO_PROFILE

    def cycle(self, at: int) -> Span | None:
        """The agreed update cycle of a column."""
        text = self.profile(at).get("cycle")
        return parse_span(text) if text else None

    def children(self, kind: SubjectKind, memory: str) -> Iterator["View"]:
        """The views of the owner's columns, messages or corrections."""
        return (View(self.estate, child, memory) for child in self.estate.children(kind))
