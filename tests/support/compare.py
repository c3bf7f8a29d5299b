"""Is what the stream made of a quarter what the replay makes of it? To the last id, and with nothing twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from alerts.compose import compose
from alerts.ledger import Ledger
from alerts.names import RegistryNames
from alerts.receiver import Reception
from alerts.routing import decide
from schemas.aggregates import Aggregate, Scope
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


def assert_same(found: Quarter, wanted: Quarter) -> None:
    """Both are the same; what differs is said by its id."""
    for name in ("transitions", "standings", "aggregates"):
        have, want = getattr(found, name), getattr(wanted, name)
        lost, more = sorted(want.keys() - have.keys()), sorted(have.keys() - want.keys())
        other = [(one, _differing(have[one], want[one])) for one in sorted(have.keys() & want.keys())]
        other = [(one, fields) for one, fields in other if fields]
        assert not lost + more + other, (
            f"{name}: {len(lost)} lost {[want[one] for one in lost[:3]]}, {len(more)} too many "
            f"{[have[one] for one in more[:3]]}, {len(other)} different {other[:3]}"
        )


def _differing(have: Any, want: Any) -> dict[str, tuple[Any, Any]]:
    return {name: (have.get(name), want[name]) for name in want if have.get(name) != want[name]}


async def closed(city: Installation, period: str, areas: int = 1) -> bool:
    """Whether the quarter of every area is closed."""
    newest = {record.key: record.value for record in await city.records(Name.AGGREGATES)}
    found = [Aggregate.model_validate_json(value) for value in newest.values()]
    done = [one for one in found if one.scope is Scope.AREA and one.period == period]
    return len(done) >= areas and all(one.closed for one in done)


# -- deliveries --------------------------------------------------------------------------------------------------


async def wanted_deliveries(city: Installation, registry: Registry) -> set[str]:
    """The transitions that the receiver has to be told of, by routing alone, in the order of the log."""
    told, done, wanted = Ledger(), set[str](), set[str]()
    names, endpoint = RegistryNames(registry), Endpoint(url=city.receiver.url)
    for record in await city.records(Name.TRANSITIONS):
        transition = TransitionRecord.model_validate_json(record.value)
        if transition.id in done:
            continue
        done.add(transition.id)
        alert = compose(transition, law().pack.rule(transition.rule), names, transition.noticed_at)
        decision = decide(alert, [endpoint], told.history(alert.episode))
        if decision.targets:
            wanted.add(transition.id)
            told.add(_delivered(alert.transition, alert.episode, next(iter(decision.reasons))))
    return wanted


def _delivered(transition: str, episode: str, endpoint: str) -> DeliveryRecord:
    made = Delivery(transition=transition, episode=episode, endpoint=endpoint, where="", outcome=Outcome.DELIVERED)
    return DeliveryRecord(
        transition=transition, episode=episode, routing=Routing.DELIVER, deliveries=(made,), at=_SOME_TIME
    )


async def assert_told(city: Installation, registry: Registry, seconds: float = 60.0) -> None:
    """The receiver was told everything it has to be told, each under the transition's id, and nothing else."""
    wanted = await wanted_deliveries(city, registry)

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
