"""Metric families that are told what to show: whole at a time, so that no scrape sees half of a change.

A gauge or counter of the client library is set child by child; a rule that has gone would linger, and clearing before
setting shows a scrape nothing. Here a family holds one mapping, which is replaced in one step.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

Labels = tuple[str, ...]


class Family(Collector):
    """A gauge or a counter with labels.

    Args:
        registry: where it is shown.
        name: without the `_total` of a counter.
        text: what it says; its unit stands in the name.
        labels: names of the labels; none of them may ever be a subject, a unit or an id.
        start: values that are shown as nought before anything happened, so that a first increase is seen as one.

    """

    kind: type[GaugeMetricFamily | CounterMetricFamily] = GaugeMetricFamily

    def __init__(
        self, registry: CollectorRegistry, name: str, text: str, labels: Sequence[str] = (), start: Iterable[str] = ()
    ) -> None:
        self._name, self._text, self._labels = name, text, tuple(labels)
        self._values: dict[Labels, float] = {(one,): 0.0 for one in start}
        self._start = tuple(self._values)
        if not labels:
            self._values[()] = 0.0
        registry.register(self)

    def replace(self, values: Mapping[Labels, float]) -> None:
        """Show these values and no others, besides the noughts of the start."""
        whole = dict.fromkeys(self._start, 0.0) | {self._checked(key): float(value) for key, value in values.items()}
        self._values = whole

    def set(self, value: float, *labels: str) -> None:
        """Show a value for some labels."""
        self._values = self._values | {self._checked(labels): float(value)}

    def value(self, *labels: str) -> float:
        """What is shown for some labels; KeyError where nothing is."""
        return self._values[labels]

    def describe(self) -> Iterator[Metric]:
        """What it is called, so that a second family of the same name is refused."""
        yield self.kind(self._name, self._text, labels=self._labels)

    def collect(self) -> Iterator[Metric]:
        """The family as the client library wants it."""
        family = self.kind(self._name, self._text, labels=self._labels)
        for labels, value in sorted(self._values.items()):
            family.add_metric(labels, value)
        yield family

    def _checked(self, labels: Labels) -> Labels:
        if len(labels) != len(self._labels):
            raise ValueError(f"{self._name} has the labels {self._labels}, not {labels}")
        return tuple(str(label) for label in labels)


class Gauge(Family):
    """What goes up and down."""


class Total(Family):
    """What only goes up while a process lives; its name ends in `_total` where it is shown."""

    kind = CounterMetricFamily

    def add(self, *labels: str, by: float = 1) -> None:
        """Count something."""
        key = self._checked(labels)
        self._values = self._values | {key: self._values.get(key, 0.0) + by}

    def replace_one_label(self, counts: Mapping[str, int]) -> None:
        """Show counts that were kept elsewhere, by their one label."""
        self.replace({(label,): count for label, count in counts.items()})
