"""What a run came to, against what it had to: by kind of effect, how many are lost, too many or different."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from agents.uphold import UPHELD
from alerts.received import Received
from alerts.receiver import Reception
from schemas.alerts import Alert
from streams.log.order import order_of
from streams.topics import Name
from tests.chaos.quarter import Input
from tests.support.compare import Difference, difference, differences, streamed, wanted_alerts
from tests.support.installation import Installation

#: When it was found depends on how often the clock was told, and is no part of an alert's identity.
_NOT_COMPARED = {"detected_at"}


@dataclass
class Verdict:
    """Everything that differs, in words; `repeated` is allowed and counted."""

    lost: int = 0
    extra: int = 0
    different: int = 0
    other_ids: int = 0
    repeated: int = 0
    transitions: int = 0
    alerts: int = 0
    faults: list[str] = field(default_factory=list)

    def note(self, name: str, found: Difference) -> None:
        """Count a difference."""
        self.lost += len(found.lost)
        self.extra += len(found.more)
        self.different += len(found.other)
        if found:
            self.faults.append(f"{name}: {found}")


async def judged(city: Installation, given: Input, *, clocks: bool = False) -> Verdict:
    """Compare all that a run came to; `clocks`: some were wrong for a while."""
    verdict = Verdict()
    try:
        found = await streamed(city, given.checkpoint.period)
    except AssertionError as error:  # one id, two contents
        verdict.different += 1
        verdict.faults.append(f"one transition's id with two contents: {error}")
    else:
        verdict.transitions = len(found.transitions)
        for name, one in differences(found, given.wanted).items():
            verdict.note(name, one)
    wanted = await wanted_alerts(city, given.registry)
    _alerts(verdict, city, wanted, clocks=clocks)
    verdict.note("deadletters", difference(await _dead(city), {}))
    for name in UPHELD:
        verdict.note(f"last of {name}", difference(*last_and_newest(await city.records(name))))
    return verdict


def _alerts(verdict: Verdict, city: Installation, wanted: dict[str, Alert], *, clocks: bool = False) -> None:
    """Each alert under its id, with its content, and under no other; `clocks`: workers' clocks were wrong for a while.

    Then a receiver has to refuse signatures that look too old; what it refused must have come again.
    """
    told: dict[str, dict[str, Any]] = {}
    for one in city.receiver.received:
        content = _content(one.data) | {"type": one.type, "webhook-id": one.id}
        if told.setdefault(one.id, content) != content:
            verdict.different += 1
            verdict.faults.append(f"alerts: {one.id} was told with two contents")
    want = {one: _content(alert) | {"webhook-id": one} for one, alert in wanted.items()}
    verdict.note("alerts", difference(told, want))
    verdict.alerts = len(told)
    verdict.repeated = len(city.receiver.received) - len(told)
    _identities(verdict, city.receiver.received)
    allowed = _TAKEN | {Reception.BAD_SIGNATURE} if clocks else _TAKEN
    refused = {kind: count for kind, count in city.receiver.counts.items() if kind not in allowed}
    if refused:
        verdict.different += sum(refused.values())
        verdict.faults.append(f"alerts: the receiver refused {refused}")


_TAKEN = frozenset({Reception.ACCEPTED, Reception.DUPLICATE})


def _identities(verdict: Verdict, received: list[Received] | Any) -> None:
    """The same change of the same episode, or the same words, under two ids is one alert told twice."""
    ids: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for one in received:
        alert = one.data
        ids[(alert.unit, alert.subject, alert.rule, alert.start, alert.sequence, alert.change)].add(one.id)
    twice = {what: sorted(found) for what, found in ids.items() if len(found) > 1}
    verdict.other_ids += len(twice)
    if twice:
        verdict.faults.append(f"alerts under more than one id: {twice}")


def _content(alert: Alert) -> dict[str, Any]:
    return alert.model_dump(mode="json", exclude=_NOT_COMPARED)


def last_and_newest(records: Iterable[Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The order of each key's record that stands last, and of its newest: they have to be the same."""
    last: dict[Any, dict[str, Any]] = {}
    newest: dict[Any, dict[str, Any]] = {}
    for record in records:
        one = last[record.key] = {"order": order_of(record.headers) or ()}
        newest[record.key] = max(newest.get(record.key, one), one, key=itemgetter("order"))
    return last, newest


async def _dead(city: Installation) -> dict[str, str]:
    """What was set aside; the demonstration has nothing that would have to be."""
    records = await city.records(Name.DEADLETTERS)
    counted = Counter(str(record.value) for record in records)
    return {letter: letter for letter in counted}
