"""From observations to the bulletin, through the real core: what the fold judged is what the bulletin says."""

from datetime import datetime, timedelta

from alerts.names import RegistryNames
from reports.bulletin import write_bulletin
from reports.names import names_of
from rules.calendar import load_calendar
from rules.loader import load_pack
from schemas.instants import SHANGHAI, to_ms
from schemas.observations import ONE, Observation
from schemas.registry import Account, Registry, Unit
from schemas.standings import SubjectStanding
from schemas.words import AccountType, Platform
from streams.core.effects import Effects
from streams.core.fold import Fold
from streams.core.law import Law
from streams.core.standing import Period, standings_at
from streams.core.tally import Tally

APRIL = datetime(2024, 4, 1, tzinfo=SHANGHAI)
CHECKPOINT = datetime(2024, 6, 1, tzinfo=SHANGHAI)
ACCOUNTS = ("wechat:busy", "wechat:silent", "wechat:unseen")


def event(kind: str, subject: str, time: datetime, **data: object) -> Observation:
    """One observation, as it comes over the wire."""
    envelope = {"specversion": "1.0", "id": f"{kind}/{subject}/{time:%m%d%H}", "source": "test", "type": kind}
    return ONE.validate_python({**envelope, "subject": subject, "time": time, "data": data})


def observed() -> list[Observation]:
    """Three accounts; all can be written to, one posted in May, one last in April, at one nobody looked since April."""
    words = {"unit": "u-1", "platform": "wechat", "account_type": "subscription"}
    events = [event("account.registered", one, APRIL, name=f"号{one}", **words) for one in ACCOUNTS]
    events += [event("account.posted", one, APRIL + timedelta(days=9), post="first") for one in ACCOUNTS]
    events += [event("account.posted", "wechat:busy", CHECKPOINT - timedelta(days=2), post="second")]
    events += [event("account.checked", one, CHECKPOINT - timedelta(hours=3)) for one in ACCOUNTS[:2]]
    working = {"feature": "private_message", "works": True}
    return events + [event("account.feature_tested", one, APRIL + timedelta(days=20), **working) for one in ACCOUNTS]


def judged() -> tuple[str, list[SubjectStanding]]:
    """The law's label, and how the accounts stand at the checkpoint."""
    fold, effects = Fold(Law(load_pack("cn-2019"), load_calendar())), Effects()
    for one in sorted(observed(), key=lambda one: (one.time, one.id)):
        fold.observe(one, effects)
    fold.tick(to_ms(CHECKPOINT), effects)
    period = Period("2024Q2", to_ms(APRIL), closed=True)
    return fold.law.label, list(standings_at(fold, to_ms(CHECKPOINT), period))


def registered() -> Registry:
    """One bureau with the three accounts."""
    unit = Unit(id="u-1", name="某局", group="市直部门")
    wechat, subscription = Platform.WECHAT, AccountType.SUBSCRIPTION
    accounts = tuple(
        Account(id=one, unit="u-1", name=f"号{one}", platform=wechat, account_type=subscription) for one in ACCOUNTS
    )
    return Registry(area="某市", valid_from=APRIL, units=(unit,), accounts=accounts)


def test_what_the_core_judged_is_what_the_bulletin_says() -> None:
    """One passed, one failed with its reason since the fifteenth day, one unknown because nobody looked."""
    (label, standings), registry = judged(), registered()
    tally = Tally(label)
    tally.register_unit("u-1", {"name": "某局", "area": "某市", "group": "市直部门"})
    for standing in standings:
        tally.put(standing)
    findings = [one for standing in standings for one in standing.findings]
    names = names_of(registry, RegistryNames(registry))
    text = write_bulletin(tally.aggregates("2024Q2"), findings, standings, load_pack("cn-2019"), names)
    assert "政务新媒体：合格1个，不合格1个，合格率33.33%。" in text
    assert "| 1 | 号wechat:silent | 微信订阅号 | 某局 | 监测时间点前2周内无更新 | M-V2a（2024-04-24 00:00） |" in text
    assert "| 1 | 号wechat:unseen | 微信订阅号 | 某局 | M-V2a |" in text
    assert "`account.posted/wechat:silent/041000`、`account.checked/wechat:silent/053121`" in text
