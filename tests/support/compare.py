"""Is what the stream made of a quarter what the replay makes of it? To the last id, and with nothing twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import orjson

from alerts.compose import compose
from alerts.ledger import Ledger
from alerts.names import RegistryNames
from alerts.receiver import Reception
from alerts.routing import decide
from schemas.aggregates import Aggregate, Scope
from schemas.alerts import Alert
from schemas.control import CheckpointData
from schemas.deliveries import Delivery, DeliveryRecord, Outcome, Routing
from schemas.instants import to_ms
from schemas.observations import ONE
from schemas.registry import Endpoint, Registry
from schemas.standings import SubjectStanding
from schemas.transitions import TransitionRecord
from streams.core.standing import Period
from streams.log.records import transition_json
from streams.replay import Replay, Results
from streams.topics import Name
from tests.support.installation import Event, Installation
from tests.support.laws import law

#: Depends on how often the clock was told, and is no part of a transition's identity.
_NOT_COMPARED = "noticed_at"
_SOME_TIME = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Quarter:
    """A quarter's results by their ids, as plain values."""

    transitions: Mapping[str, Any]
    standings: Mapping[tuple[str, str], Any]
    aggregates: Mapping[tuple[str, str], Any]


def replayed(events: Iterable[Event], checkpoint: CheckpointData) -> Results:
    """The quarter by the pure core alone."""
    replay = Replay(law())
    for event in events:
        replay.observe(ONE.validate_python(event))
    at = to_ms(checkpoint.at)
    return replay.results(Period(checkpoint.period, to_ms(checkpoint.starts), closed=True), at)


def expected(results: Results) -> Quarter:
    """What the stream has to come to."""
    transitions = {one.id: _content(orjson.loads(orjson.dumps(transition_json(one)))) for one in results.transitions}
    return Quarter(transitions, _standings(results.standings), _aggregates(results.aggregates))


async def streamed(city: Installation, period: str) -> Quarter:
    """What the stream came to; no id may have been given to two contents."""
    contents: dict[str, list[Any]] = defaultdict(list)
    for record in await city.records(Name.TRANSITIONS):
        transition = orjson.loads(record.value)
        if _content(transition) not in contents[transition["id"]]:
            contents[transition["id"]].append(_content(transition))
    assert {one: found for one, found in contents.items() if len(found) > 1} == {}
    standings = [record.value for record in await city.records(Name.STANDINGS) if b'"verdict"' in record.value]
    closed = [one for one in map(SubjectStanding.model_validate_json, standings) if one.closed and one.period == period]
    newest = {record.key: record.value for record in await city.records(Name.AGGREGATES)}
    aggregates = [one for one in map(Aggregate.model_validate_json, newest.values()) if one.period == period]
    return Quarter({one: found[0] for one, found in contents.items()}, _standings(closed), _aggregates(aggregates))


@dataclass(frozen=True)
class Difference:
    """What differs between two results, by id."""

    lost: Mapping[Any, Any]
    more: Mapping[Any, Any]
    other: Mapping[Any, dict[str, tuple[Any, Any]]]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.lost or self.more or self.other)

    def __str__(self) -> str:
        """How many, and the first of each."""
        return (
            f"{len(self.lost)} lost {list(self.lost.values())[:3]}, {len(self.more)} too many "
            f"{list(self.more.values())[:3]}, {len(self.other)} different {list(self.other.items())[:3]}"
        )


def difference(have: Mapping[Any, Any], want: Mapping[Any, Any]) -> Difference:
    """What differs between what is there and what should be."""
    changed = {one: _differing(have[one], want[one]) for one in sorted(have.keys() & want.keys())}
    return Difference(
        lost={one: want[one] for one in sorted(want.keys() - have.keys())},
        more={one: have[one] for one in sorted(have.keys() - want.keys())},
        other={one: fields for one, fields in changed.items() if fields},
    )


def differences(found: Quarter, wanted: Quarter) -> dict[str, Difference]:
    """What differs, by what it is."""
    names = [field.name for field in fields(Quarter)]
    return {name: difference(getattr(found, name), getattr(wanted, name)) for name in names}


def assert_same(found: Quarter, wanted: Quarter) -> None:
    """Both are the same; what differs is said by its id."""
    differing = {name: str(one) for name, one in differences(found, wanted).items() if one}
    assert differing == {}


def _differing(have: Any, want: Any) -> dict[str, tuple[Any, Any]]:
    return {name: (have.get(name), want[name]) for name in want if have.get(name) != want[name]}


async def closed(city: Installation, period: str, areas: int = 1) -> bool:
    """Whether the quarter of every area is closed."""
    newest = {record.key: record.value for record in await city.records(Name.AGGREGATES)}
    found = [Aggregate.model_validate_json(value) for value in newest.values()]
    done = [one for one in found if one.scope is Scope.AREA and one.period == period]
    return len(done) >= areas and all(one.closed for one in done)


# -- deliveries --------------------------------------------------------------------------------------------------


async def wanted_alerts(city: Installation, registry: Registry) -> dict[str, Alert]:
    """What the receiver has to be told, by transition: by routing alone, in the order of the log."""
    told, done, wanted = Ledger(), set[str](), dict[str, Alert]()
    names, endpoint = RegistryNames(registry), Endpoint(url=city.receiver.url)
    for record in await city.records(Name.TRANSITIONS):
        transition = TransitionRecord.model_validate_json(record.value)
        if transition.id in done:
            continue
        done.add(transition.id)
        alert = compose(transition, law().pack.rule(transition.rule), names, transition.noticed_at)
        decision = decide(alert, [endpoint], told.history(alert.episode))
        if decision.targets:
            wanted[transition.id] = alert
            told.add(_delivered(alert.transition, alert.episode, next(iter(decision.reasons))))
    return wanted


def _delivered(transition: str, episode: str, endpoint: str) -> DeliveryRecord:
    made = Delivery(transition=transition, episode=episode, endpoint=endpoint, where="", outcome=Outcome.DELIVERED)
    return DeliveryRecord(
        transition=transition, episode=episode, routing=Routing.DELIVER, deliveries=(made,), at=_SOME_TIME
    )


async def assert_told(city: Installation, registry: Registry, seconds: float = 60.0) -> None:
    """The receiver was told everything it has to be told, each under the transition's id, and nothing else."""
    wanted = (await wanted_alerts(city, registry)).keys()

    async def all_told() -> bool:
        return wanted <= {one.id for one in city.receiver.received}

    await city.until(all_told, seconds, f"telling {len(wanted)} transitions")
    assert {one.id for one in city.receiver.received} == wanted
    assert [one.id for one in city.receiver.received] == [one.data.transition for one in city.receiver.received]
    assert set(city.receiver.counts) <= {Reception.ACCEPTED, Reception.DUPLICATE}


# -- plain values ------------------------------------------------------------------------------------------------


def _content(transition: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in transition.items() if name != _NOT_COMPARED}


def _standings(standings: Iterable[SubjectStanding]) -> dict[tuple[str, str], Any]:
    return {(one.unit, one.owner): one.model_dump(mode="json") for one in sorted(standings, key=lambda one: one.at)}


def _aggregates(aggregates: Iterable[Aggregate]) -> dict[tuple[str, str], Any]:
    return {(one.scope.value, one.id): one.model_dump(mode="json") for one in aggregates}
