"""`xuncha alerts`: which rule, since when, due when, on what evidence, told to whom; and saying that one knows."""

import asyncio
from typing import Any

import pytest

from schemas.alerts import Alert, Bilingual
from schemas.deliveries import Attempt, Delivery, DeliveryRecord, Outcome, Routing
from schemas.transitions import TransitionRecord
from schemas.words import Change, Reason, State
from streams.core.ids import episode_id, transition_id
from streams.log.order import ordered
from streams.log.sender import Outgoing, Sender, partition_of
from streams.settings import Settings
from streams.topics import Name
from tests.console.conftest import Xuncha

ACCOUNT = "wechat:gh_x1"
PACK = "cn-2019@0123456789ab"
START = "2031-04-11T08:00:00+08:00"
BROKEN = "2031-04-15T08:00:00+08:00"


def told(sequence: int, change: Change, subject: str = ACCOUNT, **more: Any) -> TransitionRecord:
    """The n-th transition of the subject's episode."""
    episode = episode_id("cn-2019", "M-V2a", subject, 0)
    plain = {
        "id": transition_id(episode, sequence, change), "episode": episode, "sequence": sequence, "change": change,
        "state": State(change), "reason": Reason.NOT_UPDATED, "rule": "M-V2a", "pack": PACK, "subject": subject,
        "unit": "jyj", "start": START, "since": START, "at": START, "due_at": BROKEN, "provisional": False,
        "noticed_at": START, "evidence": ("look-7",),
    }  # fmt: skip
    return TransitionRecord.model_validate(plain | more)


def alert_of(transition: TransitionRecord) -> Alert:
    """What a unit reads of it."""
    plain = transition.model_dump(exclude={"id", "reason", "noticed_at"})
    words = Bilingual(zh="【不达标】某市教育：2周内无更新", en="Breach: 某市教育: no update in 2 weeks")
    about = {
        "transition": transition.id, "clause": Bilingual(zh="某条", en="a clause"), "title": words, "summary": words,
        "severity": "urgent", "verified": False, "unit_name": "某市教育局", "subject_name": "某市教育",
        "detected_at": transition.at,
    }  # fmt: skip
    return Alert.model_validate(plain | about)


WARNED = told(1, Change.DUE_SOON)
BREACHED = told(2, Change.BREACHED, since=BROKEN, at=BROKEN)
EPISODE = WARNED.episode
DELIVERED = DeliveryRecord(
    transition=WARNED.id,
    episode=EPISODE,
    routing=Routing.DELIVER,
    at=WARNED.at,
    deliveries=(
        Delivery(
            transition=WARNED.id,
            episode=EPISODE,
            endpoint="e1",
            where="https://jyj.example/hook",
            outcome=Outcome.DELIVERED,
            attempts=(Attempt(number=1, at=WARNED.at, status=204),),
        ),
    ),
)


@pytest.fixture
def story(installation: Settings) -> Settings:
    """An account was warned of, and told; then broke the rule, of which nobody was told yet. Another one recovered."""
    partition = partition_of(ACCOUNT.encode(), installation.partitions)
    other = told(1, Change.DUE_SOON, "weibo:x2", state=State.COMPLIANT, unit="wjw", due_at=None)
    records = [
        *(Outgoing(Name.TRANSITIONS, ACCOUNT.encode(), one.model_dump_json().encode()) for one in (WARNED, BREACHED)),
        *(_alert_record(one) for one in (WARNED, BREACHED, other)),
        Outgoing(Name.DELIVERIES, WARNED.id.encode(), DELIVERED.model_dump_json().encode(), partition),
        Outgoing(Name.DELIVERIES, b"pending:x", alert_of(BREACHED).model_dump_json().encode(), partition),
    ]

    async def send() -> None:
        sender = Sender(installation.kafka, installation.topics)
        await sender.send(records)
        await sender.stop()

    asyncio.run(send())
    return installation


