"""Between civil time and the core's instants.

Inside the core an instant is an int: milliseconds since 1970-01-01T00:00Z. Civil dates are Asia/Shanghai, which has
been +08:00 without daylight saving since 1992.
"""

from datetime import UTC, date, datetime, timedelta, timezone

from schemas.errors import AtError

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """An aware datetime as an instant; fractions of a millisecond are cut off."""
    return (moment - _EPOCH) // _MILLISECOND


def to_datetime(instant: int) -> datetime:
    """An instant as an aware datetime in Asia/Shanghai."""
    return (_EPOCH + timedelta(milliseconds=instant)).astimezone(SHANGHAI)


def to_text(instant: int) -> str:
    """An instant as RFC 3339 text in Asia/Shanghai, milliseconds only when there are any."""
    return to_datetime(instant).isoformat(timespec="milliseconds" if instant % SECOND else "seconds")


def read_at(text: str) -> int:
    """Read `--at`: an RFC 3339 instant with an offset, or a date.

    A date stands for its last millisecond in Asia/Shanghai (23:59:59.999): the day itself counts as checked, under the
    law of that day, and what falls due at midnight falls due the day after.

    Raises:
        AtError: neither of the two, or a time without an offset.

    """
    try:
        if len(text) == len("2024-02-29"):
            end = datetime.combine(date.fromisoformat(text), datetime.min.time(), SHANGHAI) + timedelta(days=1)
            return to_ms(end) - 1
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise AtError(f"{text!r} is no instant: write 2024-02-29 or 2024-02-29T18:00:00+08:00") from error
    if moment.tzinfo is None:
        raise AtError(f"{text!r} has no offset: write {text}+08:00 for Beijing time")
    return to_ms(moment)
