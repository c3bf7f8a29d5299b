"""What benchmarks on Apache Kafka share: a broker of their own, and the file in which their figures are kept."""

import argparse
import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.kafka_node import KafkaNode, missing_tools


@contextmanager
def kafka() -> Iterator[tuple[str, Path]]:
    """(bootstrap, a folder for whatever else is written) of a node that lives as long as the block.

    Raises:
        SystemExit: the machine lacks what Apache Kafka needs.

    """
    if missing := missing_tools():
        raise SystemExit(f"Apache Kafka needs {', '.join(missing)} on this machine")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # topics are watched before their writers have made them
    with tempfile.TemporaryDirectory() as folder:
        node = KafkaNode(Path(folder) / "kafka")
        try:
            node.start()
            yield node.bootstrap, Path(folder)
        finally:
            node.stop()


def settings_of(wish: argparse.Namespace) -> dict[str, Any]:
    """What was asked for, without where the figures go."""
    return {name: value for name, value in vars(wish).items() if name != "out"}


def keep(report: dict[str, Any], out: Path) -> None:
    """Write figures down."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
