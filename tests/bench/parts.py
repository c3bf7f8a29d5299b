"""`python -m tests.bench.parts`: what one observation costs, part by part, in one process and without a broker.

Read: from a record's bytes to events that are let through. Fold: from events to what comes of them. State: from the
subjects that changed to the bytes of their records. The input is the benchmark's (`tests.bench.workload`), its
registry and its first week folded before; times are processor time of this process, a slice of the input at a time.
"""

import argparse
import gc
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from agents.run import COLLECT_AFTER
from rules.calendar import load_calendar
from rules.loader import load_pack
from streams.core.law import Law
from streams.log.intake import Gate
from streams.log.sender import Outgoing
from streams.log.shard import Outcome, Shard
from streams.log.store import Store
from streams.topics import LARGEST_RECORD, Name, Topics
from tests.bench.machine import describe
from tests.bench.workload import Observing, Place, Size, batches

_PARTITIONS = 4
_WARM_UP = 20_000
_MICROSECONDS = 1_000_000


class Costs(NamedTuple):
    """Processor seconds of a stretch of observations, by part."""

    read: float
    fold: float
    state: float

    def per(self, observations: int) -> "Costs":
        """Microseconds an observation."""
        return Costs(*(part / observations * _MICROSECONDS for part in self))


class Bench:
    """The shards of one worker, fed by hand as `streams.log.keeper` does it."""

    def __init__(self, law: Law, together: int) -> None:
        self._gate = Gate(LARGEST_RECORD)
        self._shards = [Shard(law) for _ in range(_PARTITIONS)]
        self._store = Store("", Topics("bench", _PARTITIONS), Name.STATE_OBSERVATIONS, 1.0)
        self._together = together

    def play(self, records: Sequence[Outgoing]) -> Costs:
        """Fold records, so many of a partition together."""
        lying: dict[int, list[Outgoing]] = defaultdict(list)
        for record in records:
            lying[record.partition or 0].append(record)
        spent = [0.0, 0.0, 0.0]
        for partition, waiting in lying.items():
            for start in range(0, len(waiting), self._together):
                costs = self._handle(partition, waiting[start : start + self._together])
                spent = [before + more for before, more in zip(spent, costs, strict=True)]
        return Costs(*spent)

    def _handle(self, partition: int, records: Sequence[Outgoing]) -> Costs:
        shard, outcome = self._shards[partition], Outcome()
        began = time.process_time()
        events = [event for one in records for event in self._gate.read(one.key, one.value, None).events]
        read = time.process_time()
        for event in events:
            shard.observe(event, None, outcome)
        for owner in sorted(outcome.effects.touched):
            shard.running(owner, outcome)
        folded = time.process_time()
        self._store.records(partition, shard.position, shard.states(outcome))
        return Costs(read - began, folded - read, time.process_time() - folded)


def measure(slices: int, observations: int, together: int, seed: int) -> list[Costs]:
    """Microseconds an observation, of each slice."""
    place = Place(Size())
    bench, observing = Bench(Law(load_pack("cn-2019"), load_calendar()), together), Observing(place, seed)
    bench.play(batches([*place.registry(), *place.week(), *observing.take(_WARM_UP)], _PARTITIONS, 200))
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    laps = [batches(observing.take(observations), _PARTITIONS, 200) for _ in range(slices)]
    return [bench.play(lap).per(observations) for lap in laps]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.parts", description=main.__doc__)
    parser.add_argument("--slices", type=int, default=15)
    parser.add_argument("--observations", type=int, default=20_000, help="of a slice")
    parser.add_argument("--together", type=int, default=10, help="records of 200 events that are folded as one batch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    wish = parser.parse_args()
    machine, laps = describe(), measure(wish.slices, wish.observations, wish.together, wish.seed)
    parts = {name: [getattr(lap, name) for lap in laps] for name in Costs._fields} | {"all": [sum(lap) for lap in laps]}
    if wish.json:
        print(json.dumps({"machine": machine, "microseconds": parts}, indent=2))
        return
    print(f"{machine}\nmicroseconds of processor time an observation, {wish.slices} slices\n")
    print(f"{'':8}{'best':>8}{'median':>8}")
    for name, found in parts.items():
        print(f"{name:8}{min(found):>8.1f}{statistics.median(found):>8.1f}")


if __name__ == "__main__":
    main()
