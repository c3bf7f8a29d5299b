"""What was read of the topic and is not written yet: a stretch of records for each partition."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from streams.archive.rows import Row


@dataclass(slots=True)
class Stretch:
    """Records of one partition that follow on each other; `last` is the offset of the newest."""

    last: int
    days: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    bytes: int = 0

    def add(self, offset: int, rows: Iterable[Row]) -> None:
        """Take the rows of one more record; it may have none."""
        self.last = offset
        for row in rows:
            self.days[row.day].append(row)
            self.bytes += len(row.value)


class Stretches:
    """The stretches of all partitions of one archiver."""

    def __init__(self) -> None:
        self.of: dict[int, Stretch] = {}

    def add(self, partition: int, offset: int, rows: Iterable[Row]) -> None:
        """Take a record.

        One that does not come behind the last was read again, from where the group had committed: then so is
        everything else that comes after it, and what was held of it before is let go.
        """
        stretch = self.of.get(partition)
        if stretch is None or offset <= stretch.last:
            stretch = self.of[partition] = Stretch(offset)
        stretch.add(offset, rows)

    @property
    def bytes(self) -> int:
        """How much is held."""
        return sum(stretch.bytes for stretch in self.of.values())

    def files(self, partitions: Iterable[int]) -> Iterator[tuple[str, list[Row]]]:
        """The day and rows of each file that is to be written for these partitions."""
        for partition in sorted(partitions):
            yield from self.of[partition].days.items()
