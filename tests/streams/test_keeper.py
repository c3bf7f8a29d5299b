"""A record that our own lines trip over is set aside with its bytes, and the worker goes on."""

import asyncio
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import orjson
import pytest
import structlog

from schemas.instants import DAY, to_text
from streams.core import standing
from streams.core.fold import Fold
from streams.log import keeper
from streams.log.deadletter import Place, letter_id
from streams.log.intake import Gate
from streams.log.records import tick_event
from streams.log.states import CLOCK
from streams.topics import Name
from tests.support.laws import law
from tests.support.log import Installation, MemoryStore

NOON = 1_704_081_600_000
SITE, OTHER = "4207000001", "4207000002"

FAULTS = [ValueError("no"), TypeError("no"), KeyError("no"), OverflowError("no"), RecursionError("no")]
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)


def registered(subject: str, day: int = 0) -> bytes:
    """A site's entry."""
    envelope = {"specversion": "1.0", "id": f"{subject}-{day}", "source": "test", "type": "site.registered"}
    data = {"unit": "u-health", "name": "某网站"}
    return orjson.dumps({**envelope, "subject": subject, "time": to_text(NOON + day * DAY), "data": data})


def installed(*values: bytes) -> Installation:
    """One partition with these records."""
    installation = Installation(law(), 1, Random(1))
    for value in values:
        key = orjson.loads(value)["subject"].encode()
        installation.log.write(Name.OBSERVATIONS, 0, key, value)
    return installation


def worked(installation: Installation) -> list[tuple[bytes | None, bytes | None]]:
    """The dead letters, once all is done."""
    with structlog.testing.capture_logs():
        asyncio.run(installation.run([], 3))
    return list(installation.log.of(Name.DEADLETTERS))


def known(installation: Installation) -> set[str]:
    """The subjects that are remembered."""
    return set(asyncio.run(installation.states(Name.OBSERVATIONS)))


@each_fault
def test_a_record_that_cannot_be_read(fault: Exception) -> None:
    """The reading itself fails: the record's bytes are kept, the next record is folded."""
    poison, read = registered(SITE), Gate.read

    def tripping(gate: Gate, key: bytes | None, value: bytes | None, now: int | None) -> Any:
        if value == poison:
            raise fault
        return read(gate, key, value, now)

    installation = installed(poison, registered(OTHER))
    with patch.object(Gate, "read", tripping):
        letters = worked(installation)
    assert [value for _, value in letters] == [poison]
    assert known(installation) == {OTHER}


@each_fault
def test_a_tick_that_says_no_time(fault: Exception) -> None:
    """No time has passed with it, and the records around it are folded."""
    tick = tick_event(NOON + DAY)
    installation = installed(registered(SITE), tick, registered(OTHER, 2))
    with patch.object(keeper, "read_time", side_effect=fault):
        letters = worked(installation)
    assert [value for _, value in letters] == [tick]
    assert known(installation) == {SITE, OTHER}


@each_fault
def test_an_owner_whose_standing_cannot_be_reckoned(fault: Exception) -> None:
    """Its record is named and kept; how the others stand is told."""
    reckon = standing.owner_standings

    def tripping(fold: Any, estate: Any, at: int, period: Any) -> Any:
        if estate.owner == SITE:
            raise fault
        return reckon(fold, estate, at, period)

    installation = installed(registered(SITE), registered(OTHER))
    with patch("streams.log.shard.owner_standings", tripping):
        letters = worked(installation)
    assert [value for _, value in letters] == [registered(SITE)]
    assert known(installation) == {SITE, OTHER}
    told = [orjson.loads(value or b"") for _, value in installation.log.of(Name.STANDINGS)]
    assert {one["owner"] for one in told if "owner" in one} == {OTHER}


def test_what_fails_while_time_passes_ends_the_worker() -> None:
    """Some deadlines are told by then and others not: such a state is not written."""
    installation = installed(registered(SITE), tick_event(NOON + DAY))
    with patch.object(Fold, "tick", side_effect=ValueError("no")), pytest.raises(ValueError, match="no"):
        worked(installation)


# -- what waits for its time ---------------------------------------------------------------------------------------

KNOWN, POISON = "wechat:gh_known", "wechat:gh_poison"


