"""What is observed of a government website (政府网站). Subject: the site's 10-digit code (网站标识码)."""

from typing import Literal

from pydantic import Field

from schemas.envelope import Count, Data, Envelope, Moment
from schemas.words import SiteKind


class SiteProfile(Data):
    """What a registry says of a site."""

    unit: str = Field(description="id of the responsible unit (责任单位)")
    name: str
    site_kind: SiteKind = SiteKind.DEPARTMENT
    navigation_home: bool = Field(default=False, description="the home page only navigates (首页仅为导航)")
    external_services: bool = Field(default=True, description="the unit offers services to the public (有对外服务事项)")


class SiteRegistered(Envelope):
    """A site is in the registry from `time` on, or its entry changed at `time`."""

    type: Literal["site.registered"]
    data: SiteProfile


class Transfer(Data):
    """A subject passes from one unit to another."""

    from_unit: str
    to_unit: str


class SiteTransferred(Envelope):
    """Another unit answers for the site from `time` on (网站移交)."""

    type: Literal["site.transferred"]
    data: Transfer


class Closing(Data):
    """Why a subject is no longer judged."""

    reason: str
    filed: bool = Field(default=True, description="the closing was filed beforehand (已报备)")


class SiteClosed(Envelope):
    """The site is offline for good from `time` on (关停)."""

    type: Literal["site.closed"]
    data: Closing


class Probe(Data):
    """One visit to the home page."""

    opened: bool = Field(description="the page opened at all")
    elapsed_seconds: float = Field(ge=0, le=3600, description="until it was open, or until the visit gave up")
    status: int | None = Field(default=None, ge=100, le=599, description="HTTP status, when there was one")


class SiteProbed(Envelope):
    """Somebody tried to open the home page. Visits within one minute count as one."""

    type: Literal["site.probed"]
    data: Probe


class HomeItem(Data):
    """An item on the home page, or on a second-level page where the home page only navigates."""

    item: str
    page: Literal["home", "second_level"] = "home"
    dated: bool = Field(default=True, description="the item shows a publication date")
    repost: bool = Field(default=False, description="taken over from elsewhere (转载)")


class SiteUpdated(Envelope):
    """An item was published at `time`."""

    type: Literal["site.updated"]
    data: HomeItem


class Look(Data):
    """Somebody looked for updates and reports what is there."""

    latest: Moment | None = Field(default=None, description="publication time of the newest item seen")
    items: Count | None = Field(default=None, description="how many items are listed; 0 is a blank column")


class SiteChecked(Envelope):
    """Somebody looked at the home page at `time`."""

    type: Literal["site.checked"]
    data: Look


class Period(Data):
    """A filed interruption, from (inclusive) to (exclusive)."""

    starts: Moment
    ends: Moment
    authority: str = Field(description="who accepted the filing")
    reason: str = ""


class MaintenanceFiled(Envelope):
    """Temporary downtime was filed (网站临时报备): at `time`, whenever it begins and whoever reports it when."""

    type: Literal["maintenance.filed"]
    data: Period


class ChannelTest(Data):
    """A test submission through one consultation channel (咨询建言渠道)."""

    channel: str
    channel_kind: str = Field(default="咨询", description="咨询, 信箱, 网上信访, 纪检举报 …; some kinds don't count")
    works: bool


class ChannelTested(Envelope):
    """A consultation channel was tested at `time`."""

    type: Literal["channel.tested"]
    data: ChannelTest


class ServiceList(Data):
    """The service catalogue (办事服务事项)."""

    items: Count


class ServicesListed(Envelope):
    """The service catalogue was counted at `time`."""

    type: Literal["services.listed"]
    data: ServiceList


class GuideAudit(Data):
    """Which element classes a service guide (办事指南) lacks."""

    item: str
    missing: tuple[str, ...] = ()


class GuideAudited(Envelope):
    """A service guide was read at `time`."""

    type: Literal["guide.audited"]
    data: GuideAudit


class PolicyItem(Data):
    """A policy document (政策文件) and the interpretations it points at."""

    item: str
    title: str = ""
    links: tuple[str, ...] = ()


class PolicyPublished(Envelope):
    """A policy document was published, or seen again with its links as they are at `time`."""

    type: Literal["policy.published"]
    data: PolicyItem


class InterpretationItem(Data):
    """An interpretation (政策解读) of a policy, and whether its page points at it."""

    item: str
    policy: str
    title: str = ""
    links: tuple[str, ...] = ()


class InterpretationPublished(Envelope):
    """An interpretation was published, or seen again with its links as they are at `time`."""

    type: Literal["interpretation.published"]
    data: InterpretationItem


SiteEvent = (
    SiteRegistered
    | SiteTransferred
    | SiteClosed
    | SiteProbed
    | SiteUpdated
    | SiteChecked
    | MaintenanceFiled
    | ChannelTested
    | ServicesListed
    | GuideAudited
    | PolicyPublished
    | InterpretationPublished
)
