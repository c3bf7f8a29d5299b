"""The small rule (`rule.py`) on Bytewax as its documentation teaches it: a Kafka source, a stateful step, a Kafka sink.

Its windows and notifications follow the machine's clock, and a key's watermark moves with its own events alone, so that
nothing there says in event time that a key is silent. Therefore a partition is one key, and all its subjects are that
key's state. State and offsets are kept in SQLite beside the worker at the end of each epoch (here a second, the default
is 10), the whole partition's state each time; what comes after the last epoch is said again after a crash.
"""

import copy
import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.operators import StatefulBatchLogic

from tests.bench.peers.rule import Alert, Watch

PREFIX = os.environ["RACER_PREFIX"]
BROKERS = [os.environ["RACER_KAFKA"]]


class Partition(StatefulBatchLogic[Any, Alert, Watch]):  # type: ignore[misc]  # Bytewax is not where mypy runs
    """A partition's watch."""

    def __init__(self, kept: Watch | None) -> None:
        self.watch = kept or Watch()

    def on_batch(self, values: list[Any]) -> tuple[Iterable[Alert], bool]:
        """Fold what came."""
        return [alert for event in values for alert in self.watch.take(event)], StatefulBatchLogic.RETAIN

    def snapshot(self) -> Watch:
        """What is kept at the end of an epoch."""
        return copy.deepcopy(self.watch)


def events(record: Any) -> Iterator[tuple[str, Any]]:
    """The events of a record, under their partition."""
    value = json.loads(record.value)
    for event in value if isinstance(value, list) else [value]:
        yield str(record.partition), event


def message(said: tuple[str, Alert]) -> Any:
    """An alert as a record."""
    alert = said[1]
    return KafkaSinkMessage(alert.subject.encode(), json.dumps(alert.record()).encode())


flow = Dataflow("racer")
records = op.input("observations", flow, KafkaSource(BROKERS, [f"{PREFIX}.observations"]))
keyed = op.flat_map("events", records, events)
said = op.stateful_batch("watch", keyed, Partition)
op.output("alerts", op.map("record", said, message), KafkaSink(BROKERS, f"{PREFIX}.transitions"))
