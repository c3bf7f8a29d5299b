"""The archiver: a consumer group of its own that copies observations from the topic into the archive.

Order of writing: files, each synced and renamed; then the commit. Killed in between, it or its heir writes the same
records again. Several may run; the group shares the partitions out among them.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaConnectionError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)  # fmt: skip

from schemas.errors import BrokerError, SourceGap
from schemas.instants import SECOND
from streams.archive.layout import file_for, put
from streams.archive.parquet import Parquet
from streams.archive.rows import Row, rows_of
from streams.archive.stretch import Stretches
from streams.log.intake import Gate
from streams.log.source import ISOLATION, message_of
from streams.settings import Settings
from streams.topics import Name

log = structlog.get_logger(__name__)

_POLL_MS = 200
_AT_ONCE = 2_000
#: So much is held at most (bytes of events) before it is written, whatever the time: reading a quarter's backlog must
#: not fill the memory.
HELD_BYTES = 32 * 1024 * 1024


class Archiver:
    """One member of the archivers' group."""

    def __init__(self, settings: Settings, *, past_gap: bool = False) -> None:
        self.settings = settings
        self.topic = settings.topics.of(Name.OBSERVATIONS)
        self.group = f"{settings.group}-archive"
        self.archived = 0
        self._past_gap = past_gap
        self._gate = Gate(settings.largest_record, int(settings.future_seconds * SECOND))
        self._held = Stretches()
        self._since = time.monotonic()
        self._writing = asyncio.Lock()
        self._failed: Exception | None = None
        self._ends: dict[TopicPartition, int] = {}
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka, group_id=self.group, group_instance_id=settings.instance or None,
            enable_auto_commit=False, auto_offset_reset="none", isolation_level=ISOLATION,
            session_timeout_ms=int(settings.session_seconds * 1000),
            heartbeat_interval_ms=int(settings.session_seconds * 250), max_partition_fetch_bytes=4 * 1024 * 1024,
        )  # fmt: skip

    async def run(self, stop: asyncio.Event, *, to_end: bool = False) -> int:
        """Archive what comes until `stop` is set, or only what is there now; how many events were archived.

        Raises:
            BrokerError: the broker can't be reached, or failed for good.
            SourceGap: the broker no longer holds what comes next.
            ArchiveError: the disk is full or failed.

        """
        self._consumer.subscribe([self.topic], listener=_Handover(self))
        try:
            await self._consumer.start()
            log.info("archiver begins", topic=self.topic, group=self.group, folder=str(self.settings.archive))
            while not stop.is_set() and not (to_end and await self._at_end()):
                await self._step()
            await self.write()
        except KafkaConnectionError as error:
            raise BrokerError(f"no Kafka broker answers at {self.settings.kafka}: set XUNCHA_KAFKA") from error
        except KafkaError as error:
            raise BrokerError(f"the Kafka broker at {self.settings.kafka} failed: {error}") from error
        finally:
            self._held = Stretches()  # what is not committed comes again; nothing is written on the way out of an error
            await self._consumer.stop()
        return self.archived

    async def _step(self) -> None:
        """Read some records, and write when it is time to."""
        for records in (await self._read()).values():
            for record in records:
                rows = rows_of(message_of(record), self._gate, live=self.settings.live)
                self._held.add(record.partition, record.offset, rows)
            await asyncio.sleep(0)
        if self._held.bytes >= HELD_BYTES or time.monotonic() - self._since >= self.settings.archive_seconds:
            await self.write()

    async def _read(self) -> dict[TopicPartition, Sequence[ConsumerRecord[bytes | None, bytes | None]]]:
        try:
            found: dict[TopicPartition, Any] = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)
            return found
        except NoOffsetForPartitionError as error:  # nobody archived of this partition yet
            await self._begin(error.args[0])
        except OffsetOutOfRangeError as error:
            await self._begin_past_gap(error.args[0])
        return {}

    async def _begin(self, partitions: Iterable[TopicPartition]) -> None:
        with suppress(IllegalStateError):  # it went to another archiver meanwhile
            await self._consumer.seek_to_beginning(*_list(partitions))

    async def _begin_past_gap(self, offsets: dict[TopicPartition, int]) -> None:
        """The broker has deleted what comes next, or never had it: whoever runs the archive has to know."""
        which = ", ".join(f"{at.topic}/{at.partition} from offset {offset} on" for at, offset in offsets.items())
        if not self._past_gap:
            raise SourceGap(
                f"the broker at {self.settings.kafka} does not hold {which}, which comes next in the archive: its "
                "retention has passed, or the topic was made anew; start with --past-gap to go on with what is there"
            )
        log.error("observations lost before they were archived", which=which)
        await self._begin(offsets)

    async def write(self) -> None:
        """Write what is held of the partitions that are still ours, durably; then commit."""
        async with self._writing:
            if self._failed is not None:
                raise self._failed
            held, self._held, self._since = self._held, Stretches(), time.monotonic()
            ours = {at.partition: at for at in self._consumer.assignment() if at.partition in held.of}
            if not ours:
                return
            files = list(held.files(ours))
            try:
                await asyncio.to_thread(self._put, files)
                await self._consumer.commit({at: held.of[one].last + 1 for one, at in ours.items()})
            except (CommitFailedError, IllegalStateError):  # another archiver has them and reads the same again
                log.warning("written, but not committed: the group was shared out anew", partitions=sorted(ours))
                return
            except Exception as error:
                self._failed = error  # aiokafka swallows what goes wrong in a handover; nothing may be committed behind
                raise
            self.archived += sum(len(rows) for _, rows in files)

    def _put(self, files: list[tuple[str, list[Row]]]) -> None:
        with Parquet(threads=1) as parquet:
            for day, rows in files:
                put(file_for(self.settings.archive, day, rows), partial(parquet.write, rows))
        if files:
            log.info("archived", files=len(files), events=sum(len(rows) for _, rows in files))

    async def _at_end(self) -> bool:
        """Whether all is read that was there when a fetch first told of each partition's end."""
        ours = self._consumer.assignment()
        for at in ours:
            end = self._consumer.highwater(at)
            if end is None:  # not fetched yet, and until then its position may not be known either
                return False
            self._ends.setdefault(at, end)
        return bool(ours) and all([await self._position(at) >= self._ends[at] for at in ours])

    async def _position(self, at: TopicPartition) -> int:
        try:
            position: int = await self._consumer.position(at)
            return position
        except IllegalStateError:  # it has just gone to another archiver
            return -1


class _Handover(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka publishes no types
    """Writes and commits before partitions go to another archiver.

    What is held is let go here and not when partitions come: aiokafka lets records flow before it says that they came.
    """

    def __init__(self, archiver: Archiver) -> None:
        self._archiver = archiver

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002  # as it calls us
        """Before a rebalance."""
        await self._archiver.write()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """After one."""
        log.info("partitions to archive", partitions=sorted(at.partition for at in assigned))


def _list(partitions: Any) -> list[TopicPartition]:
    """What aiokafka says: one partition or several."""
    return [partitions] if isinstance(partitions, TopicPartition) else list(partitions)
