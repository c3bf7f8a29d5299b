"""What a window may look at: one subject's memory, through the name that the rule gives."""

from collections.abc import Iterator, Mapping
from typing import Any

from rules.span import Span, parse_span
from schemas.words import SubjectKind
from streams.core.answer import NEVER
from streams.core.profile import opened_since, profile_at, reopened_since
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
    def horizon(self) -> int:
        """The instant before which facts were forgotten; 0 while all are remembered."""
        return self.subject.horizons.get(self.memory, 0)

    def exempted(self, rule: str, at: int) -> bool:
        """Whether an exemption of the whole subject is in force; one of a single account is the window's business."""
        exemptions = self.subject.trail("exemptions")
        return any(fact[2] == rule and fact[3] > at and not fact[4] for fact in exemptions.until(at))

    def next_exemption(self, at: int) -> int:
        """The next instant at which an exemption begins or ends."""
        facts = self.subject.trail("exemptions").facts
        return min((edge for fact in facts for edge in (fact[0], fact[3]) if edge > at), default=NEVER)

    def since(self, at: int) -> int:
        """The instant from which an absence counts where nothing was seen: opening, registration, or reopening."""
        opened = opened_since(self.subject.trail("profile"), at)
        return self.first_time() if opened is None else max(opened, self.reopened(at))

    def reopened(self, at: int) -> int:
        """When the subject, or its site, was registered anew after it had been closed; 0 if it never was."""
        own = _reopened(self.subject, at)
        return own if self.subject.id == self.estate.owner else max(own, _reopened(self.estate.head(), at))

    def navigates(self, at: int) -> bool:
        """Whether the site's home page only navigates (首页仅为导航)."""
        return bool(self.profile(at).get("navigation_home"))

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


def _reopened(subject: Subject, at: int) -> int:
    profile = subject.trail("profile")
    if len(profile.facts) < 2:  # noqa: PLR2004  # closed, registered: what came before may not be known yet
        return 0
    return reopened_since(profile, at)
