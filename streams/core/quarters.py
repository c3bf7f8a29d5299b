"""Quarters of the civil year in Asia/Shanghai: the periods of the bulletins."""

from datetime import datetime

from schemas.instants import SHANGHAI, to_datetime, to_ms
from streams.core.standing import Period


def quarter_of(instant: int) -> Period:
    """The running quarter at an instant, such as 2024Q1."""
    moment = to_datetime(instant)
    quarter = (moment.month - 1) // 3 + 1
    starts = datetime(moment.year, quarter * 3 - 2, 1, tzinfo=SHANGHAI)
    return Period(f"{moment.year}Q{quarter}", to_ms(starts))


def quarter_starts(name: str) -> int:
    """Where a quarter starts (ms UTC), from its name such as 2024Q1."""
    year, quarter = int(name[:4]), int(name[-1])
    return to_ms(datetime(year, quarter * 3 - 2, 1, tzinfo=SHANGHAI))
