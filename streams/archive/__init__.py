"""The archive: every sound observation in Parquet files by day, so that the past can be judged after Kafka forgot it.

    ROOT/day=2024-01-31/p0003-<first offset>-<last offset>-<digest>.parquet   what one stretch of a partition brought
    ROOT/day=2024-01-31/whole-<digest>.parquet                                what compaction made of a day's files

The day is the one in Beijing on which an event was seen, not that on which it came: late events go to an earlier day.
A file is written under another name, synced and renamed, and only then the offsets are committed. After a crash the
same records are written again: under the same names if the stretch is the same, else twice, and whoever reads drops
what two files hold. The digest keeps apart what has the same offsets and is something else, as after a topic was made
anew. Nothing here needs a server; DuckDB, pandas and polars read it as it lies.
"""

from streams.archive.compacting import Compacted, compact
from streams.archive.layout import files_of, is_archive
from streams.archive.reading import archived_values

__all__ = ["Compacted", "archived_values", "compact", "files_of", "is_archive"]
