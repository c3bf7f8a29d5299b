"""A machine that lets things happen, as they may, and after each step holds the core against the models.

What it holds against them is what judging says at the fold's clock and at the newest instant, and what the transitions
told. Times are coarse, so that things coincide; `wait_for` goes to where a rule's answer may change, or a millisecond
beside it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from schemas.instants import DAY, HOUR, to_ms, to_text
from schemas.observations import ONE
from schemas.words import State, SubjectKind
from streams.core.judging import judge
from streams.core.law import Law, Standing
from streams.core.marks import QUIET
from streams.core.subject import Estate, Subject
from tests.laws.effort import effort
from tests.laws.logs import ORIGIN
from tests.laws.playing import Stage, Tick, Told, known, told
from tests.models.edges import edges_of
from tests.models.law import expect
from tests.models.reckoning import earlier, later
from tests.models.world import World, fact_of

#: How long ago something happened when it is seen: mostly now, else late.
ago = st.sampled_from([0] * 8 + [1, HOUR, HOUR, DAY, DAY, 3 * DAY, 10 * DAY, 40 * DAY])
#: How long until something that is announced.
ahead = st.sampled_from([HOUR, DAY, 2 * DAY, 8 * DAY, 30 * DAY])
few = st.integers(0, 2)
decisions = st.sampled_from(["alerted", "confirmed", "dismissed", "lifted"])
#: Of what would end everything else for a while there is less.
seldom = st.sampled_from([False] * 6 + [True])

#: What may happen any number of times.
_REPEATED = frozenset(
    {"channel.tested", "services.listed", "account.feature_tested", "account.app_tested", "message.answered",
     "interpretation.published", "answer.published", "site.checked", "column.checked", "account.checked"}
)  # fmt: skip

#: What ends, or proves, what began with an event; in which parameters the span for it stands, and what it may lack.
_IN_TIME = {
    "message.received": ("message.answered", ("limit", "complex_limit"), ""),
    "correction.assigned": ("correction.answered", ("limit",), ""),
    "site.updated": ("site.checked", ("window",), "look_slack"),
    "column.updated": ("column.checked", ("window", "cycle_default"), "look_slack"),
    "account.posted": ("account.checked", ("window",), "look_slack"),
    "answer.published": ("answers.checked", ("window",), "look_slack"),
}

_LEADS = st.sampled_from(["", "", "lead", "look_slack"])
_BESIDE = st.sampled_from([0, 0, 0, -1, 1])


class Machine(RuleBasedStateMachine):
    """What every machine can do: wait, tick, and tell again."""

    law: ClassVar[Law]
    kinds: ClassVar[tuple[SubjectKind, ...]]
    only: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.world, self.now = Stage(self.law), World(), ORIGIN
        self.sent: list[dict[str, Any]] = []

    def tell(self, kind: str, subject: str, since: int = 0, /, **data: Any) -> None:
        """Something happened so long ago, and is seen now."""
        raw: dict[str, Any] = {"specversion": "1.0", "id": f"e{len(self.sent):04}", "source": "models"}
        raw |= {"type": kind, "subject": subject, "time": to_text(self.now - since), "observedtime": to_text(self.now)}
        raw["data"] = data
        self.sent.append(raw)
        self.send(raw)

    def send(self, raw: dict[str, Any]) -> None:
        """An event comes in."""
        self.stage.play(ONE.validate_python(raw))
        self.world.learn(fact_of(raw))

    def rule_on(self, subject: str, rule_id: str, decision: str, number: int, since: int) -> None:
        """A suspicion is raised, or a person decides on the first one, or on an incident without one."""
        raised = next((one["id"] for one in self.sent if one["type"] == "content.alerted"), "n0")
        if decision == "alerted":
            self.tell("content.alerted", subject, since, rule=rule_id)
        else:
            about = {"decision": decision, "incident": f"n{number}" if number else raised, "by": "张"}
            self.tell("content.ruled", subject, since, rule=rule_id, **about)

    # -- time --------------------------------------------------------------------------------------------------

    @rule(span=st.sampled_from([1, HOUR, 12 * HOUR, DAY, 3 * DAY, 6 * DAY]))
    def wait(self, span: int) -> None:
        """Time passes."""
        self.now += span

    @precondition(lambda self: self.sent)
    @rule(fact=st.integers(0, 7), edge=st.integers(0, 99), lead=_LEADS, beside=_BESIDE)
    def wait_for(self, fact: int, edge: int, lead: str, beside: int) -> None:
        """Time passes until a span that began with one of the last facts is full, or nearly; or until it ends."""
        raw = self.sent[max(0, len(self.sent) - 1 - fact)]
        if "ends" in raw["data"]:
            self.now = max(self.now, to_ms(datetime.fromisoformat(raw["data"]["ends"])) + beside)
            return
        edges = edges_of(self.law, self.kinds, raw["type"])
        span, values = edges[edge % len(edges)]
        self.now = max(self.now, earlier(later(fact_of(raw).time, span, values), values.get(lead)) + beside)

    @precondition(lambda self: self.sent)
    @rule(fact=st.integers(0, 3), edge=st.integers(0, 99), beside=_BESIDE)
    def same_again(self, fact: int, edge: int, beside: int) -> None:
        """What happened happens again, just when a span that began with it is full."""
        self.wait_for(fact=fact, edge=edge, lead="", beside=beside)
        raw = self.sent[max(0, len(self.sent) - 1 - fact)]
        if raw["type"] in _REPEATED:
            self.tell(raw["type"], raw["subject"], **raw["data"])

    @precondition(lambda self: any(one["type"] in _IN_TIME for one in self.sent))
    @rule(fact=st.integers(0, 3), edge=st.integers(0, 99), beside=_BESIDE)
    def just_in_time(self, fact: int, edge: int, beside: int) -> None:
        """What is asked for comes as late as it may, or a millisecond beside; then the span is over."""
        begun = [one for one in self.sent if one["type"] in _IN_TIME]
        raw = begun[max(0, len(begun) - 1 - fact)]
        kind, names, lead = _IN_TIME[raw["type"]]
        edges = [one for one in edges_of(self.law, self.kinds, raw["type"]) if one.span in map(one.values.get, names)]
        if edges:
            span, values = edges[edge % len(edges)]
            due = later(fact_of(raw).time, span, values)
            self.now = max(self.now, earlier(due, values.get(lead)) + beside)
            self.tell(kind, raw["subject"])
            self.now = max(self.now, due)

    @rule()
    def tick(self) -> None:
        """The clock says what time it is."""
        self.stage.play(Tick(self.now))

    @precondition(lambda self: self.sent)
    @rule(place=st.integers(0, 30))
    def again(self, place: int) -> None:
        """An event of before comes once more."""
        self.send(self.sent[-1 - place % len(self.sent)])

    # -- agreement ---------------------------------------------------------------------------------------------

    @invariant()
    def agree(self) -> None:
        """What judging says, and what was told, is what the models say."""
        self.expect_judged()
        self.expect_told()

    def expect_judged(self) -> None:
        """The state, and where the model knows the instant at which it breaks, that too."""
        for at in {self.stage.fold.clock, self.now} - {0}:
            for estate, subject, standing in self._judged():
                answer = judge(estate, subject, standing, at)
                expected = expect(self.world, self.law, standing.id, subject.id, at)
                if answer.state is State.UNKNOWN is not expected.state and forgetful(estate, subject):
                    continue
                said = (answer.state, answer.due_at if expected.due is not None else None)
                assert said == expected, f"{standing.id} of {subject.id} at {to_text(at)}: {answer}, not {expected}"

    def expect_told(self) -> None:
        """One who reads all transitions knows the state at the clock: an open episode is in it, else there is none."""
        clock, episodes = self.stage.fold.clock, self._episodes()
        for estate, subject, standing in self._judged():
            expected = expect(self.world, self.law, standing.id, subject.id, clock).state if clock else State.EXEMPT
            own = episodes[standing.id, subject.id]
            state = next((one.state for one in own if not one.closed), None)
            if state is State.UNKNOWN is not expected and forgetful(estate, subject):
                continue
            eased = expected is State.DUE_SOON and state is None and _has_eased(own)
            about = f"{standing.id} of {subject.id} at {to_text(clock)}"
            assert eased or state is (None if expected in QUIET else expected), f"{about}: told {own}, not {expected}"

    def _judged(self) -> Iterator[tuple[Estate, Subject, Standing]]:
        for estate, subject in self.stage.fold.subjects():
            if known(subject):
                standings = self.law.by_kind[subject.kind]
                yield from ((estate, subject, one) for one in standings if not self.only or one.id in self.only)

    def _episodes(self) -> dict[tuple[str, str], list[Told]]:
        found: dict[tuple[str, str], list[Told]] = defaultdict(list)
        names = {one.episode: (one.rule, one.subject) for one in self.stage.transitions}
        for episode, own in told(self.stage.transitions).items():
            found[names[episode]].append(own)
        return found


def _has_eased(episodes: list[Told]) -> bool:
    """After a breach that eased to nearly broken there is no open episode, and its end says so."""
    ended = [one for one in episodes if one.ended_at is not None]
    return bool(ended) and max(ended, key=lambda one: one.ended_at or 0).state is State.DUE_SOON


def forgetful(estate: Estate, subject: Subject) -> bool:
    """Whether facts were forgotten: then, and only then, the core may say that it does not know."""
    return any(one.horizons for one in ([subject] if "/" in subject.id else estate.subjects.values()))


def search(examples: int, steps: int) -> settings:
    """So many examples of so many steps each; more by XUNCHA_HYPOTHESIS=deep."""
    hard: Any = effort(examples)
    return settings(hard, stateful_step_count=steps)
