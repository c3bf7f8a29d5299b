"""How long a delivery is tried: the schedule as data, and what an answer means for it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from schemas.deliveries import Outcome


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one delivery is tried within the process; all in seconds.

    `waits`: the pause before each attempt, the first ones of Standard Webhooks' example; its later ones (5 minutes to a
    day) need a schedule that outlives the process. `longest_wait`: a receiver that asks for more is not waited for.
    `spread`: each pause but the first is lengthened by up to this share of it, so that receivers that were all down
    together are not all called together. `timeout`: for one attempt as a whole.
    """

    waits: tuple[float, ...] = (0, 5, 30)
    longest_wait: float = 60
    spread: float = 0.2
    timeout: float = 20


AGAIN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
"""Answers besides 5xx after which another attempt may help."""

LONGEST_ASKED: Final = 86_400.0
"""Seconds: who asks to be left alone for longer is asked again after a day."""


def ending(status: int | None) -> Outcome | None:
    """The outcome that an answer brings; None where another attempt may help. No status: no answer came."""
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in AGAIN:
        return None
    if status >= HTTPStatus.BAD_REQUEST:
        return Outcome.GONE if status == HTTPStatus.GONE else Outcome.REFUSED
    return Outcome.REDIRECTED if status >= HTTPStatus.MULTIPLE_CHOICES else Outcome.DELIVERED


APART: Final = 60.0
"""Seconds between our clock and a receiver's (its `Date`) from which on a refusal may be for the signature's age.

Standard Webhooks lets a signature be five minutes old or ahead; a receiver may be stricter.
"""


def apart(headers: Mapping[str, str], now: datetime) -> bool:
    """Whether a receiver's clock says that ours is wrong, or its own is."""
    try:
        theirs = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return False
    aware = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    return abs((aware - now).total_seconds()) > APART


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a receiver asks us to wait (`Retry-After`, seconds or a date); None if nothing legible."""
    written = headers.get("Retry-After", "").strip()
    if written.isdecimal():
        return min(float(written), LONGEST_ASKED)
    try:
        asked = parsedate_to_datetime(written)
    except ValueError:
        return None
    aware = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), LONGEST_ASKED)
