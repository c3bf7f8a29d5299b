"""The time of each partition, as the journal needs it.

Ticks are not worth keeping: those of a quiet day are told again by the clock of the day after. But evidence that came
late was judged at the time that its partition had then; without it, a start from the journal would know from the
beginning what was found out later, and the breach that was told and retracted would never have been. So the last tick
before a record is written down with it.
"""

_CLOCK_KEY = b"clock"
_TICK = b'"xuncha.tick"'
_HEAD = 600


class Moments:
    """The latest tick of each partition, until it is written down."""

    def __init__(self) -> None:
        self._seen: dict[int, bytes] = {}

    def see(self, partition: int, tick: bytes) -> None:
        """A tick lies in a partition."""
        self._seen[partition] = tick

    def take(self, partition: int) -> bytes | None:
        """The latest tick of a partition, once."""
        return self._seen.pop(partition, None)


def is_tick(key: bytes | None, value: bytes | None) -> bool:
    """Whether a record is nothing but time; a checkpoint is more."""
    return key == _CLOCK_KEY and _TICK in (value or b"")[:_HEAD]
