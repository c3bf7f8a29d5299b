"""From the worker's own counts to the metrics, at the moment somebody asks."""

from prometheus_client import CollectorRegistry

from agents.rounds import Rounds
from streams.log.keeper import Keeper


class Meters:
    """Collects when /metrics is asked for."""

    def __init__(self, keepers: list[Keeper], rounds: Rounds) -> None:
        self.registry = CollectorRegistry()
        self._keepers = keepers
        self._rounds = rounds

    def collect(self) -> None:
        """Set every metric to what it is now."""
