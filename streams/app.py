"""The Faust app of a worker: configured so that each defect named in docs/explanation/faust.md is kept away.

No tables, no windows, no exactly-once switch, no web server; raw bytes in, because validation is ours.
"""

import tempfile
from typing import Any

import faust

from streams.consumer import OwnedTransport
from streams.delivery import AsItCame, SilentMonitor
from streams.ownership import Ownership
from streams.settings import Settings

#: What is fetched of a partition at once. Faust hands on what one poll brought before it polls again, so a busy topic
#: with large fetches would keep the others waiting. A record that is larger still comes whole.
FETCH_BYTES = 1024 * 1024

#: Records handed to an agent at once, and how long (seconds) it waits for that many.
BATCH_RECORDS = 2_000
BATCH_SECONDS = 0.02


def make_app(settings: Settings) -> faust.App:
    """A Faust app without agents."""
    app = faust.App(
        settings.group,
        broker=f"kafka://{settings.kafka.replace(',', ';kafka://')}",
        processing_guarantee="at_least_once",
        store="memory://",
        web_enabled=False,
        Monitor=SilentMonitor,
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_wait_empty=False,
        stream_buffer_maxsize=16_384,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=settings.instance or None,
        consumer_max_fetch_size=FETCH_BYTES,
        broker_session_timeout=settings.session_seconds,
        broker_heartbeat_interval=heartbeat_seconds(settings),
        broker_max_poll_interval=600.0,
        broker_commit_interval=1.0,
        broker_commit_every=20_000,
        broker_request_timeout=max(40.0, settings.session_seconds + 5),
        worker_redirect_stdouts=False,
        datadir=tempfile.gettempdir(),  # Faust insists on a folder; without tables nothing is kept there
    )
    app.transport = OwnedTransport(app.conf.broker_consumer, app)
    return app


def heartbeat_seconds(settings: Settings) -> float:
    """How often a worker tells the broker that it lives."""
    return settings.session_seconds / 4


def ownership_of(app: faust.App) -> Ownership:
    """Which partitions are this worker's."""
    transport: Any = app.transport
    ownership: Ownership = transport.ownership
    return ownership


def raw_topic(app: faust.App, name: str) -> Any:
    """A topic whose agents are handed Faust's messages as they came."""
    return app.topic(name, schema=AsItCame(key_type=bytes, value_type=bytes), internal=False)
