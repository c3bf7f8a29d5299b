"""The small rule (`rule.py`) on Quix Streams as its documentation teaches it: stateful functions, session windows.

At least once. State is in RocksDB and durable in its changelog topics at each commit (here every second, the default
is 5). There are no timers: silence is a session window that the partition's time closes
(`closing_strategy="partition"`). Quix closes a session two gaps after its last event, so the gap is half the limit,
and whether another update came between is asked of the subject's state. State belongs to a record's key, and a batch
holds many subjects' events and has none: single events only.
"""

import os
from array import array
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import quixstreams.dataframe.windows.aggregations as agg
from quixstreams import Application, State

from tests.bench.peers.rule import FRESH, LIMIT, PROBED, REACHABLE, UPDATES, Alert, failed, instant, probe

PREFIX = os.environ["RACER_PREFIX"]


def when(event: Any, *_: Any) -> int:
    """The events' own time."""
    return instant(event["time"])


def remember(event: dict[str, Any], state: State) -> None:
    """A subject's newest update."""
    state.set("last", instant(event["time"]))


def overdue(session: dict[str, Any], state: State) -> list[dict[str, Any]]:
    """Nothing came since the session ended, whose end is exclusive: two gaps have passed."""
    last = int(session["last"])
    return [] if state.get("last") != last else [{"rule": FRESH, "at": last + LIMIT}]


def reached(event: dict[str, Any], state: State) -> list[dict[str, Any]]:
    """Take a probe into the site's ring."""
    kept = state.get_bytes("ring", b"\0")
    ring, broken = array("I", kept[1:]), kept[0] == 1
    said = list(_changes(ring, broken, event))
    broken = said[-1][1] if said else broken
    state.set_bytes("ring", bytes([broken]) + ring.tobytes())
    return [{"rule": REACHABLE, "at": at} for at, breaks in said if breaks]


def _changes(ring: "array[int]", broken: bool, event: dict[str, Any]) -> Iterator[tuple[int, bool]]:  # noqa: FBT001
    return probe(ring, broken, instant(event["time"]), failed(event["data"]))


def named(said: dict[str, Any], key: Any, *_: Any) -> dict[str, Any]:
    """An alert, with the subject that the key says."""
    subject = key.decode() if isinstance(key, bytes) else key
    return Alert(said["rule"], subject, said["at"]).record()


def main() -> None:
    """Run until killed."""
    app = Application(
        broker_address=os.environ["RACER_KAFKA"], consumer_group=PREFIX, auto_offset_reset="earliest",
        commit_interval=1.0, state_dir=os.environ["RACER_DATA"], loglevel="WARNING",
    )  # fmt: skip
    observations = app.topic(
        f"{PREFIX}.observations", key_deserializer="str", value_deserializer="json", timestamp_extractor=when
    )
    alerts = app.topic(f"{PREFIX}.transitions", key_serializer="str", value_serializer="json")
    events = app.dataframe(observations)
    updates = events.filter(lambda event: event["type"] in UPDATES).update(remember, stateful=True)
    updates = updates.apply(lambda event: {"at": instant(event["time"])})
    sessions = updates.session_window(timedelta(milliseconds=LIMIT // 2)).agg(last=agg.Max("at"))
    silent = sessions.final(closing_strategy="partition").apply(overdue, stateful=True, expand=True)
    silent.apply(named, metadata=True).to_topic(alerts)
    probes = events.filter(lambda event: event["type"] == PROBED)
    probes.apply(reached, stateful=True, expand=True).apply(named, metadata=True).to_topic(alerts)
    app.run()


if __name__ == "__main__":
    main()
