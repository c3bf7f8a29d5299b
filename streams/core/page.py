"""A page: records of some owners that sleep, compressed together, because what is alike in all of them is kept once."""

import zlib

import msgspec

#: An owner's records: of one that is its only subject the bytes alone, else by the subjects' ids.
Records = bytes | dict[str, bytes]

#: A page is full with so many bytes of records; all of them are read again for one owner.
FULL = 8_192

_LEVEL = 1  # the next ones take twice the time for a tenth of the bytes
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Records]).decode


class Page:
    """Owners' records; `living` counts those that still rest on it."""

    __slots__ = ("_data", "living")

    def __init__(self, owners: dict[str, Records]) -> None:
        self.living = len(owners)
        self._data = zlib.compress(_encode(owners), _LEVEL)

    def read(self) -> dict[str, Records]:
        """The records as they were; also of those who left."""
        return _decode(zlib.decompress(self._data))


def size_of(records: Records) -> int:
    """How many bytes records have."""
    return len(records) if isinstance(records, bytes) else sum(map(len, records.values()))
