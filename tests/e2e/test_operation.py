"""What an operator's tools find: /live, /ready, /metrics, and log lines that machines can read."""

from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.topics import Name, Topics
from tests.e2e.living import account, checked, days_ago, event, fresh, local_unit, now, posted, running_out
from tests.support.stack import Up

pytestmark = pytest.mark.embedded


async def samples(up: Up) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every series of /metrics: name and labels to value."""
    status, page = await up.get("/metrics")
    assert status == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for metric in text_string_to_metric_families(page)
        for sample in metric.samples
    }


class TestProbes:
    """What Kubernetes asks."""

    async def test_live_and_ready(self, up: Up) -> None:
        """200 with JSON, once it is up."""
        assert await up.get("/live") == (200, '{"live": true}')
        assert await up.get("/ready") == (200, '{"ready": true}')

    async def test_no_subjects_are_served(self, up: Up) -> None:
        """Nobody's data is behind these pages, and there are no others."""
        assert (await up.get("/"))[0] == 404
        assert "wechat:" not in (await up.get("/metrics"))[1]


class TestMetrics:
    """What a dashboard draws and an alarm watches."""

    async def test_they_follow_what_happens(self, up: Up) -> None:
        """A warning more, a breach more, its latency, what was delivered, what was refused, what is armed."""
        before = await samples(up)
        owner, subject, deadline = fresh("u-"), f"wechat:{fresh('gh_')}", now() + timedelta(seconds=3)
        await up.accepted(local_unit(up, owner), account(subject, owner), *running_out(subject, deadline))
        later = f"wechat:{fresh('gh_')}"  # its limit is still to come: something stays armed
        await up.accepted(account(later, owner), posted(later, now()))
        await up.post([event("account.sneezed", subject, now())])
        await up.until(lambda: up.told(subject) == ["due_soon", "breached"], 10, "tell of warning and breach")
        after = await samples(up)

        def grown(name: str, **labels: str) -> float:
            key = (name, tuple(sorted(labels.items())))
            return after[key] - before.get(key, 0.0)

        assert grown("xuncha_judgements", rule="M-V2a", state="breached") == 1
        assert grown("xuncha_open_episodes", rule="M-V2a") == 1
        assert grown("xuncha_transitions_total", change="due_soon") >= 1
        assert grown("xuncha_transitions_total", change="breached") >= 1
        assert grown("xuncha_webhook_deliveries_total", outcome="delivered") >= 2
        assert grown("xuncha_alert_routings_total", reason="deliver") >= 2
        assert grown("xuncha_observations_folded_total", topic="observations") == 6
        assert grown("xuncha_detection_latency_seconds_count") >= 2
        assert after[("xuncha_deadlines_armed", ())] > 0

    async def test_every_known_reason_is_there_from_nought_on(self, up: Up) -> None:
        """So that an alarm on a rate has something to start from; and no label names a subject or a unit."""
        found = await samples(up)
        names = {name for name, _ in found}
        assert {"xuncha_dead_letters_total", "xuncha_consumer_lag_records", "xuncha_recovery_seconds"} <= names
        reasons = {dict(labels).get("reason") for name, labels in found if name == "xuncha_dead_letters_total"}
        assert {"not_json", "too_large", "wrong_key", "unknown_subject"} <= reasons
        labels = {label for _, labels in found for label, _ in labels}
        assert labels <= {"rule", "state", "reason", "change", "outcome", "topic", "partition", "days", "le"}

    async def test_what_was_handled_lags_no_more(self, up: Up) -> None:
        """The lag is there for each partition, and is soon nothing but the last tick."""

        async def caught_up() -> bool:
            lags = [value for (name, _), value in (await samples(up)).items() if name == "xuncha_consumer_lag_records"]
            return len(lags) == 8 and max(lags) <= 2

        await up.until(caught_up, 10, "catch up")


class TestLogs:
    """One JSON object a line, with what it is about."""

    async def test_a_webhook_says_whose_it_was(self, up: Up) -> None:
        """Transition, unit, rule, subject, where to, and how it ended; no secret."""
        owner, subject = fresh("u-"), f"wechat:{fresh('gh_')}"
        last = days_ago(14) - timedelta(hours=1)
        await up.accepted(local_unit(up, owner), account(subject, owner), posted(subject, last), checked(subject))
        await up.until(lambda: said(up, subject), 10, "log the webhook")
        line = said(up, subject)[0]
        assert line["unit"] == owner
        assert line["rule"] == "M-V2a"
        assert (line["outcome"], line["attempts"]) == ("delivered", [204])
        assert {"timestamp", "level", "logger", "message", "transition"} <= line.keys()
        assert "whsec_" not in (up.data / "worker.log").read_text(encoding="utf-8")

    async def test_it_says_when_it_was_ready(self, up: Up) -> None:
        """The state of every partition first, then how many there are and under which law."""
        messages = [line["message"] for line in up.log()]
        ready = messages.index("worker ready")
        loaded = [line for line in up.log()[:ready] if line["message"] == "state loaded"]
        assert {(line["topic"], line["partition"]) for line in loaded} == {
            (topic.value, partition) for topic in (Name.OBSERVATIONS, Name.HOLDINGS) for partition in range(4)
        }
        assert up.log()[ready]["law"].startswith("cn-2019@")
        read = [one for one in Name if not one.startswith("state-") and one is not Name.DEADLETTERS]
        assert up.log()[ready]["partitions"] == sum(Topics().count(one) for one in read)


def said(up: Up, subject: str) -> list[dict[str, Any]]:
    """The log's lines about a subject's breach."""
    return [line for line in up.log() if line.get("subject") == subject and line["message"] == "webhook"]
