"""All that was ever observed, as it was observed: what the models look at, and what the registry says in it."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from schemas.instants import to_ms
from schemas.observations import ONE

REGISTERED, TRANSFERRED, CLOSED = "registered", "transferred", "closed"
FOR_EVER = 2**60


class Fact(NamedTuple):
    """An observation; facts of one instant are told apart by their ids, as they must be by somebody."""

    time: int
    id: str
    word: str
    subject: str
    data: Mapping[str, Any]
    seen: int
    type: str


def fact_of(raw: Mapping[str, Any]) -> Fact:
    """What an event says, with its instants as the core counts them."""
    event: Any = ONE.validate_python(raw)
    data = {name: getattr(event.data, name) for name in type(event.data).model_fields}
    word = event.type.partition(".")[2]
    return Fact(to_ms(event.time), event.id, word, event.subject, data, event.seen, event.type)


class World:
    """Every fact once, by subject, in the order of time."""

    def __init__(self) -> None:
        self.by_subject: dict[str, list[Fact]] = defaultdict(list)

    def learn(self, fact: Fact) -> None:
        """Know a fact; what is known already is no news."""
        facts = self.by_subject[fact.subject]
        if all((fact.time, fact.id) != (one.time, one.id) for one in facts):
            insort(facts, fact, key=lambda one: (one.time, one.id))

    def of(self, subject: str, *words: str, until: int = FOR_EVER) -> list[Fact]:
        """The facts of a subject that say one of these words, up to an instant."""
        return [one for one in self.by_subject.get(subject, ()) if one.word in words and one.time <= until]

    def children(self, owner: str, kind: str) -> Iterator[str]:
        """The columns, messages or corrections of a site."""
        return (one for one in sorted(self.by_subject) if one.startswith(f"{owner}/{kind}/"))

    # -- registry ----------------------------------------------------------------------------------------------

    def entry(self, subject: str, at: int) -> dict[str, Any] | None:
        """What the registry says at an instant; None before the registration."""
        entry: dict[str, Any] | None = None
        for fact in self.of(subject, REGISTERED, CLOSED, until=at):
            if fact.word == REGISTERED:
                entry = {**fact.data, "closed": False}
            elif entry is not None:
                entry["closed"] = True
        return entry

    def opened(self, subject: str, at: int) -> int:
        """Since when a subject owes anything: its opening or registration, a reopening, or its first fact."""
        first = next(iter(self.of(subject, REGISTERED)), None)
        if first is None:
            return self.by_subject[subject][0].time
        return max(self._reopened(subject, at) or _opening(first), self.reopened(subject, at))

    def reopened(self, subject: str, at: int) -> int:
        """When it was last registered after a closing, or its site was; 0 if never."""
        return max(self._reopened(one, at) for one in {subject, subject.partition("/")[0]})

    def _reopened(self, subject: str, at: int) -> int:
        closed, reopened = 0, 0
        for fact in self.of(subject, REGISTERED, CLOSED, until=at):
            if fact.word == CLOSED:
                closed = fact.time
            elif closed:
                closed, reopened = 0, _opening(fact) if _opening(fact) >= closed else fact.time
        return reopened

    def excused(self, subject: str, rule: str, applies: Mapping[str, Any], at: int) -> bool:
        """Whether a rule does not reach a subject: not registered, closed, of another kind, or exempted."""
        if "@" not in subject and not subject.startswith("observer:"):
            site = subject.partition("/")[0]
            own = subject if "/column/" in subject else site
            entries = [self.entry(site, at), self.entry(own, at)]
            if any(entry is None or entry["closed"] for entry in entries):
                return True
            said = {name: value for entry in entries for name, value in (entry or {}).items() if value is not None}
            if any(said.get(name) not in _words(wanted) for name, wanted in applies.items()):
                return True
        return self.exempted(subject, rule, at)

    def exempted(self, subject: str, rule: str, at: int) -> bool:
        """Whether an exemption of the whole subject is in force."""
        granted = [one for one in self.of(subject, "granted", until=at) if one.data["rule"] == rule]
        return any(at < ends(one) for one in granted if not one.data["account"])


def ends(exemption: Fact) -> int:
    """When an exemption ends."""
    return to_ms(exemption.data["ends"]) if exemption.data["ends"] else FOR_EVER


def _words(wanted: Any) -> tuple[Any, ...]:
    return tuple(wanted) if isinstance(wanted, list | tuple) else (wanted,)


def _opening(entry: Fact) -> int:
    opened = entry.data.get("opened")
    return to_ms(opened) if opened is not None else entry.time
