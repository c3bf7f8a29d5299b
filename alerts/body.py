"""The body of a webhook: `{type, timestamp, data}` as Standard Webhooks asks, the same bytes at every attempt."""

import json
from typing import Final

from schemas.alerts import Alert
from schemas.words import Change

LARGEST: Final = 20_000
"""Bytes a body may have at most: Standard Webhooks says 20 kB."""

TYPES: Final = {change: f"alert.{change}" for change in Change}
"""The type of each change's webhook."""


def body_of(alert: Alert) -> str | None:
    """The body of an alert, in UTF-8 not larger than `LARGEST`; None if it can't be made to fit.

    As much evidence as fits goes with it; how many ids were left out stands in `evidence_left_out`.
    """
    written = (_write(alert, kept) for kept in range(len(alert.evidence), -1, -1))
    return next((body for body in written if len(body.encode()) <= LARGEST), None)


def _write(alert: Alert, kept: int) -> str:
    shown = alert.model_copy(update={"evidence": alert.evidence[:kept]})
    message: dict[str, object] = {
        "type": TYPES[alert.change],
        "timestamp": alert.at.isoformat(),
        "data": shown.model_dump(mode="json"),
    }
    if left_out := len(alert.evidence) - kept:
        message["evidence_left_out"] = left_out
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
