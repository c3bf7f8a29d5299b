"""Reading the journal, whoever writes it: in order, without gaps, and never past damage in silence."""

from collections.abc import Iterator
from pathlib import Path

from schemas.errors import JournalCorrupt
from streams.journal.files import Record, SegmentReader, segments


def read_journal(directory: Path, after: int = 0) -> Iterator[Record]:
    """Yield the records with numbers above `after`, oldest first, of a journal that need not be ours.

    Takes no lock and changes nothing: of a journal that is being written it yields what is whole by now.

    Raises:
        JournalCorrupt: a record is damaged or a segment is missing; the message names file and offset.
    """
    paths = segments(directory)
    following: int | None = None
    for path in paths:
        reader = SegmentReader(path)
        following = _require_following(reader, following)
        for records in reader.records():
            following = _require_number(reader, records, following)
            if following > after + 1:
                yield from (record for record in records if record.sequence > after)
        _require_clean_end(reader, newest=path == paths[-1])


def read_up_to(last: int, directory: Path, after: int = 0) -> Iterator[Record]:
    """Yield the records with numbers above `after` up to `last`, which must be there."""
    reached = after
    if reached >= last:
        return
    for record in read_journal(directory, after):
        yield record
        reached = record.sequence
        if reached == last:
            return
    raise JournalCorrupt(
        f"The journal in {directory} ends with record {reached}, but {last} were acknowledged: "
        "its last segment was cut or replaced while it was open. Restore it from a copy."
    )


def last_sequence(reader: SegmentReader) -> int:
    """Read a segment as far as it is good and return its last record's number; 0 if not even its header is good."""
    if reader.header is None:
        return 0
    last = reader.header.first_sequence - 1
    for records in reader.records():
        last = records[-1].sequence
    return last


def _require_following(reader: SegmentReader, following: int | None) -> int:
    """Return the number that the segment's first record has; it must follow on the segment before."""
    if reader.header is None:
        return following or 0
    first = reader.header.first_sequence
    if following not in (None, first):
        raise reader.corrupt(f"it begins with record {first}, but {following} is due; a segment is missing")
    return first


def _require_number(reader: SegmentReader, records: list[Record], following: int) -> int:
    """Return the number due after `records`, which must begin with `following`."""
    if records[0].sequence != following:
        raise reader.corrupt(f"record {records[0].sequence} stands where {following} is due")
    return records[-1].sequence + 1


def _require_clean_end(reader: SegmentReader, *, newest: bool) -> None:
    """Raise unless the segment was read to its end; the newest may end in a frame that is not yet whole."""
    if not newest and not reader.at_end():
        raise reader.corrupt("it was closed whole, but is not whole now")
    if newest and reader.is_damaged():
        raise reader.corrupt("good records stand behind a bad one")
