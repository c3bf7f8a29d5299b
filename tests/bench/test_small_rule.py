"""The racers' small rule and Xuncha's pack for it are one rule, and the input breaks it often enough to show."""

import re
from collections.abc import Iterator

import pytest

from rules.calendar import load_calendar
from rules.loader import load_pack
from schemas.instants import HOUR, to_text
from schemas.observations import ONE
from streams.core.effects import Effects
from streams.core.fold import Fold
from streams.core.law import Law
from tests.bench.latencies import summary
from tests.bench.peers.racers import HERE, ROOT
from tests.bench.peers.rule import DAY, FRESH, LIMIT, MINUTE, REACHABLE, Alert, Watch
from tests.bench.peers.workload import BEGIN, Event, Expected, Size, Stream

_RULES = {"P-home": FRESH, "P-posts": FRESH, "P-reach": REACHABLE}
_SMALL = Size(sites=8, accounts=40, partitions=1)


def by_xuncha(events: list[Event]) -> set[Alert]:
    """The breaches that the core finds under the pack and does not take back."""
    fold, effects = Fold(Law(load_pack("two-rules", search=[HERE / "packs"]), load_calendar())), Effects()
    for event in events:
        fold.observe(ONE.validate_python(event), effects)
    back = {one.episode for one in effects.transitions if one.change == "retracted"}
    breached = [one for one in effects.transitions if one.change == "breached" and one.episode not in back]
    return {Alert(_RULES[one.rule], one.subject, one.at) for one in breached}


def whole(seed: int) -> tuple[list[Event], int]:
    """An input of some seven weeks, and when its closing began."""
    stream = Stream(_SMALL, seed)
    events = [*stream.registry(), *stream.take(6_000), *_later(stream)]
    closing = list(stream.closing())
    return events + closing, BEGIN + (stream.now - BEGIN) - 3 * DAY


def _later(stream: Stream) -> Iterator[Event]:
    """Three weeks in which nobody saw anything, then more."""
    stream.now += 21 * DAY
    yield from stream.take(500)


def test_a_breach_that_lasts_less_than_a_minute_is_taken_back() -> None:
    """A good probe leaves the week at 0:00, which makes 1 of 20; one at 0:00:30 makes 1 of 21 from 0:00 on."""
    begin = BEGIN // MINUTE * MINUTE
    times = [(begin, True), (begin + MINUTE, False), *((begin + number * HOUR, True) for number in range(1, 20))]
    events = [_probed(at, opened=opened) for at, opened in [*times, (begin + 7 * DAY + MINUTE // 2, True)]]
    site = [Alert(REACHABLE, "4299000000", begin + MINUTE)]
    expected = Expected(1)
    expected.take(events)
    assert expected.alerts == set(site) == by_xuncha([*_registered(), *events, _probed(begin + 8 * DAY, opened=True)])


def _registered() -> list[Event]:
    registered = next(iter(Stream(Size(sites=1, accounts=0, partitions=1), 1).registry()))
    return [registered]


def _probed(at: int, *, opened: bool) -> Event:
    data = {"opened": opened, "elapsed_seconds": 0.5 if opened else 30.0}
    head = {"specversion": "1.0", "id": f"p{at}", "source": "//bench", "type": "site.probed", "subject": "4299000000"}
    return {**head, "time": to_text(at), "data": data}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_pack_and_the_plain_rule_say_the_same(seed: int) -> None:
    """Who follows the rule in plain Python says the same breaches at the same instants as Xuncha's core."""
    events, closes = whole(seed)
    expected = Expected(1)
    expected.take(events)
    said = {one for one in by_xuncha(events) if one.at < closes}
    assert {one for one in expected.alerts if one.at < closes} == said
    assert {one.rule for one in said} == {FRESH, REACHABLE}
    assert len(said) > 20


def test_an_update_that_comes_too_late_does_not_hide_the_breach() -> None:
    """Two weeks and a day after the last post comes the next: the account broke the rule a day before."""
    watch, account = Watch(), "wechat:gh_1"
    stream = Stream(_SMALL, 1)
    posted = {"type": "account.posted", "subject": account}
    first = next(iter(stream.take(1)))["time"]
    assert watch.take({**posted, "time": first}) == []
    stream.now += LIMIT + DAY
    at = stream.now - DAY
    late = next(iter(stream.take(1)))["time"]
    (alert,) = watch.take({**posted, "time": late})
    assert (alert.rule, alert.subject) == (FRESH, account)
    assert abs(alert.at - at) < MINUTE


def test_kafka_streams_has_the_version_of_the_broker() -> None:
    """Both come from Maven's artifacts, and neither is raised without the other."""
    poms = [ROOT / "deploy/kafka/pom.xml", HERE / "kstreams/pom.xml"]
    broker, racer = (re.findall("<kafka.version>(.*)</kafka.version>", one.read_text(encoding="utf-8")) for one in poms)
    assert racer == broker


def test_the_shares_of_latencies_are_values_that_occurred() -> None:
    """Of a hundred latencies from 1 to 100 ms the 99th is 99 ms, and the longest 100 ms."""
    found = summary(list(range(100, 0, -1)))
    assert found == {"count": 100, "p50_ms": 50, "p99_ms": 99, "p999_ms": 100, "max_ms": 100}
