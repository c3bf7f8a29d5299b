"""From a seed to a plan: what goes wrong in a run, and when. Pure: the same seed is the same plan.

When is told by the run's own progress (the share of the observations whose fold is durable) and by what a worker has
just said, not by a clock: a slow machine meets the same faults at the same places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final


class Kind(StrEnum):
    """What goes wrong."""

    KILL_ONE = "kill-one"
    KILL_ALL = "kill-all"
    KILL_RECOVERING = "kill-recovering"
    KILL_REBALANCING = "kill-rebalancing"
    TERMINATE = "terminate"
    FREEZE = "freeze"
    ROLL = "roll"
    SCALE = "scale"
    BROKER_KILL = "broker-kill"
    BROKER_FREEZE = "broker-freeze"
    CUT = "cut"
    SLOW = "slow"
    HALF_OPEN = "half-open"
    RECEIVER_FAILS = "receiver-fails"
    RECEIVER_HANGS = "receiver-hangs"
    RECEIVER_FORGETS = "receiver-forgets"
    RECEIVER_KILL = "receiver-kill"
    ISOLATED = "isolated"
    KILL_WRITING = "kill-writing"
    CLOCK = "clock"
    DISK_FULL = "disk-full"
    UPGRADE = "upgrade"
    OBSERVER_KILL = "observer-kill"
    UP_KILL = "up-kill"
    UP_TORN = "up-torn"
    UP_FULL = "up-full"
    UP_PART = "up-part"
    UP_TERMINATE = "up-terminate"


#: What goes wrong with the embedded mode, in runs of its own.
EMBEDDED: Final = (Kind.UP_KILL, Kind.UP_TORN, Kind.UP_FULL, Kind.UP_PART, Kind.UP_TERMINATE)
#: What goes wrong on Apache Kafka.
ON_KAFKA: Final = tuple(kind for kind in Kind if kind not in EMBEDDED)


#: What happens in each, in a few words.
MEANING: Final = {
    Kind.KILL_ONE: "kill -9 of one worker, which is started again",
    Kind.KILL_ALL: "kill -9 of all workers at once",
    Kind.KILL_RECOVERING: "kill -9 of a worker, and again while it joins, takes partitions or loads state",
    Kind.KILL_REBALANCING: "kill -9 of a worker while another joins",
    Kind.TERMINATE: "SIGTERM of one worker; it has to end, and is started again",
    Kind.FREEZE: "SIGSTOP for longer than the session, then SIGCONT: the zombie",
    Kind.ROLL: "every worker in turn: SIGTERM, its end, its start",
    Kind.SCALE: "up to four workers, then down to two, one by SIGTERM and one by kill -9",
    Kind.BROKER_KILL: "kill -9 of the broker, which is started again on its data",
    Kind.BROKER_FREEZE: "SIGSTOP of the broker for a while, then SIGCONT",
    Kind.CUT: "connections to the broker cut, new ones refused for a while",
    Kind.SLOW: "each packet to and from the broker late",
    Kind.HALF_OPEN: "connections that stay open and carry nothing, one way or both; then late delivery, or a cut",
    Kind.RECEIVER_FAILS: "the receiver answers 500 for a while",
    Kind.RECEIVER_HANGS: "the receiver answers nothing for a while, then 503",
    Kind.RECEIVER_FORGETS: "the receiver takes alerts and breaks the connection off before it answers",
    Kind.RECEIVER_KILL: "kill -9 of the receiver, which is started again",
    Kind.ISOLATED: "what one worker sends is held until others have taken over, then comes late",
    Kind.KILL_WRITING: "kill -9 of a worker at a drawn write, of which the broker has all or half",
    Kind.CLOCK: "a worker's clock set up to three hours ahead or back, at work or before its start, then set right",
    Kind.DISK_FULL: "the broker's disk full for a while; the broker, which ends of it, is started again",
    Kind.UPGRADE: "every worker in turn started again with another version, and half of the times one of them back",
    Kind.OBSERVER_KILL: "kill -9 of the observer, which sends again what it has no note of, or all from the beginning",
    Kind.UP_KILL: "embedded mode: kill -9 of everything, which is started again on its journal",
    Kind.UP_TORN: "embedded mode: the same, and half a record at the journal's end",
    Kind.UP_FULL: "embedded mode: the disk of journal and logs full for a while",
    Kind.UP_PART: "embedded mode: kill -9 of its worker or its broker alone; all ends, and is started again",
    Kind.UP_TERMINATE: "embedded mode: SIGTERM; it has to end, and is started again",
}

#: (shortest, longest) in seconds, of what lasts. The session is six.
_LASTS: Final = {
    Kind.FREEZE: (7.0, 10.0),
    Kind.BROKER_FREEZE: (2.0, 10.0),
    Kind.CUT: (0.0, 4.0),
    Kind.SLOW: (3.0, 8.0),
    Kind.HALF_OPEN: (2.0, 11.0),
    Kind.ISOLATED: (14.0, 17.0),
    # Within one attempt's pause, else three attempts in a row could fail, and the next is five minutes later.
    Kind.RECEIVER_FAILS: (1.0, 4.0),
    Kind.RECEIVER_HANGS: (1.0, 4.0),
    Kind.RECEIVER_FORGETS: (1.0, 4.0),
    Kind.CLOCK: (1.0, 4.0),
    Kind.DISK_FULL: (1.0, 5.0),
    Kind.UP_FULL: (1.0, 5.0),
}
#: What a worker says when it is in the middle of a recovery.
_MOMENTS: Final = ("worker begins", "partitions taken", "state loaded")
#: Of all observations; there has to be something left to be done under the fault.
_LATEST: Final = 0.9
_MOST_FAULTS: Final = 3
_MOST_WORKERS: Final = 3
#: So many runs are the short form; the last of them is of the embedded mode.
SHORT: Final = 6


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    `at`: when such a share of the observations is folded. `target`: which worker, counted round. `everybody`: all
    workers' connections instead of one's. `seconds`: how long it lasts. `moment`: what the worker has just said. `dice`
    decides, from 0 to 1, what is left to the kind.
    """

    kind: Kind
    at: float
    target: int
    everybody: bool
    seconds: float
    moment: str
    dice: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A run: so many workers, whether they come back under their own name (static membership), and what goes wrong.

    `embedded`: `xuncha up` and all that belongs to it, instead of workers on Apache Kafka.
    """

    seed: int
    workers: int
    static: bool
    faults: tuple[Fault, ...]
    embedded: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What goes wrong, in order."""
        return tuple(fault.kind for fault in self.faults)