def account(subject: str, number: int = 0) -> bytes:
    """An account's entry; what the unit's holding is told of it has to wait for a tick."""
    envelope = {"specversion": "1.0", "id": f"{subject}-{number}", "source": "test", "type": "account.registered"}
    data = {"unit": "u-health", "name": "某账号", "platform": "wechat", "account_type": "subscription"}
    return orjson.dumps({**envelope, "subject": subject, "time": to_text(NOON), "data": data})


def waiting_poison() -> Installation:
    """Two accounts whose holding waits for a tick, and one of them is poison to it."""
    return installed(
        account(POISON), account(KNOWN), tick_event(NOON + DAY), account(KNOWN, 1), tick_event(NOON + 2 * DAY)
    )


def tripping_over_poison(fault: Exception) -> Any:
    """The core with a fault of its own over one fact."""
    observe = Fold.observe

    def tripping(fold: Fold, event: Any, *args: Any, **options: Any) -> None:
        if event.type == "account.held" and event.data.account == POISON:
            raise fault
        observe(fold, event, *args, **options)

    return patch.object(Fold, "observe", tripping)


class Told(NamedTuple):
    """A record by which the holding is told of an account: the id that its dead letter would have, and its bytes."""

    letter: str
    value: bytes


def held(installation: Installation, account_id: str) -> list[Told]:
    """What the holding was told of an account."""
    return [
        Told(letter_id(Place("xuncha.holdings", 0, offset, b"u-health@wechat"), 0), value or b"")
        for offset, (_, value, _) in enumerate(installation.log.records[(Name.HOLDINGS, 0)])
        if b"account.held" in (value or b"") and account_id.encode() in (value or b"")
    ]


def letters_of(installation: Installation) -> set[str]:
    """The ids of the dead letters."""
    return {(key or b"").decode() for key, _ in installation.log.of(Name.DEADLETTERS)}


def holdings_state(installation: Installation) -> dict[str, Any]:
    """All that is stored of the holdings, what still waits among it; without the clock, which moves with each batch."""
    states = asyncio.run(MemoryStore(installation.log, Name.STATE_HOLDINGS).load(0))
    return {key: state for key, state in states.items() if key != CLOCK}


@each_fault
def test_poison_that_waits_for_its_time(fault: Exception) -> None:
    """It is set aside under its own place when its time has come, the worker goes on, and nothing waits any more."""
    installation = waiting_poison()
    with tripping_over_poison(fault):
        letters = worked(installation)
    (told,) = held(installation, POISON)
    assert letters_of(installation) == {told.letter}
    assert [orjson.loads(value or b"") for _, value in letters] == [orjson.loads(told.value)]
    (state,) = holdings_state(installation).items()
    assert state[0] == "u-health@wechat"
    assert KNOWN in str(state[1])
    assert POISON not in str(state[1])


def test_poison_that_waits_while_the_worker_is_killed() -> None:
    """Killed before each of its writes in turn: a record that comes again gives the same letter, and waits no more.

    Where the holding was told twice, because the worker died over telling it, there are two records to be set aside.
    """
    unharmed = waiting_poison()
    before = unharmed.log.written
    with tripping_over_poison(ValueError("no")):
        assert len(worked(unharmed)) == 1
        for writes in range(unharmed.log.written - before):
            dying = waiting_poison()
            with structlog.testing.capture_logs():
                asyncio.run(dying.run([writes], 3))
            assert dying.crashes == 1
            assert letters_of(dying) <= {told.letter for told in held(dying, POISON)}
            assert letters_of(dying)
            assert holdings_state(dying) == holdings_state(unharmed)


def test_two_poisonous_events_of_one_record() -> None:
    """Each has a letter of its own: they are told apart by their place in the record."""
    events = [orjson.loads(registered(SITE, day)) for day in (0, 1)]
    installation = Installation(law(), 1, Random(1))
    installation.log.write(Name.OBSERVATIONS, 0, SITE.encode(), orjson.dumps(events))
    with patch.object(Fold, "observe", side_effect=ValueError("no")):
        letters = worked(installation)
    place = Place("xuncha.observations", 0, 0, SITE.encode())
    assert [key for key, _ in letters] == [letter_id(place, index).encode() for index in (0, 1)]
