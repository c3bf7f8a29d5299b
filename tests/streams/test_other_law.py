"""A restart under another law: what was stored of when subjects wake is not trusted, once."""

from typing import Any

import msgspec
import pytest

from schemas.observations import ONE
from streams.core.effects import Transition
from streams.core.law import Law
from streams.log.shard import Outcome, Shard
from streams.log.states import CLOCK
from tests.support.laws import local_law
from tests.support.timeline import ACCOUNT, Story

_STORY = Story()

#: Silence for two weeks is a breach, and warned of four days before; nobody need look.
TWO_WEEKS = local_law(M_V2a={"needs_look": False})
NINE_DAYS = local_law(M_V2a={"needs_look": False, "window": "9 days"})


def ms(when: str) -> int:
    """A Beijing time as the core counts it."""
    return _STORY.ms(when)


def event(kind: str, when: str, **data: Any) -> Any:
    """An observation of the account."""
    head = {"specversion": "1.0", "id": f"{kind} {when}", "source": "test", "type": kind, "subject": ACCOUNT}
    return ONE.validate_python({**head, "time": _STORY.aware(when), "data": data})


class Changelog:
    """One shard after the other on the same records."""

    def __init__(self) -> None:
        self.records: dict[str, bytes] = {}

    def restarted(self, under: Law) -> Shard:
        """A shard that takes over what is stored."""
        shard = Shard(under)
        shard.restore(dict(self.records))
        return shard

    def tick(self, shard: Shard, when: str) -> list[Transition]:
        """Let time pass, and store."""
        outcome = Outcome()
        shard.tick(ms(when), "", outcome)
        self.store(shard, outcome)
        return outcome.effects.transitions

    def store(self, shard: Shard, outcome: Outcome) -> None:
        """Write what has to be written."""
        self.records |= {key: msgspec.msgpack.encode(state) for key, state in shard.states(outcome)}


@pytest.fixture(name="kept")
def _kept() -> Changelog:
    """An account that posted on 1 January, stored on the 8th: it may be silent for two weeks."""
    kept, outcome = Changelog(), Outcome()
    shard = kept.restarted(TWO_WEEKS)
    profile = {"unit": "u1", "name": "甲", "platform": "wechat", "account_type": "subscription"}
    for one in (
        event("account.registered", "01-01 08:00", **profile),
        event("account.posted", "01-01 08:00", post="p"),
    ):
        shard.observe(one, None, outcome)
    shard.observe(event("account.checked", "01-08 08:00"), None, outcome)
    kept.store(shard, outcome)
    return kept


def told(said: list[Transition]) -> list[tuple[str, str, str]]:
    """Which rule, what and when."""
    return [(one.rule, one.change.value, _STORY.text(one.at)) for one in said if one.rule == "M-V2a"]


def test_a_window_that_became_shorter(kept: Changelog) -> None:
    """Nine days in place of fourteen: the breach is told when it is due, before the account would have woken."""
    assert told(kept.tick(kept.restarted(NINE_DAYS), "01-10 09:00")) == [("M-V2a", "breached", "01-10 08:00")]


def test_under_the_same_law_all_sleep(kept: Changelog) -> None:
    """Nothing has changed: the account is called when its time comes, and not before."""
    shard = kept.restarted(TWO_WEEKS)
    assert told(kept.tick(shard, "01-11 06:59")) == []
    assert shard.fold.estates == {}
    assert told(kept.tick(shard, "01-15 09:00")) == [
        ("M-V2a", "due_soon", "01-11 08:00"),
        ("M-V2a", "breached", "01-15 08:00"),
    ]


def test_another_law_is_met_once(kept: Changelog) -> None:
    """What is written after the first restart under a law is trusted at the second, and by no other law."""
    kept.tick(kept.restarted(NINE_DAYS), "01-08 09:00")
    assert kept.restarted(TWO_WEEKS).fold.estates
    again = kept.restarted(NINE_DAYS)
    assert again.fold.estates == {}
    assert told(kept.tick(again, "01-10 09:00")) == [("M-V2a", "breached", "01-10 08:00")]


def test_records_from_before_there_was_sleep(kept: Changelog) -> None:
    """They say neither when a subject wakes nor under which law they were written: everybody is awake at once."""
    decoded = {key: msgspec.msgpack.decode(record) for key, record in kept.records.items()}
    kept.records = {CLOCK: msgspec.msgpack.encode(decoded.pop(CLOCK)[:5])}
    kept.records |= {key: msgspec.msgpack.encode(record[:-1]) for key, record in decoded.items()}
    shard = kept.restarted(TWO_WEEKS)
    assert {rule for rule, _ in shard.fold.census.judgements()} == set(shard.fold.estates[ACCOUNT].head().marks)
    kept.tick(shard, "01-08 09:00")
    again = kept.restarted(TWO_WEEKS)
    assert again.fold.estates == {}
    assert told(kept.tick(again, "01-15 09:00"))[-1] == ("M-V2a", "breached", "01-15 08:00")
