"""Playing logs through a fold, and reading off what came of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from schemas.observations import ONE
from schemas.words import Change, State
from streams.core.answer import Answer
from streams.core.effects import Effects, Transition
from streams.core.fold import Fold
from streams.core.forwards import ENTRIES, HOLDINGS, forwards_of, releases_of, stays
from streams.core.judging import judge
from streams.core.law import Law
from streams.core.marks import QUIET, Mark, Run


class Tick(NamedTuple):
    """Time has passed up to `at` (ms UTC)."""

    at: int


class Stage:
    """One fold for all that happens: sites, accounts and holdings alike."""

    def __init__(self, law: Law, lateness: int = 0) -> None:
        self.law = law
        self.fold = Fold(law, lateness)
        self.effects = Effects()

    def play(self, *items: Any) -> list[Transition]:
        """Fold observations and ticks; the transitions that came of them."""
        before = len(self.effects.transitions)
        for item in items:
            if isinstance(item, Tick):
                self.fold.tick(item.at, self.effects)
            else:
                for one in folded(item):
                    self.fold.observe(one, self.effects)
                for one in self.released(item):
                    self.fold.observe(one, self.effects)
        return self.effects.transitions[before:]

    @property
    def transitions(self) -> list[Transition]:
        """Everything that was said."""
        return self.effects.transitions

    def learn(self, events: Iterable[Any]) -> None:
        """Let the fold know observations without letting time pass."""
        for event in events:
            for one in folded(event):
                self.fold.observe(one, self.effects, limit=0)
            for one in self.released(event):
                self.fold.observe(one, self.effects, limit=0)

    def released(self, event: Any) -> list[Any]:
        """What an account's entries, this one among them, send on together."""
        entries = self.fold.estate(event.owner).head().trail("profile").facts if event.type in ENTRIES else ()
        return [ONE.validate_python(forward.event) for forward in releases_of(event, entries)]

    def memory(self) -> dict[str, Any]:
        """What is remembered of each subject, without what was said of it."""
        return {subject.id: subject.dump()[:-2] for _, subject in self.fold.subjects() if known(subject)}

    def marks(self) -> dict[tuple[str, str], Mark]:
        """What was said of each (subject, rule)."""
        return {(subject.id, rule): mark for _, subject in self.fold.subjects() for rule, mark in subject.marks.items()}

    def runs(self) -> dict[tuple[str, str], Any]:
        """The runs and the present state of each (subject, rule), without how often they were told."""
        return {key: (mark.state, [untold(run) for run in mark.runs]) for key, mark in self.marks().items()}

    def state(self) -> dict[str, Any]:
        """The whole state, as it is stored; without `wake`, a lower bound that may differ."""
        return {subject.id: subject.dump()[:-1] for _, subject in self.fold.subjects() if known(subject)}

    def judgements(self, *instants: int) -> dict[tuple[str, str, int], Answer]:
        """What judging says of every (subject, rule) at some instants."""
        return {
            (subject.id, standing.id, at): judge(estate, subject, standing, at)
            for estate, subject in self.fold.subjects()
            for standing in (subject.rules.all if subject.rules else ())
            for at in instants
        }


def folded(event: Any) -> Iterator[Any]:
    """An observation as it is folded: where it came in, and where it is sent on to."""
    if stays(event):
        yield event
    yield from (ONE.validate_python(forward.event) for forward in forwards_of(event) if forward.topic == HOLDINGS)


def known(subject: Any) -> bool:
    """Whether anything is remembered of a subject, or said."""
    return bool(subject.trails or subject.ring or subject.last_look or subject.marks)


def bare(transitions: Iterable[Transition]) -> list[Transition]:
    """Transitions without when they were noticed, which may differ."""
    return [one._replace(noticed=0) for one in transitions]


def untold(run: Run) -> list[Any]:
    """A run without how often it was told."""
    return [run.start, run.first, run.state, run.breached_at, run.ended_at, run.unit]


class Told(NamedTuple):
    """What who reads all transitions of an episode knows of it; `void` if it was taken back."""

    state: State = State.COMPLIANT
    broken_since: int | None = None
    ended_at: int | None = None
    void: bool = False

    @property
    def closed(self) -> bool:
        """Whether nothing is wrong any more, or never was."""
        return self.state in QUIET or self.ended_at is not None


def told(transitions: Sequence[Transition]) -> dict[str, Told]:
    """Each episode as its transitions tell it."""
    episodes: dict[str, Told] = {}
    for one in transitions:
        episodes[one.episode] = _tell(episodes.get(one.episode, Told()), one)
    return episodes


def _tell(before: Told, one: Transition) -> Told:
    if one.change is Change.ACKNOWLEDGED:
        return before
    if one.change is Change.RETRACTED:
        return Told(one.state, void=one.state in QUIET)
    if one.change in {Change.RECOVERED, Change.EXEMPT}:
        return Told(one.state, before.broken_since, one.at)
    return Told(one.state, one.since if one.change is Change.BREACHED else before.broken_since)


def differences(some: Sequence[Transition], others: Sequence[Transition]) -> list[str]:
    """Where two lists of transitions say different things, for a person to read."""
    first, second = ({one.id: one for one in bare(transitions)} for transitions in (some, others))
    lines = [f"only here: {first[one]}" for one in first if one not in second]
    lines += [f"only there: {second[one]}" for one in second if one not in first]
    for one in first.keys() & second.keys():
        for name, here, there in zip(Transition._fields, first[one], second[one], strict=True):
            if here != there:
                lines.append(f"{first[one].rule} {first[one].change} {name}: {here} / {there}")
    return lines
