"""The people of these tests and what the core says of them: bureaus, a site, accounts, and transitions."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from alerts.compose import compose
from alerts.names import RegistryNames
from rules.loader import load_pack
from rules.pack import Pack
from schemas.alerts import Alert
from schemas.instants import SHANGHAI
from schemas.registry import Account, Column, Observer, Registry, Site, Unit
from schemas.transitions import TransitionRecord
from schemas.words import AccountType, Change, Platform, Reason, State

STARTED = datetime(2024, 1, 1, tzinfo=SHANGHAI)

REGISTRY = Registry(
    area="某市",
    valid_from=STARTED,
    units=(Unit(id="u-health", name="某市卫生健康委员会"), Unit(id="u-police", name="某市公安局")),
    sites=(Site(code="4207000001", unit="u-police", name="某市公安局网站"),),
    columns=(Column(id="xwdt", site="4207000001", name="新闻动态"),),
    accounts=(
        Account(
            id="wechat:gh_health",
            unit="u-health",
            platform=Platform.WECHAT,
            account_type=AccountType.SERVICE,
            name="健康某市",
        ),
        Account(id="weibo:health", unit="u-health", platform=Platform.WEIBO, name="健康某市"),
        Account(id="app:health", unit="u-health", platform=Platform.APP, name="某市通"),
    ),
    observers=(Observer(id="crawler-1", name="一号监测"),),
)
NAMES = RegistryNames(REGISTRY)


def at(text: str) -> datetime:
    """A Beijing time such as "02-24 08:00", of 2024."""
    return datetime.strptime(f"2024-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@cache
def pack(name: str = "cn-2019") -> Pack:
    """A pack of the product."""
    return load_pack(name)


def transition(change: Change = Change.BREACHED, **said: Any) -> TransitionRecord:
    """A transition of the health commission's service account under M-V2a, other than `said` says."""
    plain: dict[str, Any] = {
        "id": "t-1",
        "episode": "e-1",
        "sequence": 2,
        "change": change,
        "state": State.BREACHED,
        "reason": Reason.NOT_UPDATED,
        "rule": "M-V2a",
        "pack": "cn-2019@0123456789ab",
        "subject": "wechat:gh_health",
        "unit": "u-health",
        "start": at("02-20 08:00"),
        "since": at("02-24 08:00"),
        "at": at("02-24 08:00"),
        "due_at": at("02-24 08:00"),
        "provisional": False,
        "noticed_at": at("02-24 08:01"),
        "evidence": ("ev-1",),
    }
    return TransitionRecord(**(plain | said))


def told(change: Change = Change.BREACHED, *, by: str = "cn-2019", **said: Any) -> Alert:
    """The alert of such a transition, detected a minute after it became true."""
    record = transition(change, **said)
    return compose(record, pack(by).rule(record.rule), NAMES, record.at + timedelta(minutes=1))
