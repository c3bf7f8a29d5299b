"""Stories for the core: what happened when, in Beijing time, and what the fold said of it and when.

    story = Story().at("01-01 08:00").account().posted("p1")
    story.at("01-20 09:00").checked(ACCOUNT)
    assert story.transitions("M-V2a") == [("01-11 08:00", "due_soon"), ("01-15 08:00", "breached")]

Times are written "01-15 08:00", with seconds or milliseconds where they matter, and with the year where it isn't the
story's. Every event goes through the schemas, and on to the holdings' own fold where the product would send it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple, Self

from schemas.envelope import owner_of
from schemas.instants import SHANGHAI, to_datetime, to_ms
from schemas.observations import ONE
from streams.core.answer import NEVER
from streams.core.effects import Effects, Transition
from streams.core.fold import Fold
from streams.core.forwards import ENTRIES, HOLDINGS, forwards_of, releases_of, stays
from streams.core.judging import judge
from streams.core.law import Law
from tests.support.laws import law

SITE = "4207000001"
ACCOUNT = "wechat:gh_x1"
UNIT = "u-health"
HOLDING = f"{UNIT}@wechat"

_YEAR = 2024
_SHAPES = {16: "%Y-%m-%d %H:%M", 19: "%Y-%m-%d %H:%M:%S", 23: "%Y-%m-%d %H:%M:%S.%f"}


class Judged(NamedTuple):
    """An answer as the tests read it: words and Beijing times instead of enums and milliseconds."""

    state: str
    reason: str
    due: str | None
    evidence: tuple[str, ...]
    provisional: bool


class Story:
    """A log of events under one law, folded as it is told; `year` is the one left out of times."""

    def __init__(self, pack: str | Law = "cn-2019", *, year: int = _YEAR, lateness: int = 0) -> None:
        self.law = law(pack) if isinstance(pack, str) else pack
        self.fold = Fold(self.law, lateness)
        self.holdings = Fold(self.law, lateness)
        self.effects = Effects()
        self._year = year
        self._now = ""
        self._ids: dict[str, int] = {}
        self._last: dict[str, Any] = {}

    # -- what happens ------------------------------------------------------------------------------------------

    def at(self, when: str) -> Self:
        """What is told next happens at this time, and is seen at once unless it says otherwise."""
        self._now = when
        return self

    def event(self, kind: str, subject: str = SITE, *, seen: str | None = None, **data: Any) -> Self:
        """Any observation; its id is its type and time, such as `site.probed 01-01 08:00`."""
        envelope = {"specversion": "1.0", "id": self._id(f"{kind} {self._now}"), "source": "test", "type": kind}
        times = {"time": self.aware(self._now), "observedtime": self.aware(seen or self._now)}
        self._last = {**envelope, **times, "subject": subject, "data": data}
        return self.again()

    def again(self) -> Self:
        """The last event once more, as a broker may deliver it twice."""
        event = ONE.validate_python(self._last)
        if stays(event):
            self.fold.observe(event, self.effects)
        entries = self.fold.estate(event.owner).head().trail("profile").facts if event.type in ENTRIES else ()
        for forward in (*forwards_of(event), *releases_of(event, entries)):
            if forward.topic == HOLDINGS:
                self.holdings.observe(ONE.validate_python(forward.event), self.effects)
        return self

    def until(self, when: str) -> Self:
        """Time passes, and nothing else."""
        for fold in (self.fold, self.holdings):
            fold.tick(self.ms(when), self.effects)
        return self

    def site(self, subject: str = SITE, **profile: Any) -> Self:
        """A site is registered."""
        return self.event("site.registered", subject, **{"unit": UNIT, "name": "某市卫生健康委员会网站", **profile})

    def column(self, name: str, column_class: str = "other", *, site: str = SITE, **profile: Any) -> Self:
        """A column of the site is registered."""
        known = {"name": name, "unit": UNIT, "column_class": column_class}
        return self.event("column.registered", f"{site}/column/{name}", **{**known, **profile})

    def account(self, subject: str = ACCOUNT, **profile: Any) -> Self:
        """An account is registered; a WeChat one is a subscription account unless it says otherwise."""
        platform = subject.partition(":")[0]
        kind = "subscription" if platform == "wechat" else "plain"
        known = {"unit": UNIT, "name": "健康某市", "platform": platform, "account_type": kind}
        for name in {"opened", "filed"} & profile.keys():
            profile[name] = self.aware(profile[name])
        return self.event("account.registered", subject, **{**known, **profile})

    def posted(self, post: str, subject: str = ACCOUNT, *, seen: str | None = None, **data: Any) -> Self:
        """An account posts."""
        return self.event("account.posted", subject, seen=seen, post=post, **data)

    def checked(self, subject: str, *, seen: str | None = None, **data: Any) -> Self:
        """Somebody looks at an account, a column or a site, and reports `latest` or `items` if told to."""
        kind = "account" if ":" in subject else "column" if "/" in subject else "site"
        if "latest" in data:
            data["latest"] = self.aware(data["latest"])
        return self.event(f"{kind}.checked", subject, seen=seen, **data)

    # -- what was said -----------------------------------------------------------------------------------------

    def transitions(self, rule: str, subject: str | None = None) -> list[tuple[str, str]]:
        """(when it became true, what changed) in the order of announcement."""
        self._expect_agreement()
        return [(self.text(one.at), one.change.value) for one in self.records(rule, subject)]

    def records(self, rule: str, subject: str | None = None) -> list[Transition]:
        """The transitions of a rule whole."""
        said = self.effects.transitions
        return [one for one in said if one.rule == rule and subject in {None, one.subject}]

    def judge(self, rule: str, subject: str, when: str) -> Judged:
        """A rule's answer for a subject at an instant, by all that is known now."""
        fold = self.holdings if "@" in subject else self.fold
        estate = fold.estate(owner_of(subject))
        answer = judge(estate, estate.subject(subject), self.law.by_id[rule], self.ms(when))
        due = None if answer.due_at == NEVER else self.text(answer.due_at)
        return Judged(answer.state.value, answer.reason.value, due, answer.evidence, answer.provisional)

    def state(self, rule: str, subject: str, when: str) -> str:
        """The state alone."""
        return self.judge(rule, subject, when).state

    # -- times -------------------------------------------------------------------------------------------------

    def aware(self, when: str) -> datetime:
        """A Beijing time as an aware datetime."""
        whole = when if when[4:5] == "-" else f"{self._year}-{when}"
        return datetime.strptime(whole, _SHAPES[len(whole)]).replace(tzinfo=SHANGHAI)

    def ms(self, when: str) -> int:
        """A Beijing time as the core counts it."""
        return to_ms(self.aware(when))

    def text(self, instant: int) -> str:
        """An instant as the stories write it: no more of it than is needed."""
        moment = to_datetime(instant)
        seconds = moment.strftime(":%S") if moment.second or moment.microsecond else ""
        fraction = f".{moment.microsecond // 1000:03}" if moment.microsecond else ""
        text = moment.strftime("%Y-%m-%d %H:%M") + seconds + fraction
        return text.removeprefix(f"{self._year}-")

    # -- helpers -----------------------------------------------------------------------------------------------

    def _id(self, name: str) -> str:
        self._ids[name] = count = self._ids.get(name, 0) + 1
        return name if count == 1 else f"{name} #{count}"

    def _expect_agreement(self) -> None:
        """What was said last of each subject is what judging anew gives, and an alert is open only while it holds."""
        told = {(one.rule, one.subject): one for one in self.effects.transitions if one.change.value != "acknowledged"}
        for rule, subject, state, now in self._marks():
            assert state == now, f"{rule} of {subject}: the stream says {state}, judging anew says {now}"
            last = told.get((rule, subject))
            if last is not None and (now == "breached" or last.change.value == "breached"):
                assert last.state.value == now, f"{rule} of {subject}: {last.change} was said last, but it is {now}"

    def _marks(self) -> Iterator[tuple[str, str, str, str]]:
        for fold in (self.fold, self.holdings):
            for estate, subject in fold.subjects():
                for rule, mark in subject.marks.items():
                    now = judge(estate, subject, self.law.by_id[rule], fold.clock)
                    yield rule, subject.id, mark.state.value, now.state.value
