"""A made-up city for the reports' tests: two groups, three units, and how its sites and accounts stand."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache

from alerts.names import RegistryNames
from reports.bulletin import write_bulletin
from reports.names import Names, names_of
from rules.loader import load_pack
from rules.pack import Pack
from schemas.aggregates import Aggregate
from schemas.registry import Account, Column, Registry, Site, Unit
from schemas.standings import Finding, OnTime, SubjectStanding, Verdict
from schemas.words import AccountType, Platform, Reason, SubjectKind
from streams.core.tally import Tally
from tests.support.quarters import CHECKPOINT, PACK, PERIOD, account, finding, site, standing

REGISTRY = Registry(
    area="望江市",
    valid_from=CHECKPOINT,
    units=(
        Unit(id="u-east", name="东岸区人民政府", group="区", order=1),
        Unit(id="u-finance", name="望江市财政局", group="市直部门", order=2),
        Unit(id="u-school", name="望江市教育局", group="市直部门", order=1),
    ),
    sites=(
        Site(code="1000000001", unit="u-east", name="东岸区人民政府"),
        Site(code="1000000002", unit="u-school", name="望江市教育局"),
    ),
    columns=(Column(id="news", site="1000000002", name="教育动态", unit="u-finance"),),
    accounts=(
        Account(
            id="wechat:gh1",
            unit="u-school",
            platform=Platform.WECHAT,
            account_type=AccountType.SERVICE,
            name="望江教育",
        ),
        Account(id="douyin:d1", unit="u-east", platform=Platform.DOUYIN, name="东岸发布"),
    ),
)
NAMES: Names = names_of(REGISTRY, RegistryNames(REGISTRY))
SINCE = CHECKPOINT - timedelta(days=3)


def stands() -> list[SubjectStanding]:
    """Two sites passed, one account failed twice over, one could not be judged, two on one platform."""
    stale = finding("W-D06", "1000000002/column/news", "u-finance")
    mute = finding("M-V3a", "wechat:gh1", "u-school", reason=Reason.DOES_NOT_WORK, evidence=("t1", "t2"))
    silent = finding("M-V2a", "wechat:gh1", "u-school", evidence=("p1",))
    twice = finding("X-M1", "u-school@toutiao", "u-school", kind="local", reason=Reason.LIMIT_EXCEEDED)
    late = OnTime(due=7, on_time=6, late=1)
    return [
        site("1000000001", "u-east", name="东岸区人民政府"),
        site("1000000002", "u-school", name="望江市教育局", answers=late),
        site("1000000002", "u-finance", stale, name="望江市教育局", counted=False),
        account("wechat:gh1", "u-school", mute, silent, name="望江教育", account_type=AccountType.SERVICE),
        account(
            "douyin:d1", "u-east", name="东岸发布", platform=Platform.DOUYIN, account_type=AccountType.PLAIN,
            verdict=Verdict.UNKNOWN, undecided=("M-V2a",),
        ),
        standing("u-school@toutiao", "u-school", SubjectKind.HOLDING, twice, name=""),
    ]  # fmt: skip


def sums(standings: Iterable[SubjectStanding]) -> list[Aggregate]:
    """The aggregates of standings."""
    tally = Tally(PACK)
    for unit in REGISTRY.units:
        tally.register_unit(unit.id, {"name": unit.name, "area": REGISTRY.area_of(unit), "group": unit.group})
    for one in standings:
        tally.put(one)
    return tally.aggregates(PERIOD)


def findings_of(standings: Iterable[SubjectStanding]) -> list[Finding]:
    """All findings of standings."""
    return [one for each in standings for one in each.findings]


@cache
def law() -> Pack:
    """The national pack."""
    return load_pack("cn-2019")


def bulletin(standings: Sequence[SubjectStanding] | None = None, lang: str = "zh", notice: str = "") -> str:
    """The bulletin of standings, those of `stands` if left out."""
    told = stands() if standings is None else standings
    return write_bulletin(sums(told), findings_of(told), told, law(), NAMES, lang, notice=notice)
