"""
The fold of one partition: observations and ticks in, transitions out.

    state', transitions = step(state, observation | tick, rules)

The state is this object's memory, changed in place for speed; everything that comes of a step is in the `Effects` that
the caller hands in. Nothing here knows of Kafka, files, clocks or chance: the live stream, the replay and the
checkpoint run the same lines.

Two clocks. An event's `time` decides what is true; its `observedtime` decides when it could be known. All instants up
to `clock` are settled: what was due by then has been announced. An observation settles what came before it
(`observedtime` less the allowed lateness), a tick settles up to itself.
"""

from collections.abc import Iterator
from typing import Any

from schemas.envelope import owner_of
from schemas.instants import to_ms
from schemas.words import Change, Reason, State, SubjectKind
from streams.core.answer import NEVER, Answer
from streams.core.deadlines import Deadlines
from streams.core.effects import Effects, Transition
from streams.core.episodes import Said, follow, reconsider
from streams.core.ids import episode_id, transition_id
from streams.core.judging import UNREGISTERED_KINDS, attributes_at, next_after, unit_at
from streams.core.law import Law, Standing
from streams.core.memories import PRUNINGS, Effect, Touch, remember
from streams.core.profile import registered_since
from streams.core.subject import Estate, Subject
from streams.core.trail import keep_all
from streams.core.windows import count

_WAITING = frozenset({State.UNKNOWN})
_CHILD_TRAILS = frozenset({"items", "listed", "case", "exemptions"})


