"""Every error that Xuncha raises on purpose, in one tree.

    XunchaError
    ├── InputError             what was handed in is wrong; the sender can mend it
    │   ├── RegistryError      a registry file or sheet
    │   └── AtError            an instant or date on the command line
    ├── CatalogueError         the catalogue of texts is wrong or lacks a word; its editor can mend it
    ├── LawError               the data of the law is wrong; its editor can mend it
    │   ├── PackError          a rule pack or one of its indicators
    │   ├── CalendarError      a working-day calendar
    │   └── SpanError          a span of time such as "14 days"
    └── OperationError         the surroundings failed; the operator can mend it
        ├── BrokerError        the broker
        │   ├── BrokerMissing      no broker program on this machine
        │   ├── BrokerPortInUse    something else listens on its port
        │   └── BrokerDied         it ended, or never opened its port
        ├── PortInUse          something else listens on a port of ours (receiver, metrics, intake)
        ├── SecretError        a webhook's secret is missing or malformed
        ├── SourceGap          records of a partition are missing
        ├── RecoveryStalled    reading a partition to its end came to a halt
        ├── Suspended          a worker was stopped for longer than its session lasts
        ├── ArchiveError       the archive of observations; its disk is full
        │   ├── ArchiveLocked      another process compacts it
        │   └── ArchiveBroken      a file of it, or its disk, can't be read or written
        └── JournalError       the journal on disk
            ├── JournalLocked      another process writes it
            ├── JournalCorrupt     a record in its middle is damaged
            ├── JournalFull        the disk is full
            └── JournalBroken      the disk failed

Each message says what happened, where, and what to do.
"""


class XunchaError(Exception):
    """Base of all errors that Xuncha raises on purpose."""


class InputError(XunchaError):
    """Something handed in is wrong; the sender can mend it."""


class RegistryError(InputError):
    """A registry file has faults; the message lists each with its place."""


class AtError(InputError):
    """An instant or a date on the command line can't be read."""


class CatalogueError(XunchaError):
    """The catalogue of texts is malformed or lacks a word; its editor can mend it."""


class LawError(XunchaError):
    """The data of the law is wrong; its editor can mend it."""


class PackError(LawError):
    """A rule pack or one of its indicators can't be used."""


class CalendarError(LawError):
    """A working-day calendar can't be used."""


class SpanError(LawError, ValueError):
    """A span such as "14 days" can't be read or counted; a ValueError too, so that pydantic names the field."""


class OperationError(XunchaError):
    """The surroundings failed (broker, port, disk, wheel); the operator can mend it."""


class BrokerError(OperationError):
    """Base of what goes wrong with the broker."""


class BrokerMissing(BrokerError):
    """There is no broker program on this machine that can be run."""


class BrokerPortInUse(BrokerError):
    """Something else already listens on the port that the broker was to have."""


class BrokerDied(BrokerError):
    """The broker ended by itself, or did not open its port in time; the message carries its last lines."""


class PortInUse(OperationError):
    """Something else already listens on a port that we were to open."""


class SecretError(OperationError):
    """A webhook's secret is missing or malformed; the message names where it was looked for, never what was there."""


class SourceGap(OperationError):
    """Records of a partition came with a gap; going on would lose them in silence."""


class RecoveryStalled(OperationError):
    """Reading a partition up to its high watermark came to a halt before the end."""


class Suspended(OperationError):
    """A worker was stopped for longer than its session lasts; others own its partitions."""


class ArchiveError(OperationError):
    """Base of what goes wrong with the archive of observations."""


class ArchiveLocked(ArchiveError):
    """Another process compacts the archive."""


class ArchiveBroken(ArchiveError):
    """A file of the archive can't be read or written; the message names it."""


class JournalError(OperationError):
    """Base of what goes wrong with the journal on disk."""


class JournalLocked(JournalError):
    """Another process holds the journal open for writing."""


class JournalCorrupt(JournalError):
    """A record with others behind it is damaged; the message names the file and the offset in bytes."""


class JournalFull(JournalError):
    """The disk is full; of the records handed in none was kept."""


class JournalBroken(JournalError):
    """The disk failed under the journal; nothing more is taken until it is opened again."""
