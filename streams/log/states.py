"""Which of a changelog's records count at recovery: the newest of each key, of batches that were written whole.

A batch's state goes out as many records, and whoever writes them may die between two. The record of the clock is the
last of a batch and completes it; what stands beyond the newest complete batch is left out, for that batch comes again
and would otherwise meet subjects that know its future. Each record carries the place in the source up to which it is
whole (`position`), and positions decide, not the order in the changelog: so the late write of a zombie is harmless.

The older record of a key must still be there when the newer one is left out: the topics keep compaction away from
young records (`streams.topics`).
"""

import msgspec

#: The key of the record that completes a batch. No subject has this name.
CLOCK = "@clock"

_CLOCK_KEY = CLOCK.encode()
_FORGOTTEN = msgspec.msgpack.encode(None)
_split = msgspec.msgpack.Decoder(tuple[int, msgspec.Raw]).decode

#: Reads a state from its bytes; a subject's only when it is needed (`streams.core.sleep`).
read_state = msgspec.msgpack.Decoder().decode


class Recovery:
    """Takes a partition's records in the order of the changelog."""

    def __init__(self) -> None:
        self.position = -1
        self._whole: dict[bytes, tuple[int, bytes]] = {}
        self._open: list[tuple[bytes, int, bytes]] = []

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """Take one record."""
        if key is None or value is None:
            return
        position, raw = _split(value)
        state = bytes(raw)
        if position <= self.position:
            self._keep(key, position, state)
            return
        self._open.append((key, position, state))
        if key == _CLOCK_KEY:
            self._complete(position)

    def states(self) -> dict[str, bytes]:
        """Key to state, as the bytes that were written; forgotten keys left out."""
        return {key.decode(): state for key, (_, state) in self._whole.items() if state != _FORGOTTEN}

    def _complete(self, position: int) -> None:
        """All batches up to a position are whole."""
        self.position = position
        still_open = []
        for key, at, state in self._open:
            if at <= position:
                self._keep(key, at, state)
            else:
                still_open.append((key, at, state))
        self._open = still_open

    def _keep(self, key: bytes, position: int, state: bytes) -> None:
        if key not in self._whole or self._whole[key][0] <= position:
            self._whole[key] = (position, state)
