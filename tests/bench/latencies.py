"""What so many latencies come to."""

import math
from typing import Any


def summary(took: list[int]) -> dict[str, Any]:
    """How many, and what half, 99 of 100 and 999 of 1,000 of them don't exceed (ms); the longest."""
    if not took:
        return {"count": 0}
    ordered = sorted(took)
    shares = {"p50_ms": 0.5, "p99_ms": 0.99, "p999_ms": 0.999}
    found = {name: ordered[max(0, math.ceil(share * len(ordered)) - 1)] for name, share in shares.items()}
    return {"count": len(took), **found, "max_ms": ordered[-1]}