class Fold:
    """One partition's subjects under one law."""

    def __init__(self, law: Law, lateness: int = 0) -> None:
        self.law = law
        self.lateness = lateness
        self.clock = 0
        self.estates: dict[str, Estate] = {}
        self.deadlines = Deadlines()

    # -- inputs ------------------------------------------------------------------------------------------------

    def observe(self, event: Any, effects: Effects, *, offset: int = -1, limit: int | None = None) -> None:
        """
        Fold one observation.

        `offset` is its place in the log: at or below the offset of its subject's state record it was folded before a
        crash. `limit` bounds how far it may move the clock (a live worker passes its own now).
        """
        seen = to_ms(event.observedtime or event.time) - 1 - self.lateness
        self.settle(seen if limit is None else min(seen, limit), effects)
        estate = self.estate(event.owner)
        known = estate.subjects.get(event.subject)
        again = known is not None and 0 <= offset <= known.offset
        touches = remember(estate, event, self.law)
        self._note(estate, event, effects, changed=bool(touches))
        for touch in touches:
            self._touch(estate, touch, effects)
        if estate.subject(event.subject).rules is None and estate.subject(event.subject).kind not in UNREGISTERED_KINDS:
            effects.strangers.append(event.subject)
        if again and known is not None:
            self._judge_again(estate, known, to_ms(event.time), effects)

    def tick(self, at: int, effects: Effects) -> None:
        """Settle everything up to and including an instant, less the allowed lateness."""
        self.settle(at - self.lateness, effects)

    def settle(self, upto: int, effects: Effects) -> None:
        """Announce what has become true up to an instant; earlier instants than the clock change nothing."""
        if upto <= self.clock:
            return
        self.clock = upto
        while (due := self.deadlines.pop(upto)) is not None:
            estate = self.estates.get(due.owner)
            subject = estate.subjects.get(due.subject) if estate else None
            if estate is not None and subject is not None:
                self._walk(estate, subject, self.law.by_id[due.rule], due.at, effects)

    # -- state -------------------------------------------------------------------------------------------------

    def estate(self, owner: str) -> Estate:
        """The estate of an owner, made on first sight."""
        estate = self.estates.get(owner)
        if estate is None:
            estate = self.estates[owner] = Estate(owner)
        return estate

    def load(self, subject_id: str, record: list[Any]) -> None:
        """Take over a subject's state record; call `rearm` when all are loaded."""
        subject = Subject.load(subject_id, record)
        self.estate(owner_of(subject_id)).subjects[subject_id] = subject

    def rearm(self, clock: int) -> None:
        """After loading: find each subject's rules again, and arm each at the instant its answer may change next."""
        self.clock = clock
        for estate, subject in self.subjects():
            self._find_rules(estate, subject)
            for standing in self._all_rules(subject):
                if standing.id in subject.marks:
                    self._arm(estate, subject, standing, clock)

    def subjects(self) -> Iterator[tuple[Estate, Subject]]:
        """Every subject with its owner, in the order of their ids."""
        for owner in sorted(self.estates):
            estate = self.estates[owner]
            for subject_id in sorted(estate.subjects):
                yield estate, estate.subjects[subject_id]

    # -- one fact ----------------------------------------------------------------------------------------------

    def _note(self, estate: Estate, event: Any, effects: Effects, *, changed: bool) -> None:
        subject = estate.subject(event.subject)
        if changed:
            effects.change(estate.owner, subject.id)

    def _judge_again(self, estate: Estate, subject: Subject, time: int, effects: Effects) -> None:
        """
        A crash left this subject's state written, but maybe not its owner's: judge both again from the event's time.

        The facts are there already; what comes out has the ids that it had the first time.
        """
        for one in {subject.id: subject, estate.owner: estate.head()}.values():
            for standing in self._all_rules(one):
                self._renew(estate, one, standing, time, effects)

    def _touch(self, estate: Estate, touch: Touch, effects: Effects) -> None:
        subject = touch.subject
        if touch.effect is Effect.REGISTERS or touch.trail == "case":
            effects.touched[estate.owner] = None
        if touch.effect is Effect.REGISTERS:
            self._register(estate, subject, touch.time, effects)
        elif touch.effect is Effect.ACKNOWLEDGES:
            self._acknowledge(estate, subject, effects)
        elif subject.rules is None:
            self._find_rules(estate, subject)
            for standing in self._all_rules(subject):
                self._renew(estate, subject, standing, self._first_instant(estate, subject), effects)
        else:
            self._wake(estate, touch, effects)
        if touch.trail in _CHILD_TRAILS or touch.effect is Effect.LOOKS:
            self._wake_counting(estate, touch, effects)
        self._prune(subject, touch.trail)

    def _wake(self, estate: Estate, touch: Touch, effects: Effects) -> None:
        rules = touch.subject.rules or {}
        standings = list(rules.get(touch.trail, ()))
        if touch.effect is Effect.LOOKS:
            standings = [one for one in self._all_rules(touch.subject) if one.looks]
        if touch.trail in {"exemptions", "maintenance"}:
            standings = self._all_rules(touch.subject)
        for standing in standings:
            if not _passes_over(touch.subject, standing, touch):
                self._renew(estate, touch.subject, standing, _from(touch, touch.subject, standing), effects)

    def _wake_counting(self, estate: Estate, touch: Touch, effects: Effects) -> None:
        """A child's fact may change what its site's counting rules say."""
        head = estate.head()
        if touch.subject is head or not head.rules:
            return
        for standing in self.law.counting:
            if standing not in head.rules.get(standing.trail, ()):
                continue
            if touch.effect is Effect.LOOKS:
                self._wake_by_look(estate, touch, standing, effects)
            elif not _passes_over(head, standing, touch):
                self._renew(estate, head, standing, touch.time, effects)

    def _wake_by_look(self, estate: Estate, touch: Touch, standing: Standing, effects: Effects) -> None:
        """A look can only bring to light that a column is stale; then the site is judged again since that instant."""
        terms = standing.terms_at(self.clock)
        if terms is not None:
            start = count.brought_to_light(estate, touch.subject, touch.before, self.clock, terms)
            if start < NEVER:
                self._renew(estate, estate.head(), standing, start, effects)

    def _register(self, estate: Estate, subject: Subject, time: int, effects: Effects) -> None:
        """A registry entry may change everything that is said of the subject and, for an owner, of its children."""
        self._find_rules(estate, subject)
        concerned = list(estate.subjects.values()) if subject.id == estate.owner else [subject, estate.head()]
        for one in concerned:
            if one.rules is None or one is subject or subject.id == estate.owner:
                self._find_rules(estate, one)
            for standing in self._all_rules(one):
                start = time if standing.id in one.marks else self._first_instant(estate, one)
                self._renew(estate, one, standing, min(start, time), effects)
            effects.change(estate.owner, one.id)

    def _acknowledge(self, estate: Estate, subject: Subject, effects: Effects) -> None:
        fact = subject.trail("acks").facts[-1]
        standing = self.law.by_id.get(fact[2])
        for one in estate.subjects.values():
            mark = one.marks.get(fact[2])
            if standing is None or mark is None or mark.run is None:
                continue
            if episode_id(self.law.pack.id, standing.id, one.id, mark.run.start) == fact[3]:
                answer = Answer(mark.answer.state, Reason.ACKNOWLEDGED_BY_UNIT, mark.answer.due_at, (fact[1],))
                said = Said(mark.run, Change.ACKNOWLEDGED, fact[0], answer)
                self._announce(estate, one, standing, [said], effects, note=fact[4])

    # -- judging -----------------------------------------------------------------------------------------------

    def _renew(self, estate: Estate, subject: Subject, standing: Standing, start: int, effects: Effects) -> None:
        """Something new is true from `start` on: judge again if that is settled already, else wake up then."""
        if start > self.clock:
            self.deadlines.arm(start, estate.owner, subject.id, standing.id)
            return
        said = reconsider(estate, subject, standing, start, self.clock)
        self._announce(estate, subject, standing, said, effects)
        self._arm(estate, subject, standing, self.clock)

    def _walk(self, estate: Estate, subject: Subject, standing: Standing, start: int, effects: Effects) -> None:
        said = follow(estate, subject, standing, start, self.clock)
        self._announce(estate, subject, standing, said, effects)
        self._arm(estate, subject, standing, self.clock)

    def _arm(self, estate: Estate, subject: Subject, standing: Standing, at: int) -> None:
        instant = next_after(estate, subject, standing, at)
        self.deadlines.arm(instant, estate.owner, subject.id, standing.id)

    def _announce(
        self, estate: Estate, subject: Subject, standing: Standing, said: list[Said], effects: Effects, note: str = ""
    ) -> None:
        effects.change(estate.owner, subject.id)
        if said:
            effects.touched[estate.owner] = None
        for one in said:
            effects.transitions.append(self._transition(estate, subject, standing, one, note))

    def _transition(self, estate: Estate, subject: Subject, standing: Standing, said: Said, note: str) -> Transition:
        run, answer = said.run, said.answer
        run.sequence += 1
        episode = episode_id(self.law.pack.id, standing.id, subject.id, run.start)
        return Transition(
            transition_id(episode, run.sequence, said.change), episode, run.sequence, said.change, answer.state,
            answer.reason, standing.id, self.law.label, subject.id, unit_at(estate, subject, said.at), run.start,
            run.breached_at if run.breached_at is not None else run.start, said.at, answer.due_at, self.clock,
            answer.evidence, answer.provisional, note,
        )  # fmt: skip

    # -- helpers -----------------------------------------------------------------------------------------------

    def _find_rules(self, estate: Estate, subject: Subject) -> None:
        """Which rules may ever apply to the subject, by the trail they look at; None while it is a stranger."""
        entries = [attributes_at(estate, subject, time) for time in self._profile_times(estate, subject)]
        known = [entry for entry in entries if entry is not None]
        if subject.kind in UNREGISTERED_KINDS:
            known = [{}]
        if not known:
            return
        subject.rules = {}
        for standing in self.law.by_kind[subject.kind]:
            if any(standing.may_apply(entry) for entry in known):
                subject.rules[standing.trail] = (*subject.rules.get(standing.trail, ()), standing)

    def _profile_times(self, estate: Estate, subject: Subject) -> list[int]:
        return [fact[0] for one in (subject, estate.head()) for fact in one.trail("profile").facts]

    def _first_instant(self, estate: Estate, subject: Subject) -> int:
        """Where judging begins: registration, or the first fact of a subject that is not registered itself."""
        own = registered_since(subject.trail("profile"))
        times = [trail.facts[0][0] for trail in subject.trails.values() if trail.facts]
        begins = own if own is not None else min(times, default=self.clock)
        head = registered_since(estate.head().trail("profile"))
        return begins if head is None else max(begins, head)

    def _all_rules(self, subject: Subject) -> list[Standing]:
        return [standing for standings in (subject.rules or {}).values() for standing in standings]

    def _prune(self, subject: Subject, trail: str) -> None:
        if trail in subject.trails:
            horizon = subject.trails[trail].prune(self.clock, PRUNINGS.get(trail, keep_all))
            if horizon:
                subject.forget(trail, horizon)


def _passes_over(subject: Subject, standing: Standing, touch: Touch) -> bool:
    """Whether a fact can't change what a rule says: the common case, kept cheap."""
    mark = subject.marks.get(standing.id)
    if mark is None or touch.effect is Effect.CHANGES:
        return False
    if touch.effect is Effect.LOOKS:
        return mark.answer.state not in _WAITING
    settled = not mark.runs or (mark.runs[-1].ended_at or NEVER) <= touch.time
    return mark.answer.state is State.COMPLIANT and settled


def _from(touch: Touch, subject: Subject, standing: Standing) -> int:
    """From when on a fact matters: a look proves what was unknown before it."""
    mark = subject.marks.get(standing.id)
    if touch.effect is Effect.LOOKS and mark is not None:
        return min(mark.since, touch.time)
    return touch.time


def is_owner(subject: Subject) -> bool:
    """Whether a subject stands in a bulletin by itself."""
    return subject.kind in {SubjectKind.SITE, SubjectKind.ACCOUNT}
