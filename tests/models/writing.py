"""The order of writing as a small machine of which every interleaving is tried: writers, changelog, offsets, deaths.

A record of the source is a number. What a writer says of a record is an id that follows from the record and from the
state before it: how many records it had folded by then. Each writer reads from what was committed, skips what its state
holds, and goes through its steps one write at a time; it may die between any two, and may fall asleep between any two
(the zombie) while another takes its place, and go on. The commit of one that was replaced is refused, as Kafka does.
"""

from collections.abc import Iterator
from typing import NamedTuple

#: The steps that a batch takes, in the order in which they must come.
SAY, STATE, COMMIT = "say", "state", "commit"
RIGHT = (SAY, STATE, COMMIT)


class Writer(NamedTuple):
    """A worker in the middle of a batch: what it had folded when it was loaded, its batch, and the steps done."""

    folded: tuple[int, ...]
    batch: tuple[int, ...]
    done: int
    owns: bool


class Log(NamedTuple):
    """All that there is: what was said, the newest state (what it has folded), what was committed, and the writers."""

    said: frozenset[tuple[int, int]]  # (record, its id: how many were folded before it)
    state: tuple[int, ...]
    committed: int
    writers: tuple[Writer, ...]
    deaths: int


def after(log: Log, records: int, order: tuple[str, ...], most_deaths: int) -> Iterator[Log]:
    """Every next step that there may be."""
    for place, writer in enumerate(log.writers):
        yield from _step(log, place, writer, order)
    if log.deaths < most_deaths:
        died = log._replace(deaths=log.deaths + 1)
        yield died._replace(writers=tuple(one for one in log.writers if not one.owns))  # who had it is gone for good
        yield died._replace(
            writers=tuple(one._replace(owns=False) for one in log.writers)
        )  # or sleeps, and is replaced
    if not any(writer.owns for writer in log.writers):
        yield from (_loaded(log, upto) for upto in range(log.committed + 1, records + 1))


def _loaded(log: Log, upto: int) -> Log:
    """Somebody takes over: it loads the state and is given the records behind what was committed, up to one."""
    batch = tuple(one for one in range(log.committed, upto) if one not in log.state)
    return log._replace(writers=(*log.writers, Writer(log.state, batch, 0, owns=True)))


def _step(log: Log, place: int, writer: Writer, order: tuple[str, ...]) -> Iterator[Log]:
    """A writer's next write; having done all, it takes leave, and whoever comes next begins a batch."""
    others = (*log.writers[:place], *log.writers[place + 1 :])
    if writer.done == len(order):
        yield log._replace(writers=others)
        return
    moved = log._replace(writers=(*others, writer._replace(done=writer.done + 1)))
    whole = (*writer.folded, *writer.batch)
    match order[writer.done]:
        case "say":
            says = {(record, len(writer.folded) + number) for number, record in enumerate(writer.batch)}
            for some in range(len(writer.batch) + 1):  # it may die with any beginning of it written
                cut = frozenset(one for one in says if one[1] < len(writer.folded) + some)
                left = moved if some == len(writer.batch) else log._replace(writers=others)
                yield left._replace(said=log.said | cut)
        case "state":  # positions decide: the highest wins
            yield moved._replace(state=whole if len(whole) > len(log.state) else log.state)
        case _:
            far = max(whole, default=-1) + 1
            yield moved._replace(committed=max(log.committed, far) if writer.owns else log.committed)


def faults(records: int, order: tuple[str, ...] = RIGHT, most_deaths: int = 2) -> tuple[set[str], int]:
    """What goes wrong in any interleaving of these steps, and how many states there are."""
    first = Log(frozenset(), (), 0, (), 0)
    seen, waiting, wrong = {first}, [first], set[str]()
    while waiting:
        log = waiting.pop()
        wrong.update(_wrong(log))
        for one in after(log, records, order, most_deaths):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return wrong, len(seen)


def _wrong(log: Log) -> Iterator[str]:
    """What was committed was said and is in the state; what the state holds was said; no record has two ids."""
    told = [record for record, _ in log.said]
    if any(record not in told for record in range(log.committed)):
        yield "lost: committed, and never said"
    if any(record not in log.state for record in range(log.committed)):
        yield "lost: committed, and in no state"
    if any(record not in told for record in log.state):
        yield "lost: passed over for ever, and never said"
    if len(set(told)) < len(told):
        yield "twice: one record under two ids"
