"""Wild events by the thousand through one partition's worker, life after life."""

from collections.abc import Callable

from tests.fuzz.wild import Pool, Wild
from tests.fuzz.workbench import Account, Workbench

#: So many events a life: with more, the past of a few subjects is what takes the time.
LIFE = 1_000
#: So many lives with the same contents.
_POOL_LIVES = 20
_BATCH = 100


def poison(events: int, seed: int, say: Callable[[Account], None]) -> Account:
    """Send so many events; after each life all must be accounted for and the state load. `say` hears of each pool."""
    bench, pool = Workbench(), Pool(seed)
    for life in range(-(-events // LIFE)):
        if life and life % _POOL_LIVES == 0:
            say(bench.account)
            pool = Pool(seed + life)
        _live(bench, Wild(seed + life, pool), min(LIFE, events - bench.account.sent))
        bench.renew()
    return bench.account


def _live(bench: Workbench, wild: Wild, events: int) -> None:
    records = list(wild.records(events))
    for place in range(0, len(records), _BATCH):
        bench.take_counted(records[place : place + _BATCH])
        assert bench.account.balanced, bench.account
    bench.expect_loadable()