def _alert_record(transition: TransitionRecord) -> Outgoing:
    alert = alert_of(transition)
    return Outgoing(Name.ALERTS, alert.episode.encode(), alert.model_dump_json().encode())


def test_lists_what_is_open(xuncha: Xuncha, story: Settings) -> None:
    """Each episode once, as it stands now; what has ended only with --all; --unit, --rule and --state choose."""
    (line,) = xuncha("alerts", "list", "--json").json
    assert (line["episode"], line["state"]) == (EPISODE, "breached")
    assert len(xuncha("alerts", "list", "--all", "--json").json) == 2
    assert xuncha("alerts", "list", "--unit", "wjw", "--json").json == []
    assert len(xuncha("alerts", "list", "--state", "compliant", "--rule", "M-V2a", "--json").json) == 1
    assert "某市教育局" in xuncha("alerts", "list").out
    assert "不达标" in xuncha("alerts", "list").out


def test_late_words_count_for_nothing(xuncha: Xuncha, story: Settings) -> None:
    """A warning that comes after the breach that followed it does not take it back."""

    async def send() -> None:
        sender = Sender(story.kafka, story.topics)
        for one in (BREACHED, WARNED):
            await sender.send([_alert_record(one)._replace(headers=ordered(one.sequence))])
        await sender.stop()

    asyncio.run(send())
    (line,) = xuncha("alerts", "list", "--json").json
    assert line["state"] == "breached"


def test_shows_all_that_is_known_of_one(xuncha: Xuncha, story: Settings) -> None:
    """One page: rule with its doubt, deadline as offices write it, evidence, each step, and who was told of it."""
    page = xuncha("alerts", "show", EPISODE[:8]).out
    for said in ("M-V2a", "某条（未核实）", "某市教育局 (jyj)", "2031-04-15 08:00", "look-7", EPISODE):
        assert said in page
    assert "预警" in page
    assert "https://jyj.example/hook  已送达" in page
    assert "不达标  尚未告知" in page


def test_shows_it_in_english(xuncha: Xuncha, story: Settings) -> None:
    """--lang en says the same in English, with the offset."""
    page = xuncha("alerts", "show", EPISODE, "--lang", "en").out
    for said in ("2031-04-15 08:00 (UTC+8)", "a clause (not verified)", "Who was told", "delivered", "nobody yet"):
        assert said in page


def test_shows_it_to_programs(xuncha: Xuncha, story: Settings) -> None:
    """--json gives alert, transitions in order and deliveries."""
    found = xuncha("alerts", "show", EPISODE, "--json").json
    assert found["alert"]["episode"] == EPISODE
    assert [one["sequence"] for one in found["transitions"]] == [1, 2]
    assert [one["transition"] for one in found["deliveries"]] == [WARNED.id]


def test_an_alert_is_acknowledged(xuncha: Xuncha, story: Settings) -> None:
    """Acknowledging publishes an event under the subject's owner, with who and by when."""
    assert xuncha("alerts", "acknowledge", EPISODE[:8], "--by", "张三", "--promised", "2031-04-20").status == 0
    (line,) = xuncha("tail", "observations", "--to-end", "--json").lines
    event = line["value"]
    assert (line["key"], event["type"], event["subject"]) == (ACCOUNT, "alert.acknowledged", ACCOUNT)
    assert event["data"] | {"promised": ""} == {"episode": EPISODE, "rule": "M-V2a", "by": "张三", "promised": ""}
    assert event["data"]["promised"].startswith("2031-04-2")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("show", "nix"), "there is no episode 'nix': see `xuncha alerts list --all`"),
        (("acknowledge", "nix", "--by", "x"), "there is no episode 'nix'"),
        (("list", "--state", "cross"), "'cross' is no state: use one of compliant, due_soon"),
    ],
)
def test_wrong_use_is_one_sentence(xuncha: Xuncha, story: Settings, args: tuple[str, ...], said: str) -> None:
    """Wrong use ends with 2 and says what to do."""
    ran = xuncha("alerts", *args)
    assert (ran.status, said in ran.err) == (2, True)
