r"""The journal's files: segments of frames, and how to tell a torn end from damage.

    segment   NNNNNN.xj = header, frame, frame ...
    header    magic "XJ1\n", salt u32, first sequence u64, crc32 of these          (little endian)
    frame     mark, length u32, crc32 (started with the salt) u32, payload
    payload   msgpack: an array of records; all that one `append` made durable together

One frame is written and synced before the next begins, so a crash can spoil the last frame only. A spoilt frame
with a good one behind it was therefore good once: that is damage, not a crash. The salt is there
so that nothing inside a record's value, by accident or by design, can look like a frame.
"""

import io
import secrets
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

import msgspec

from schemas.errors import JournalCorrupt

SUFFIX: Final = ".xj"
MAGIC: Final = b"XJ1\n"
MARK: Final = b"\xf5xj\xfa"  # 0xF5 and 0xFA never occur in UTF-8 text: searching for a mark finds few false ones

_HEADER = struct.Struct("<4sIQ")
_FRAME = struct.Struct("<4sII")
_CRC = struct.Struct("<I")
HEADER_BYTES: Final = _HEADER.size + _CRC.size


class Record(msgspec.Struct, frozen=True, array_like=True):
    """One record for a topic, as the broker was or will be told.

    Args:
        kind: what it is to the caller, for example "observation".
        topic: topic without its prefix or with it, as the caller likes.
        key: the Kafka key.
        value: the Kafka value; None is a tombstone.
        headers: Kafka headers, in order.
        sequence: the journal's own number, from 1 without gaps; given by `append`, ignored when handed in.
    """

    kind: str
    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    sequence: int = 0


class Header(NamedTuple):
    """What a segment says of itself."""

    salt: int
    first_sequence: int


_decode = msgspec.msgpack.Decoder(list[Record]).decode
_encode = msgspec.msgpack.Encoder().encode


def new_header(first_sequence: int) -> tuple[Header, bytes]:
    """Return a fresh segment's header and its bytes."""
    header = Header(secrets.randbits(32), first_sequence)
    packed = _HEADER.pack(MAGIC, header.salt, first_sequence)
    return header, packed + _CRC.pack(zlib.crc32(packed))


def frame_of(records: Sequence[Record], salt: int) -> bytes:
    """Return the frame that holds `records`."""
    payload = _encode(records)
    return _FRAME.pack(MARK, len(payload), zlib.crc32(payload, salt)) + payload


def segments(directory: Path) -> list[Path]:
    """Return the journal's segments, oldest first."""
    return sorted(directory.glob(f"[0-9]*{SUFFIX}"), key=lambda path: int(path.stem))


class SegmentReader:
    """Reads one segment from its beginning as far as it is good.

    Attributes:
        header: None if the file is torn before its header was complete.
        good_end: offset in bytes behind the last good frame read so far.
    """

    def __init__(self, path: Path) -> None:
        """Read the header; raise JournalCorrupt if it is whole and wrong."""
        self.path = path
        self.good_end = 0
        with path.open("rb") as file:
            self.header = self._header(file.read(HEADER_BYTES))
        if self.header is not None:
            self.good_end = HEADER_BYTES

    def records(self) -> Iterator[list[Record]]:
        """Yield the records of each frame; stop at the end of the file or at the first frame that is not good."""
        if self.header is None:
            return
        with self.path.open("rb") as file:
            file.seek(self.good_end)
            while (payload := _payload(file, self.header.salt)) is not None:
                yield self._records_of(payload)
                self.good_end = file.tell()

    def at_end(self) -> bool:
        """Tell whether nothing stands behind the last good frame."""
        return self.path.stat().st_size == self.good_end

    def rest(self) -> bytes:
        """Return what stands behind the last good frame."""
        with self.path.open("rb") as file:
            file.seek(self.good_end)
            return file.read()

    def corrupt(self, what: str) -> JournalCorrupt:
        """Return the error that names the place where this segment stops being good."""
        return JournalCorrupt(
            f"The journal is damaged in {self.path} at byte {self.good_end}: {what}. Restore this file from a copy, "
            "or move it and all later segments out of the folder to go on without them."
        )

    def is_damaged(self) -> bool:
        """Tell whether a good frame stands behind the first that is not good: a crash does not leave that.

        Looks twice, because a writer may have finished that first frame while we read on.
        """
        if self.header is None or not _has_frame(self.rest()[1:], self.header.salt):
            return False
        with self.path.open("rb") as file:
            file.seek(self.good_end)
            return _payload(file, self.header.salt) is None

    def _records_of(self, payload: bytes) -> list[Record]:
        try:
            return _decode(payload)
        except msgspec.MsgspecError as error:
            raise self.corrupt(f"a whole frame does not hold records ({error})") from error

    def _header(self, found: bytes) -> Header | None:
        if len(found) == HEADER_BYTES:
            magic, salt, first = _HEADER.unpack_from(found)
            (crc,) = _CRC.unpack_from(found, _HEADER.size)
            if magic == MAGIC and crc == zlib.crc32(found[: _HEADER.size]):
                return Header(salt, first)
        # The header is synced before the first frame follows it: alone it may be torn, never before others.
        if self.path.stat().st_size > HEADER_BYTES:
            raise self.corrupt("its header is not one of this journal's")
        return None


def _payload(file: IO[bytes], salt: int) -> bytes | None:
    """Return the payload of the frame at the file's position; None if there is no good one."""
    head = file.read(_FRAME.size)
    if len(head) < _FRAME.size:
        return None
    mark, length, crc = _FRAME.unpack(head)
    if mark != MARK:
        return None
    payload = file.read(length)
    return payload if len(payload) == length and zlib.crc32(payload, salt) == crc else None


def _has_frame(data: bytes, salt: int) -> bool:
    """Tell whether a good frame begins anywhere in `data`."""
    file = io.BytesIO(data)
    at = data.find(MARK)
    while at >= 0:
        file.seek(at)
        if _payload(file, salt) is not None:
            return True
        at = data.find(MARK, at + 1)
    return False
