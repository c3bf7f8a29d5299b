"""The fold of one partition: observations and ticks in, transitions out.

    state', transitions = step(state, observation | tick, rules)

The state is this object's memory, changed in place for speed; everything that comes of a step is in the `Effects` that
the caller hands in. Nothing here knows of Kafka, files, clocks or chance: the live stream, the replay and the
checkpoint run the same lines.

Two clocks. An event's `time` decides what is true; its `observedtime` decides when it could be known. All instants up
to `clock` are settled: what was due by then has been announced. An observation settles what came before it
(`observedtime` less the allowed lateness), a tick settles up to itself.
"""

from collections.abc import Sequence
from typing import Any, Final

from schemas.instants import to_ms
from schemas.words import Reason
from streams.core.answer import NEVER
from streams.core.concern import all_rules, calm_since, find_rules, first_instant, passes_over, since
from streams.core.effects import Effects, Transition
from streams.core.episodes import Said, acknowledged, follow, reconsider
from streams.core.forgetting import prune
from streams.core.ids import episode_id, transition_id
from streams.core.judging import judge
from streams.core.law import Law, Standing
from streams.core.memories import PRUNINGS, READERS, Effect, Touch
from streams.core.owners import Owners
from streams.core.subject import Estate, Subject
from streams.core.trail import SLACK
from streams.core.view import View
from streams.core.wholes import has_news, inform, settle_parts, strike
from streams.core.windows.count import next_of_part

_IMPROVES: Final = Effect.IMPROVES
_LOOKS: Final = Effect.LOOKS


