"""`python -m tests.bench.sizes`: how costs grow with the number of subjects, in one process and without a broker.

Each subject is an account that was registered, looked at and posted once: quiet, with its deadlines armed. Measured are
the memory that one more takes, asleep and awake, the bytes of its state record, how fast a partition's state is taken
over after a restart, from the changelog to ready, how fast who sleeps is woken, what a tick costs when nothing
is due, and how fast so many are judged that fall due at once.
"""

import argparse
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from rules.calendar import load_calendar
from rules.loader import load_pack
from schemas.instants import DAY, MINUTE, read_at, to_text
from schemas.observations import ONE
from streams.core.effects import Effects
from streams.core.law import Law
from streams.log.shard import Outcome, Shard
from streams.log.states import Recovery
from tests.bench.machine import describe

_BEGIN = read_at("2024-01-02T08:00:00+08:00")
_TICKS = 200
_COUNTED = 10_000
_encode = msgspec.msgpack.Encoder().encode


def events(count: int) -> Iterator[Any]:
    """The events of so many quiet accounts, registered one after the other within a day."""
    for number in range(count):
        name = f"wechat:gh_{number:08}"
        profile = {"unit": f"u{number}", "name": f"账号{number}", "platform": "wechat"}
        at = _BEGIN + number * DAY // count
        yield _event(f"r{number}", "account.registered", name, at, profile)
        yield _event(f"p{number}", "account.posted", name, at, {"post": f"https://www.example.gov.cn/{number}.html"})
        yield _event(f"c{number}", "account.checked", name, at + MINUTE, {})


def _event(event_id: str, kind: str, subject: str, time_ms: int, data: dict[str, Any]) -> Any:
    head = {"specversion": "1.0", "id": event_id, "source": "//bench/crawler", "type": kind, "subject": subject}
    return ONE.validate_python({**head, "time": to_text(time_ms), "data": data})


def measure(law: Law, count: int) -> dict[str, float]:
    """All figures for one number of subjects."""
    values = _values(law, count)
    shard, recovery = _timed(lambda: _recovered(law, values))
    gc.collect()
    idle = min(_timed(lambda: _tick(shard))[1] for _ in range(_TICKS))
    _, pressing = _timed(lambda: _press(shard))
    _, waking = _timed(lambda: _wake(shard))
    said, due = _timed(lambda: _fall_due(shard))
    ready, asleep, awake = _memory(law, values)
    return {
        "subjects": count, "bytes_when_ready": ready, "bytes_asleep": asleep, "bytes_awake": awake,
        "record_bytes": round(sum(len(value) for _, value in values) / count),
        "recovered_per_second": round(count / recovery),
        "pressed_per_second": round(count / pressing), "woken_per_second": round(count / waking),
        "idle_tick_microseconds": round(idle * 1e6, 1), "transitions_due_at_once": said,
        "due_per_second": round(said / due),
    }  # fmt: skip


def _values(law: Law, count: int) -> list[tuple[bytes, bytes]]:
    """The changelog that so many subjects leave: keys and values as they come from the broker."""
    shard, outcome = Shard(law), Outcome()
    for event in events(count):
        shard.observe(event, None, outcome)
    shard.position = count
    return [(key.encode(), _encode((shard.position, state))) for key, state in shard.states(outcome)]


def _recovered(law: Law, values: Iterable[tuple[bytes, bytes]]) -> Shard:
    """From the changelog's records to a shard that is ready."""
    recovery, shard = Recovery(), Shard(law)
    for key, value in values:
        recovery.take(key, value)
    shard.restore(recovery.states())
    return shard


def _memory(law: Law, values: list[tuple[bytes, bytes]]) -> tuple[int, int, int]:
    """Bytes that one more subject takes in a shard: recovered, compressed, awake; by Python's own count."""
    few = [*values[: min(_COUNTED, len(values) - 1)], values[-1]]
    gc.collect()
    tracemalloc.start()
    shard = _recovered(law, few)
    gc.collect()
    ready, _ = tracemalloc.get_traced_memory()
    _press(shard)
    gc.collect()
    asleep, _ = tracemalloc.get_traced_memory()
    _wake(shard)
    gc.collect()
    awake, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return ready // (len(few) - 1), asleep // (len(few) - 1), awake // (len(few) - 1)


def _press(shard: Shard) -> None:
    """As after so many batches that all records are compressed."""
    shard.fold.sleepers.press(sys.maxsize)


def _wake(shard: Shard) -> None:
    """Ask for everybody."""
    for owner in shard.fold.owners():
        shard.fold.estate(owner)


def _tick(shard: Shard) -> None:
    shard.fold.tick(shard.fold.clock + 1, Effects())


def _fall_due(shard: Shard) -> int:
    """Let two weeks pass at once; how many transitions that says."""
    effects = Effects()
    shard.fold.tick(_BEGIN + 30 * DAY, effects)
    return len(effects.transitions)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sizes", description=main.__doc__)
    parser.add_argument("--subjects", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    wish = parser.parse_args()
    law, machine = Law(load_pack("cn-2019"), load_calendar()), describe()
    found = [measure(law, count) for count in wish.subjects]
    if wish.json:
        print(json.dumps({"machine": machine, "results": found}, indent=2))
        return
    print(f"{machine}; processor time of one process\n")
    for name in found[0]:
        print(f"{name.replace('_', ' '):28}" + "".join(f"{one[name]:>14,}" for one in found))


if __name__ == "__main__":
    main()
