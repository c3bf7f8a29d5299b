"""The cities of these stories: each changes some parameters of the national pack. Few, since each is a pack to load."""

from streams.core.law import Law
from tests.support.laws import local_law


def strict() -> Law:
    """Asks for more: originals only, every feature, six months at most; breaks only after the instant."""
    return local_law(
        W_V2={"ratio_inclusive": False, "timeout_inclusive": False, "maintenance_excluded": False},
        W_V3={"reposts_count": False, "window": {"2024-06-01": "7 days"}},
        W_V4b={"cycle_cap": "6 months", "needs_look": False},
        W_V5b={"edge": "after", "invalid_excluded": False},
        W_D04={"reposts_count": False},
        W_D05={"month_end": "overflow"},
        M_V2a={"edge": "after"},
        M_V3a={"any": False},
        X_M1={"grace": "3 days"},
    )


def lenient() -> Law:
    """Asks for less: undated items, late answers, two accounts; counts by dates."""
    return local_law(
        W_V2={"window": {"2024-06-01": "14 days"}, "maintenance_filed_before": False},
        W_V3={"undated_counts": True},
        W_V5b={"count": "dates", "late_counts": False},
        W_D05={"count": "dates"},
        W_D08={"both_ways": False},
        M_V2a={"count": "dates"},
        X_M1={"max": 2},
    )


def odd() -> Law:
    """Reckons as nobody else does."""
    return local_law(
        W_V5b={"month_end": "overflow"},
        W_D05={"count": "dates", "month_end": "overflow"},
        M_V2a={"count": "dates", "edge": "after"},
    )
