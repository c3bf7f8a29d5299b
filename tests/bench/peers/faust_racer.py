"""The small rule (`rule.py`) on Faust as its documentation teaches it: an agent, a table in memory with its changelog.

At least once. State is durable in the changelog, one record a write; acknowledgements follow every 2.8 seconds. Who
is overdue is looked for in the table once a day of event time in each partition (Faust has no event-time timers),
within the agent, because a write from anywhere else would go to the wrong partition.
"""

import base64
import os
from array import array
from collections.abc import AsyncIterator, Iterator
from typing import Any

import faust

from tests.bench.peers.rule import DAY, FRESH, LIMIT, PROBED, REACHABLE, UPDATES, Alert, failed, instant, probe

RING = "ring:"
PREFIX = os.environ["RACER_PREFIX"]

app = faust.App(
    PREFIX,
    broker=f"kafka://{os.environ['RACER_KAFKA']}",
    topic_partitions=int(os.environ["RACER_PARTITIONS"]),
    store="memory://",
    web_enabled=False,
)
observations = app.topic(f"{PREFIX}.observations", value_serializer="json")
alerts = app.topic(f"{PREFIX}.transitions", value_serializer="json")
watch = app.Table("watch", partitions=int(os.environ["RACER_PARTITIONS"]))
looked: dict[int, int] = {}


@app.agent(observations)
async def judge(records: Any) -> None:
    """Fold records of one event or of a JSON array of them."""
    async for record in records.events():
        partition = record.message.partition
        for event in record.value if isinstance(record.value, list) else [record.value]:
            async for alert in _take(event, partition):
                await alerts.send(key=alert.subject, value=alert.record())


async def _take(event: dict[str, Any], partition: int) -> AsyncIterator[Alert]:
    kind, subject, at = event["type"], event["subject"], instant(event["time"])
    if at - looked.get(partition, 0) >= DAY:
        looked[partition] = at
        for alert in _look(at, partition):
            yield alert
    if kind == PROBED:
        for alert in _probed(subject, at, missed=failed(event["data"])):
            yield alert
    elif kind in UPDATES:
        before = watch.get(subject)
        if before and not before["said"] and before["last"] + LIMIT < at:
            yield Alert(FRESH, subject, before["last"] + LIMIT)
        watch[subject] = {"last": at, "said": False, "partition": partition}


def _look(at: int, partition: int) -> Iterator[Alert]:
    for subject, known in list(watch.items()):
        if known.get("partition") == partition and not known["said"] and known["last"] + LIMIT < at:
            watch[subject] = {**known, "said": True}
            yield Alert(FRESH, subject, known["last"] + LIMIT)


def _probed(subject: str, at: int, *, missed: bool) -> Iterator[Alert]:
    known = watch.get(RING + subject) or {"broken": False, "ring": ""}
    ring, broken = array("I", base64.b64decode(known["ring"])), known["broken"]
    for since, breaks in probe(ring, broken, at, missed):
        broken = breaks
        if breaks:
            yield Alert(REACHABLE, subject, since)
    watch[RING + subject] = {"broken": broken, "ring": base64.b64encode(ring.tobytes()).decode()}


if __name__ == "__main__":
    faust.Worker(app, loglevel="WARNING").execute_from_commandline()
