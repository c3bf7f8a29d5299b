"""Quarters of the civil year in Asia/Shanghai: the periods of the bulletins."""

from datetime import datetime

from schemas.instants import DAY, SHANGHAI, to_datetime, to_ms
from streams.core.standing import Period


def quarter_of(instant: int) -> Period:
    """The running quarter at an instant, such as 2024Q1."""
    moment = to_datetime(instant)
    quarter = (moment.month - 1) // 3 + 1
    starts = datetime(moment.year, quarter * 3 - 2, 1, tzinfo=SHANGHAI)
    return Period(f"{moment.year}Q{quarter}", to_ms(starts))


def next_quarter(period: Period) -> Period:
    """The quarter after one."""
    return quarter_of(period.starts + _LONGER_THAN_A_QUARTER)


#: From the start of a quarter this leads into the next one, and not past it.
_LONGER_THAN_A_QUARTER = 100 * DAY
