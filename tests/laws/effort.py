"""How hard the laws are tried: quickly on every run, thoroughly with XUNCHA_HYPOTHESIS=deep."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings

DEEP = os.environ.get("XUNCHA_HYPOTHESIS") == "deep"
_DEEPER = 25


Test = TypeVar("Test", bound=Callable[..., Any])


def effort(examples: int) -> Callable[[Test], Test]:
    """So many examples, or twenty-five times as many."""
    return settings(
        max_examples=examples * (_DEEPER if DEEP else 1),
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