def make_plan(seed: int, only: Sequence[Kind] = ()) -> Plan:
    """The plan of a seed; `only` narrows what may go wrong."""
    chance = Random(f"chaos {seed}")
    allowed = list(only) or list(ON_KAFKA)
    workers, static = chance.randint(1, _MOST_WORKERS), chance.random() < 0.5
    places = sorted(chance.uniform(0.0, _LATEST) for _ in range(chance.randint(1, _MOST_FAULTS)))
    return Plan(seed, workers, static, tuple(_fault(chance, at, chance.choice(allowed)) for at in places))


def make_embedded_plan(seed: int, only: Sequence[Kind] = ()) -> Plan:
    """The plan of a seed for the embedded mode."""
    chance = Random(f"embedded {seed}")
    allowed = list(only) or list(EMBEDDED)
    places = sorted(chance.uniform(0.0, _LATEST) for _ in range(chance.randint(1, _MOST_FAULTS)))
    return Plan(
        seed,
        workers=1,
        static=False,
        faults=tuple(_fault(chance, at, chance.choice(allowed)) for at in places),
        embedded=True,
    )


def short_plan(number: int) -> Plan:
    """One of the few plans (0, 1, …) in which every kind occurs once, evenly spread."""
    if number == SHORT - 1:
        return Plan(number, workers=1, static=False, faults=_spread(EMBEDDED, Random("short embedded")), embedded=True)
    kinds = list(ON_KAFKA)
    Random("short").shuffle(kinds)
    faults = _spread(kinds[number :: SHORT - 1], Random(f"short {number}"))
    return Plan(number, 1 + number % 2, number % 2 == 1, faults)


def _spread(kinds: Sequence[Kind], chance: Random) -> tuple[Fault, ...]:
    places = [_LATEST * (place + chance.random()) / len(kinds) for place in range(len(kinds))]
    return tuple(_fault(chance, at, kind) for at, kind in zip(places, kinds, strict=True))


def _fault(chance: Random, at: float, kind: Kind) -> Fault:
    return Fault(
        kind=kind,
        at=round(at, 3),
        target=chance.randrange(12),
        everybody=chance.random() < 0.5,
        seconds=round(chance.uniform(*_LASTS.get(kind, (0.0, 0.5))), 2),
        moment=chance.choice(_MOMENTS),
        dice=round(chance.random(), 3),
    )
