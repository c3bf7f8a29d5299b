"""The durable journal of the embedded mode, whose broker keeps everything in memory.

Whoever acknowledges an observation appends it here first: when `append` returns, the records are on the disk.
After a restart `read` gives them all back, in order, to be told to the new broker.

A journal is a folder of segments (`streams.journal.files` has the format). The oldest segments may be deleted
by hand while it is closed; reading then begins with the first that is left.
"""

from streams.journal.files import Record
from streams.journal.reading import read_journal
from streams.journal.writing import CutReport, Journal

__all__ = ["CutReport", "Journal", "Record", "read_journal"]