class Fold(Owners):
    """One partition's subjects under one law."""

    def __init__(self, law: Law, lateness: int = 0) -> None:
        super().__init__(law)
        self.lateness = lateness

    # -- inputs ------------------------------------------------------------------------------------------------

    def observe(self, event: Any, effects: Effects, *, limit: int | None = None) -> None:
        """Fold one observation; `limit` (ms UTC) bounds how far it may move the clock."""
        seen = event.seen - 1 - self.lateness
        if seen > self.clock:
            self.settle(seen if limit is None else min(seen, limit), effects)
        owner: str = event.owner
        subject_id: str = event.subject
        estate = self.young.get(owner) or self.touched(owner)
        subject = estate.subjects.get(subject_id) or estate.subject(subject_id)
        touches = READERS[event.type](subject, event, event.at, self.law)
        if touches:
            effects.change(owner, subject_id)
            if subject_id != owner:
                inform(estate, subject, touches, self.clock)
            for touch in touches:
                self._touch(estate, subject, touch, event, effects)
        if subject.rules is None:
            effects.strangers.append(subject_id)

    def tick(self, at: int, effects: Effects) -> None:
        """Settle everything up to and including an instant, less the allowed lateness."""
        self.settle(at - self.lateness, effects)

    def settle(self, upto: int, effects: Effects) -> None:
        """Announce what has become true up to an instant; earlier instants than the clock change nothing."""
        if upto < self.deadlines.first and upto < self.sleepers.first:
            self.clock = max(self.clock, upto)
        elif upto > self.clock:
            self._settle_due(upto, effects)

    def _settle_due(self, upto: int, effects: Effects) -> None:
        """Something may be due by then."""
        stirred = self.wake_due(upto)
        self.clock = upto
        while self.deadlines.first <= upto and (due := self.deadlines.pop(upto)) is not None:
            estate = self.estates[due.owner]
            subject, standing = estate.subjects[due.subject], self.law.by_id[due.rule]
            said, after = follow(estate, subject, standing, due.at, upto)
            self._announce(estate, subject, standing, said, effects)
            self.arm(after, estate, subject, standing, effects)
            stirred[due.subject] = estate
        for subject_id, estate in stirred.items():
            self.set_wake(estate, estate.subjects[subject_id], effects)

    # -- one fact ----------------------------------------------------------------------------------------------

    def _touch(self, estate: Estate, subject: Subject, touch: Touch, event: Any, effects: Effects) -> None:
        trail, time, effect = touch.trail, touch.time, touch.effect
        changes = effect is not _IMPROVES and effect is not _LOOKS
        if changes or subject.calm.get(trail, NEVER) > time:
            self._touch_own(estate, subject, touch, event, effects)
        if subject.id != estate.owner:
            head = estate.subjects.get(estate.owner)
            if head is not None and (changes or head.calm_parts.get(trail, NEVER) > time):
                self._touch_whole(estate, head, subject, touch, effects)
        known = subject.trails.get(trail)
        if known is not None and len(known.facts) > SLACK:
            self._forget(estate, subject, trail)

    def _touch_own(self, estate: Estate, subject: Subject, touch: Touch, event: Any, effects: Effects) -> None:
        """What a fact does to its subject's own rules, if it may do anything."""
        effect = touch.effect
        if effect is Effect.REGISTERS or touch.trail == "case":
            effects.touched[estate.owner] = None
        if effect is Effect.REGISTERS:
            self._register(estate, subject, touch.time, effects)
        elif effect is Effect.ACKNOWLEDGES:
            self._acknowledge(estate, event, effects)
        elif subject.rules is None:
            self._meet(estate, subject, effects)
        else:
            standings = subject.rules.by_trail.get(touch.trail, ())
            subject.calm = _noted(subject.calm, subject, standings, touch)
            self._wake(estate, subject, subject, standings, touch, effects)

    def _touch_whole(self, estate: Estate, head: Subject, part: Subject, touch: Touch, effects: Effects) -> None:
        """What a fact of a column or message does to the rules of its site."""
        if head.rules is None:
            return
        standings = head.rules.by_part.get(touch.trail, ())
        partly = [one for one in standings if one.id not in head.marks or head.marks[one.id].partly]
        if partly:
            self._arm_for_part(estate, head, part, partly, effects)
        else:
            head.calm_parts = _noted(head.calm_parts, head, standings, touch)
        self._wake(estate, head, part, standings, touch, effects)

    def _arm_for_part(
        self, estate: Estate, head: Subject, part: Subject, standings: Sequence[Standing], effects: Effects
    ) -> None:
        """What was broken awaits no deadline; mended it does again, though the count of the broken may be the same."""
        for standing in standings:
            terms = standing.terms_at(self.clock)
            if terms is not None:
                after = next_of_part(View(estate, head, standing.trail), part, self.clock, terms)
                self.arm(after, estate, head, standing, effects)
                settle_parts(head, standing)

    def _wake(
        self, estate: Estate, subject: Subject, touched: Subject, standings: Sequence[Standing], touch: Touch,
        effects: Effects,
    ) -> None:  # fmt: skip
        """Judge again what a fact of the subject, or of a part of it, may have changed."""
        for standing in standings:
            mark = subject.marks.get(standing.id)
            if passes_over(mark, touch):
                continue
            start = since(touched, mark, touch)
            if touched is subject or has_news(subject, standing, touch, start, self.clock):
                self._renew(estate, subject, standing, start, effects)

    def _meet(self, estate: Estate, subject: Subject, effects: Effects) -> None:
        """Begin to judge a message, an observer or another subject that nobody registers; strangers stay strangers."""
        subject.rules = find_rules(self.law, estate, subject)
        for standing in all_rules(subject):
            self._renew(estate, subject, standing, self.clock, effects)

    def _register(self, estate: Estate, subject: Subject, time: int, effects: Effects) -> None:
        """A registry entry may change everything that is said of the subject and, for an owner, of its children."""
        concerned = list(estate.subjects.values()) if subject.id == estate.owner else [subject, estate.head()]
        if subject.id == estate.owner:
            subject.ledgers = {}
        for one in concerned:
            one.rules = find_rules(self.law, estate, one)
            one.disturb()
            effects.change(estate.owner, one.id)
            for standing in all_rules(one):
                self._renew(estate, one, standing, time, effects)

    def _acknowledge(self, estate: Estate, event: Any, effects: Effects) -> None:
        """Say of the episode that is named, if it is still open, that its unit knows."""
        standing = self.law.by_id.get(event.data.rule)
        for one in estate.subjects.values() if standing is not None else ():
            mark = one.marks.get(event.data.rule)
            if standing is None or mark is None or mark.run is None:
                continue
            if episode_id(self.law.pack.id, standing.id, one.id, mark.run.start) == event.data.episode:
                now = judge(estate, one, standing, self.clock)
                answer = now._replace(reason=Reason.ACKNOWLEDGED_BY_UNIT, evidence=(event.id,))
                said = acknowledged(mark.run, event.at, answer)
                self._announce(estate, one, standing, [said], effects)
                effects.transitions[-1] = _with_word(effects.transitions[-1], event.data)

    # -- judging -----------------------------------------------------------------------------------------------

    def _renew(self, estate: Estate, subject: Subject, standing: Standing, start: int, effects: Effects) -> None:
        """Something new is true from `start` on: judge again if that is settled already, else wake up then."""
        first = first_instant(estate, subject)
        start = max(start, first) if standing.id in subject.marks else first
        if start > self.clock:
            self.arm(start, estate, subject, standing, effects)
            return
        said, after = reconsider(estate, subject, standing, start, self.clock)
        self._announce(estate, subject, standing, said, effects)
        self.arm(after, estate, subject, standing, effects)

    def _announce(
        self, estate: Estate, subject: Subject, standing: Standing, said: list[Said], effects: Effects
    ) -> None:
        mark = subject.marks[standing.id]
        if mark.partly:
            subject.calm_parts = {}
        if said or mark.packed is None:
            mark.packed = None  # its runs' numbers and units change with what is said
            subject.disturb()
            effects.change(estate.owner, subject.id)
            self.census.note(standing.id, mark)
        if said:
            effects.touched[estate.owner] = None
        for one in said:
            effects.transitions.append(self._transition(subject, standing, one))

    def _transition(self, subject: Subject, standing: Standing, said: Said) -> Transition:
        run, answer = said.run, said.answer
        run.sequence += 1
        episode = episode_id(self.law.pack.id, standing.id, subject.id, run.start)
        return Transition(
            transition_id(episode, run.sequence, said.change), episode, run.sequence, said.change, answer.state,
            answer.reason, standing.id, self.law.label, subject.id, said.unit, run.start,
            said.since, said.at, answer.due_at, self.clock, answer.evidence, answer.provisional,
        )  # fmt: skip

    def _forget(self, estate: Estate, subject: Subject, name: str) -> None:
        if name in PRUNINGS and prune(estate, subject, name, self.clock, PRUNINGS[name]):
            strike(estate.head(), subject, -NEVER)


def _noted(calm: dict[str, int], subject: Subject, standings: Sequence[Standing], touch: Touch) -> dict[str, int]:
    """With what is found out of a trail: from when on its facts leave these rules as they are."""
    if touch.effect is not _IMPROVES and touch.effect is not _LOOKS:
        return calm
    return {**calm, touch.trail: calm_since([subject.marks.get(one.id) for one in standings], touch.effect)}


def _with_word(transition: Transition, data: Any) -> Transition:
    """An acknowledgement with who gave it, and by when they promised to put it right."""
    promised = None if data.promised is None else to_ms(data.promised)
    return transition._replace(note=data.by, promised_at=promised)
