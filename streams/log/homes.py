"""Where owners belong, as a partition's keeper asks of every record: mostly of owners that it knows."""

from collections import defaultdict

from streams.log.sender import home_of

#: Of so many owners a partition is remembered that they belong to it.
MOST_KNOWN = 100_000


class Homes:
    """The owners that belong to each of a topic's `count` partitions, as far as somebody has asked."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._known: dict[int, set[str]] = defaultdict(set)

    def are_all(self, owners: set[str], partition: int) -> bool:
        """Whether all of some owners belong to a partition."""
        known = self._known[partition]
        new = owners - known
        if any(home_of(owner, self._count) != partition for owner in new):
            return False
        if len(known) + len(new) > MOST_KNOWN:
            known.clear()
        known |= new
        return True
