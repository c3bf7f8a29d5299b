"""Wild events by the thousand through one partition's worker, life after life."""

from collections.abc import Callable

from tests.fuzz.wild import Wild
from tests.fuzz.workbench import Account, Workbench

#: So many events a life: with more, the past of a few subjects is what takes the time.
LIFE = 2_000
_BATCH = 100


def poison(events: int, seed: int, say: Callable[[Account], None]) -> Account:
    """Send so many events; after each life all must be accounted for and the state load. `say` hears of each life."""
    bench = Workbench()
    while bench.account.sent < events:
        _live(bench, Wild(seed), min(LIFE, events - bench.account.sent))
        seed += 1
        say(bench.account)
        bench.renew()
    return bench.account


def _live(bench: Workbench, wild: Wild, events: int) -> None:
    records = list(wild.records(events))
    for place in range(0, len(records), _BATCH):
        bench.take(records[place : place + _BATCH])
        assert bench.account.balanced, bench.account
    bench.expect_loadable()
