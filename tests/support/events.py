"""CloudEvents for tests, of a place that doesn't exist."""

from typing import Any

SITE = "4299000002"
OTHER_SITE = "4299000003"


def event(kind: str = "site.updated", subject: str = SITE, number: int = 1, **more: Any) -> dict[str, Any]:
    """A sound event; `more` replaces attributes, and those that are None are left out."""
    plain = {
        "specversion": "1.0", "id": f"e{number}", "source": "tests", "type": kind, "subject": subject,
        "time": f"2031-04-01T08:00:{number % 60:02}+08:00", "data": {"item": f"i{number}"},
    }  # fmt: skip
    return {name: value for name, value in (plain | more).items() if value is not None}
