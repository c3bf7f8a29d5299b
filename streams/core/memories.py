"""Which facts an observation brings: for each event type, the trail it goes to and what a new fact can do to answers.

`Touch.effect` lets the fold pass over rules that the fact can't change: an update can only improve a compliant answer,
a look can only settle an unknown one.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final

from schemas.instants import HOUR, MINUTE, to_ms, to_text
from streams.core.answer import NEVER
from streams.core.law import Law
from streams.core.profile import CLOSED, REGISTERED, TRANSFERRED, opened_since
from streams.core.ring import Ring
from streams.core.subject import Subject
from streams.core.trail import Fact, Pruning, keep_all, keep_newest, keep_newest_of_each
from streams.core.windows import audit, completeness, freshness, linkage, presence
from streams.core.windows.ruling import ALERTED


class Effect(Enum):
    """What a new fact can do to an answer."""

    IMPROVES = "improves"
    LOOKS = "looks"
    CHANGES = "changes"
    REGISTERS = "registers"
    ACKNOWLEDGES = "acknowledges"


class Touch:
    """A new fact in a trail of the event's subject, true from `time` on."""

    __slots__ = ("effect", "time", "trail")

    def __init__(self, trail: str, time: int, effect: Effect) -> None:
        self.trail = trail
        self.time = time
        self.effect = effect


#: What of a trail's settled facts is kept; trails not named here keep all.
PRUNINGS: Mapping[str, Pruning] = {
    "home": freshness.keep,
    "items": freshness.keep,
    "posts": freshness.keep,
    "published_answers": freshness.keep,
    "reports": freshness.keep,
    "answers_looks": keep_newest(1),
    "listed": keep_newest(2),
    "channels": presence.keep,
    "features": presence.keep,
    "app": presence.keep,
    "services": presence.keep,
    "guides": keep_newest_of_each(2, 500),
    "links": linkage.keep,
    "answer_fields": completeness.keep,
    "profile": keep_all,
}

#: Days of probes kept beyond the window, so that late probes still find their hour.
RING_DAYS_MORE = 2
#: Hours are forgotten a day at a time, which costs one pass over the ring each.
RING_SPARE = 24

#: Begins the id of a fact that rests on a look alone; the item itself, once somebody reports it, takes its place.
_SEEN = "seen:"

#: Adds an observation's facts to what is remembered of its subject; the touches that were news.
Reader = Callable[[Subject, Any, int, Law], list[Touch]]


def _put(subject: Subject, trail: str, fact: Fact, effect: Effect) -> list[Touch]:
    return [Touch(trail, fact[0], effect)] if subject.remember(trail, fact) else []


def _look(subject: Subject, event: Any, seen: int) -> list[Touch]:
    return [Touch("looks", seen, Effect.LOOKS)] if subject.look(seen, event.id) else []


