"""The event by which a unit says that it knows of an alert."""

from datetime import UTC, datetime
from typing import Any

from schemas.alerts import Alert
from schemas.instants import SHANGHAI, read_at, to_datetime
from streams.core.ids import digest


def acknowledgement(alert: Alert, by: str, promised: str | None, now: datetime | None = None) -> dict[str, Any]:
    """An `alert.acknowledged` event, true from `now` (aware; the wall clock if left out).

    Raises:
        AtError: `promised` is no instant and no date.

    """
    time = (now or datetime.now(UTC)).astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    data = {"episode": alert.episode, "rule": alert.rule, "by": by}
    if promised is not None:
        data["promised"] = to_datetime(read_at(promised)).isoformat()
    return {
        "specversion": "1.0", "id": digest("acknowledgement", alert.episode, by, time), "source": "console",
        "type": "alert.acknowledged", "subject": alert.subject, "time": time, "data": data,
    }  # fmt: skip
