"""What Prometheus scrapes: right, whole, and few series however many subjects there are."""

from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from alerts.families import Gauge, Total
from alerts.metrics import DUE_DAYS, Metrics
from rules.words import Window
from schemas.deadletters import Refusal
from schemas.deliveries import Outcome, Routing
from schemas.words import Change, State
from streams.topics import Name
from tests.alerts.timeline import pack


def scraped(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Every sample that a scrape brings: (name, label values by the labels' names) and value."""
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return {
        (one.name, *dict(sorted(one.labels.items())).values()): one.value
        for family in families
        for one in family.samples
    }


def test_a_scrape_says_what_was_set() -> None:
    """Each helper's counts arrive under the documented names and labels."""
    metrics = Metrics()
    metrics.set_judgements({("M-V2a", State.BREACHED): 3, ("M-V2a", State.COMPLIANT): 77})
    metrics.set_open_episodes({"M-V2a": 3})
    metrics.set_deadlines(80, [1, 2, 7])
    metrics.set_lag({("xuncha.observations", 0): 12, ("xuncha.observations", 1): 0})
    metrics.observations.replace_one_label({"observations": 5000})
    metrics.dead_letters.replace_one_label({Refusal.NOT_JSON: 2})
    metrics.transitions.add(Change.BREACHED)
    metrics.routings.add(Routing.DELIVER, by=2)
    metrics.deliveries.add(Outcome.DELIVERED)
    metrics.recovery_seconds.set(1.5, "observations")
    metrics.recovery_records.set(800, "observations")
    expected = {
        ("xuncha_judgements", "M-V2a", "breached"): 3,
        ("xuncha_judgements", "M-V2a", "compliant"): 77,
        ("xuncha_open_episodes", "M-V2a"): 3,
        ("xuncha_deadlines_armed",): 80,
        ("xuncha_deadlines_due", "1"): 1,
        ("xuncha_deadlines_due", "3"): 2,
        ("xuncha_deadlines_due", "7"): 7,
        ("xuncha_consumer_lag_records", "0", "xuncha.observations"): 12,
        ("xuncha_consumer_lag_records", "1", "xuncha.observations"): 0,
        ("xuncha_observations_folded_total", "observations"): 5000,
        ("xuncha_dead_letters_total", "not_json"): 2,
        ("xuncha_transitions_total", "breached"): 1,
        ("xuncha_alert_routings_total", "deliver"): 2,
        ("xuncha_webhook_deliveries_total", "delivered"): 1,
        ("xuncha_recovery_seconds", "observations"): 1.5,
        ("xuncha_recovery_records", "observations"): 800,
    }
    assert expected.items() <= scraped(metrics).items()


def test_what_can_happen_is_shown_before_it_happens() -> None:
    """A counter that springs into being at 1 shows no increase: every known reason begins at nought."""
    samples = scraped(Metrics())
    for name, words in (
        ("xuncha_dead_letters_total", Refusal),
        ("xuncha_transitions_total", Change),
        ("xuncha_alert_routings_total", Routing),
        ("xuncha_webhook_deliveries_total", Outcome),
    ):
        assert {key[1]: value for key, value in samples.items() if key[0] == name} == {word.value: 0 for word in words}
    assert samples["xuncha_deadlines_armed",] == 0


def test_what_has_gone_is_shown_no_more() -> None:
    """A rule that left the pack, or a partition that another worker owns now, doesn't linger with its last value."""
    metrics = Metrics()
    metrics.set_lag({("t", 0): 5, ("t", 1): 6})
    metrics.set_lag({("t", 1): 0})
    metrics.set_open_episodes({"M-V2a": 3})
    metrics.set_open_episodes({})
    shown = {key: value for key, value in scraped(metrics).items() if key[0] == "xuncha_consumer_lag_records"}
    assert shown == {("xuncha_consumer_lag_records", "1", "t"): 0}
    assert ("xuncha_open_episodes", "M-V2a") not in scraped(metrics)


def test_counters_of_nought_come_back_after_a_replacement() -> None:
    """Counts kept elsewhere name only what has happened; the others stay at nought."""
    metrics = Metrics()
    metrics.transitions.replace_one_label({Change.BREACHED: 4})
    assert metrics.transitions.value(Change.RECOVERED) == 0
    assert metrics.transitions.value(Change.BREACHED) == 4


def test_detection_latency_is_measured_around_the_promise() -> None:
    """Two seconds are promised, so two seconds are a bucket's edge: exactly two falls inside, a bit more doesn't."""
    metrics = Metrics()
    metrics.detected([2.0, 2.001, -3.0])
    samples = scraped(metrics)
    assert samples["xuncha_detection_latency_seconds_bucket", "2.0"] == 2
    assert samples["xuncha_detection_latency_seconds_bucket", "5.0"] == 3
    assert samples["xuncha_detection_latency_seconds_count",] == 3
    assert samples["xuncha_detection_latency_seconds_bucket", "0.25"] == 1


def fullest() -> Iterator[tuple[str, State]]:
    """Every rule that a window decides, in every state."""
    judged = [rule.id for rule in pack().rules.values() if rule.window not in {None, Window.GROUP}]
    return ((rule, state) for rule in judged for state in State)


def test_series_stay_few_at_any_size() -> None:
    """With every rule in every state, every topic and 64 partitions, a scrape stays below a thousand series."""
    metrics = Metrics()
    metrics.set_judgements(dict.fromkeys(fullest(), 100_000))
    metrics.set_open_episodes({rule: 100_000 for rule, _ in fullest()})
    metrics.set_lag({(topic.value, partition): 1 for topic in list(Name)[:6] for partition in range(64)})
    metrics.set_deadlines(10**6, [1] * len(DUE_DAYS))
    assert len(scraped(metrics)) < 1000


def test_no_label_names_a_subject() -> None:
    """No family has a label for a site, an account, a unit, an event or an episode."""
    families = text_string_to_metric_families(generate_latest(Metrics().registry).decode())
    labels = {label for family in families for sample in family.samples for label in sample.labels}
    assert labels <= {"rule", "state", "days", "topic", "partition", "reason", "change", "outcome", "le"}


def test_a_registry_can_be_given() -> None:
    """A worker that serves other metrics too gives its registry, and two of ours on one are refused."""
    registry = CollectorRegistry()
    assert Metrics(registry).registry is registry
    with pytest.raises(ValueError, match="Duplicated"):
        Metrics(registry)


def test_labels_must_fit() -> None:
    """A forgotten label is a fault at once, not a scrape that fails at night."""
    registry = CollectorRegistry()
    with pytest.raises(ValueError, match="has the labels"):
        Gauge(registry, "a", "a", ("rule", "state")).set(1, "M-V2a")
    with pytest.raises(ValueError, match="has the labels"):
        Total(registry, "b", "b", ("reason",)).add()