def _registers(word: str) -> Reader:
    def read(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
        data = event.data.model_dump(mode="json", exclude_none=True)
        account = event.type == "account.registered"
        for name in ("opened", "filed") if account else ():
            if getattr(event.data, name) is not None:
                data[name] = to_ms(getattr(event.data, name))
        touches = _put(subject, "profile", (time, event.id, word, data), Effect.REGISTERS)
        return touches + (_filing(subject, event.id, data, time) if account else [])

    return read


def _filing(subject: Subject, event_id: str, data: Mapping[str, Any], time: int) -> list[Touch]:
    """An account's opening starts the filing clock, where the registry says when it was."""
    touches = []
    if "opened" in data or "filed" in data:
        opened = data.get("opened", time)
        touches += _put(subject, "filing", (opened, event_id, "received", {}), Effect.CHANGES)
    if "filed" in data:
        touches += _put(subject, "filing", (data["filed"], event_id + "#filed", "answered", {}), Effect.CHANGES)
    return touches


Questions = Callable[[Any], tuple[str, ...]]


def _item(trail: str, sign: str, name: str, questions: Questions) -> Reader:
    """An item came or went; `questions` are what makes its counting one for rules' parameters (open question 3)."""

    def read(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
        touches = _look(subject, event, event.seen)
        fact = (time, event.id, getattr(event.data, name), sign, *questions(event.data))
        seen_before = sign == "+" and subject.trail(trail).drop(time, _SEEN)
        if subject.remember(trail, fact):  # it may count for less than what a look saw
            changes = seen_before or sign == "-"
            touches.append(Touch(trail, time, Effect.CHANGES if changes else _effect_of_update(subject, time)))
        return touches

    return read


def _effect_of_update(subject: Subject, time: int) -> Effect:
    """An update can only improve an answer; one from before the opening that a deadline counts from may hasten it."""
    opens = subject.opens
    if opens is None:
        opens = subject.opens = opened_since(subject.trail("profile"), NEVER) or 0
    return Effect.CHANGES if time < opens else Effect.IMPROVES


def _nothing(_data: Any) -> tuple[str, ...]:
    return ()


def _if_reposted(data: Any) -> tuple[str, ...]:
    return (freshness.REPOST,) if data.repost else ()


def _of_home_page(data: Any) -> tuple[str, ...]:
    if data.dated and not data.repost and data.page != freshness.SECOND_LEVEL:
        return ()
    open_to = {
        freshness.REPOST: data.repost,
        freshness.UNDATED: not data.dated,
        freshness.SECOND_LEVEL: data.page == freshness.SECOND_LEVEL,
    }
    return (" ".join(word for word, holds in open_to.items() if holds),)


def _checked(trail: str) -> Reader:
    def read(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
        touches = _look(subject, event, time)
        if event.data.latest is not None:
            latest = to_ms(event.data.latest)
            seen = f"{_SEEN}{to_text(latest)}"  # the same for every look that saw this item: one fact
            if not subject.trail(trail).at(latest, "+"):
                touches += _put(subject, trail, (latest, seen, seen, "+"), _effect_of_update(subject, latest))
        if event.data.items is not None:
            touches += _put(subject, "listed", (time, event.id, event.data.items), Effect.CHANGES)
        return touches

    return read


def _probed(subject: Subject, event: Any, time: int, law: Law) -> list[Touch]:
    terms = law.terms_of("probes", time)
    if terms is None:
        return []
    ring = subject.ring = subject.ring or Ring()
    failed = terms.failed(opened=event.data.opened, elapsed_seconds=event.data.elapsed_seconds)
    if not ring.add(time, failed=failed):
        return []
    kept = 24 * (terms.window.n + RING_DAYS_MORE)
    if len(ring) > kept + RING_SPARE:
        newest = ring.newest // 60
        ring.forget_before(newest - kept)
        subject.forget("probes", (newest - 24) * HOUR)
    return [Touch("probes", _minute(time), Effect.CHANGES if failed else Effect.IMPROVES)]


def _maintained(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
    starts, ends = to_ms(event.data.starts), to_ms(event.data.ends)
    touches = _put(subject, "maintenance", (starts, event.id, ends, time), Effect.CHANGES)
    return [Touch(touch.trail, _minute(starts), touch.effect) for touch in touches]


def _minute(time: int) -> int:
    """The start of the minute of an instant: availability counts by minutes, so from there on its answer is another."""
    return time // MINUTE * MINUTE


def _tested(trail: str, name: Callable[[Any], str], works: Callable[[Any], bool]) -> Reader:
    def read(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
        good = works(event.data)
        effect = Effect.IMPROVES if good else Effect.CHANGES
        return _put(subject, trail, (time, event.id, name(event.data), good), effect)

    return read


def _services_listed(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
    """A count of the catalogue; it also says whether all service guides were read."""
    items = event.data.items
    touches = _put(subject, audit.CATALOGUE, (time, event.id, "catalogue", items > 0, items), Effect.CHANGES)
    return touches + [Touch("guides", time, Effect.CHANGES) for _ in touches]


def _fact(trail: str, payload: Callable[[Any], tuple[Any, ...]], effect: Effect = Effect.CHANGES) -> Reader:
    def read(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
        return _put(subject, trail, (time, event.id, *payload(event.data)), effect)

    return read


def _answer_published(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
    data = event.data
    touches = _put(subject, "published_answers", (time, event.id, data.item, "+"), _effect_of_update(subject, time))
    touches += _put(subject, "answer_fields", (time, event.id, data.item, tuple(data.fields)), Effect.CHANGES)
    if subject.remember("answers_looks", (event.seen, event.id)):
        touches.insert(0, Touch("answers_looks", event.seen, Effect.LOOKS))
    return touches


def _answers_checked(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
    new = subject.remember("answers_looks", (time, event.id))
    return [Touch("answers_looks", time, Effect.LOOKS)] if new else []


def _invalidated(subject: Subject, event: Any, time: int, _law: Law) -> list[Touch]:
    """A message found invalid never counted: it is judged anew since it was received."""
    touches = _put(subject, "case", (time, event.id, "invalid", event.data.model_dump(mode="json")), Effect.CHANGES)
    opened = min(time, subject.trail("case").facts[0][0])
    return [Touch(touch.trail, opened, touch.effect) for touch in touches]


def _until(data: Any) -> int:
    return to_ms(data.ends) if data.ends is not None else NEVER


READERS: Final[dict[str, Reader]] = {
    "site.registered": _registers(REGISTERED),
    "site.transferred": _registers(TRANSFERRED),
    "site.closed": _registers(CLOSED),
    "site.probed": _probed,
    "site.updated": _item("home", "+", "item", _of_home_page),
    "site.checked": _checked("home"),
    "maintenance.filed": _maintained,
    "channel.tested": _tested("channels", lambda d: f"{d.channel_kind}:{d.channel}", lambda d: d.works),
    "services.listed": _services_listed,
    "guide.audited": _fact("guides", lambda d: (d.item, tuple(d.missing))),
    "policy.published": _fact("links", lambda d: (d.item, linkage.POLICY, d.item, tuple(d.links))),
    "interpretation.published": _fact("links", lambda d: (d.item, linkage.INTERPRETATION, d.policy, tuple(d.links))),
    "column.registered": _registers(REGISTERED),
    "column.closed": _registers(CLOSED),
    "column.updated": _item("items", "+", "item", _if_reposted),
    "column.item_removed": _item("items", "-", "item", _nothing),
    "column.checked": _checked("items"),
    "message.received": _fact("case", lambda d: ("received", d.model_dump(mode="json"))),
    "message.answered": _fact("case", lambda d: ("answered", d.model_dump(mode="json")), Effect.CHANGES),
    "message.invalidated": _invalidated,
    "correction.assigned": _fact("case", lambda d: ("received", d.model_dump(mode="json"))),
    "correction.answered": _fact("case", lambda d: ("answered", d.model_dump(mode="json"))),
    "answer.published": _answer_published,
    "answers.checked": _answers_checked,
    "account.registered": _registers(REGISTERED),
    "account.transferred": _registers(TRANSFERRED),
    "account.closed": _registers(CLOSED),
    "account.filed": _fact("filing", lambda _d: ("answered", {})),
    "account.posted": _item("posts", "+", "post", _if_reposted),
    "account.post_deleted": _item("posts", "-", "post", _nothing),
    "account.checked": _checked("posts"),
    "account.feature_tested": _tested("features", lambda d: d.feature, lambda d: d.works),
    "account.app_tested": _tested("app", lambda _d: "app", lambda d: d.downloadable and d.usable),
    "content.alerted": lambda subject, event, time, _law: _put(
        subject, "rulings", (time, event.id, event.data.rule, ALERTED, event.id), Effect.CHANGES
    ),
    "content.ruled": _fact("rulings", lambda d: (d.rule, d.decision, d.incident)),
    "exemption.granted": _fact("exemptions", lambda d: (d.rule, _until(d), d.account or "")),
    "alert.acknowledged": _fact("acks", lambda d: (d.rule, d.episode, d.by), Effect.ACKNOWLEDGES),
    "observer.reported": _item("reports", "+", "looked_at", _nothing),
    "account.held": _fact("holdings", lambda d: (d.account, True, to_ms(d.opens) if d.opens else 0)),
    "account.released": _fact("holdings", lambda d: (d.account, False, 0)),
}
