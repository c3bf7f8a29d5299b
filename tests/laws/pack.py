"""The law of a city where everything happens within days, so that a short log holds many transitions."""

from streams.core.law import Law
from tests.support.laws import local_law

_WARNED_HALF_A_DAY_BEFORE = {"lead": "12 hours", "look_slack": "1 hour"}


def mini_law(**more: dict[str, object]) -> Law:
    """The national rules with windows of a few days, months where the end of a month matters, and two dated changes."""
    rules: dict[str, dict[str, object]] = {
        "W_V1a": {"lookback": "3 days"},
        "W_V2": {"window": "2 days", "probes_per_day_min": 2, "ratio": 0.5, "warn_ratio": 0.25},
        "W_V3": {"window": {"2019-04-02": "2 days", "2024-02-05": "3 days"}, **_WARNED_HALF_A_DAY_BEFORE},
        "W_V4a": {"news_window": "2 days", "policy_window": "1 month", "at_least": 2, "warn_at_least": 2,
                  **_WARNED_HALF_A_DAY_BEFORE},
        "W_V4b": {"cycle_default": "3 days", "at_least": 2, "warn_at_least": 1, **_WARNED_HALF_A_DAY_BEFORE},
        "W_V4c": {"at_least": 2, "warn_at_least": 1},
        "W_V5a": {"confirm_after": "24 hours"},
        "W_V5b": {"limit": "2 days", "lookback": "6 days", "lead": "12 hours"},
        "W_D04": {"window": "2 days", **_WARNED_HALF_A_DAY_BEFORE},
        "W_D05": {"window": "1 month", "lead": "3 days"},
        "W_D08": {"grace": "1 day"},
        "W_D17a": {"window": "2 days", **_WARNED_HALF_A_DAY_BEFORE},
        "W_D17b": {"grace": "12 hours", "lookback": "4 days"},
        "W_D18": {"limit": "1 working day", "lookback": "5 days"},
        "G_4": {"limit": "2 working days", "complex_limit": "3 working days", "lookback": "8 days"},
        "S_D3": {"limit": "2 days", "lead": "12 hours", "lookback": "8 days"},
        "M_V2a": {"window": {"2019-04-02": "2 days", "2024-02-03": "36 hours"}, **_WARNED_HALF_A_DAY_BEFORE},
        "M_V3a": {"confirm_after": "12 hours"},
        "M_V1a": {"lookback": "3 days"},
        "X_M1": {"grace": "12 hours"},
        "X_M2": {"limit": "2 working days", "lead": "1 working day"},
        "O_1": {"window": "24 hours", "lead": "6 hours"},
    }  # fmt: skip
    return local_law(**(rules | more))
