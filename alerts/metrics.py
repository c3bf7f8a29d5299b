"""The metrics of a worker. Few series by construction: labels are rules, states and other closed words, never subjects.

A national installation has some hundred thousand subjects and answers a scrape with a few hundred series. Everything is
of one worker's partitions: add up over the workers.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Histogram

from alerts.families import Gauge, Total
from schemas.deadletters import Refusal
from schemas.deliveries import Outcome, Routing
from schemas.instants import DAY
from schemas.words import Change, State

DUE_DAYS: Final = (1, 3, 7)
"""How many days ahead deadlines are counted."""

DUE_SPANS: Final = tuple(days * DAY for days in DUE_DAYS)
"""The same in milliseconds, as the core counts."""

LATENCY_BUCKETS: Final = (0.25, 0.5, 1, 2, 5, 15, 60, 300, 900, 3600, 6 * 3600, 86_400, 7 * 86_400)
"""Seconds: fine around the two that are promised, coarse up to a week of standing still."""


class Metrics:
    """All metrics, on a registry of their own unless one is given; set when a scrape comes, or as things happen."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self._state(self.registry)
        self._work(self.registry)
        self._telling(self.registry)

    def _state(self, registry: CollectorRegistry) -> None:
        self.judgements = Gauge(
            registry, "xuncha_judgements", "Judgements as they stand, by rule and state", ("rule", "state")
        )
        self.open_episodes = Gauge(registry, "xuncha_open_episodes", "Episodes that have not ended, by rule", ("rule",))
        self.deadlines_armed = Gauge(
            registry,
            "xuncha_deadlines_armed",
            "Instants at which something is judged anew; of a subject that sleeps the first alone",
        )
        self.deadlines_due = Gauge(
            registry,
            "xuncha_deadlines_due",
            "Instants at which something is judged anew within so many days; of a subject that sleeps the first alone",
            ("days",),
            start=[str(days) for days in DUE_DAYS],
        )

    def _work(self, registry: CollectorRegistry) -> None:
        self.observations = Total(registry, "xuncha_observations_folded", "Observations folded, by topic", ("topic",))
        self.dead_letters = Total(
            registry, "xuncha_dead_letters", "Records and events refused, by reason", ("reason",), start=Refusal
        )
        self.lag = Gauge(registry, "xuncha_consumer_lag_records", "Records not handled yet", ("topic", "partition"))
        self.recovery_seconds = Gauge(
            registry, "xuncha_recovery_seconds", "How long loading a partition's state took at most", ("topic",)
        )
        self.recovery_records = Gauge(
            registry, "xuncha_recovery_records", "State records loaded since the start", ("topic",)
        )

    def _telling(self, registry: CollectorRegistry) -> None:
        self.transitions = Total(
            registry, "xuncha_transitions", "Changes of judgement announced, by change", ("change",), start=Change
        )
        self.routings = Total(
            registry, "xuncha_alert_routings", "Alerts routed, by the reason that decided", ("reason",), start=Routing
        )
        self.deliveries = Total(
            registry, "xuncha_webhook_deliveries", "Deliveries to endpoints, by outcome", ("outcome",), start=Outcome
        )
        self.detection = Histogram(
            "xuncha_detection_latency_seconds",
            "From the instant at which a change became true to its detection",
            registry=registry,
            buckets=LATENCY_BUCKETS,
        )

    def set_judgements(self, counts: Mapping[tuple[str, State], int]) -> None:
        """Show how many judgements of each rule are in each state."""
        self.judgements.replace({(rule, state.value): count for (rule, state), count in counts.items()})

    def set_open_episodes(self, counts: Mapping[str, int]) -> None:
        """Show how many episodes of each rule are open."""
        self.open_episodes.replace({(rule,): count for rule, count in counts.items()})

    def set_deadlines(self, armed: int, due: Iterable[int]) -> None:
        """Show how many deadlines are armed, and how many of them within each of `DUE_SPANS`."""
        self.deadlines_armed.set(armed)
        self.deadlines_due.replace({(str(days),): count for days, count in zip(DUE_DAYS, due, strict=True)})

    def set_lag(self, lag: Mapping[tuple[str, int], int]) -> None:
        """Show how far each owned partition of each topic is behind; partitions given up are shown no more."""
        self.lag.replace({(topic, str(partition)): records for (topic, partition), records in lag.items()})

    def detected(self, seconds: Iterable[float]) -> None:
        """Count how late changes were found; one found ahead of the wall clock counts as found at once."""
        for each in seconds:
            self.detection.observe(max(0.0, each))
