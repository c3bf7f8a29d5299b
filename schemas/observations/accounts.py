"""What is observed of a new-media account (政务新媒体账号). Subject: PLATFORM:ID."""

from typing import Literal

from pydantic import Field

from schemas.envelope import Data, Envelope, Moment
from schemas.observations.sites import Look
from schemas.words import AccountType, Platform


class AccountProfile(Data):
    """What a registry says of an account."""

    unit: str
    name: str
    platform: Platform
    account_type: AccountType = AccountType.PLAIN
    opened: Moment | None = Field(default=None, description="when it was opened; `time` when left out")
    filed: Moment | None = Field(default=None, description="when its opening was filed (备案)")


class AccountRegistered(Envelope):
    """An account is judged from `time` on, or its entry changed at `time`."""

    type: Literal["account.registered"]
    data: AccountProfile


class Filing(Data):
    """Where the filing was made."""

    registry: str = "全国政务新媒体信息报送系统"


class AccountFiled(Envelope):
    """The account's opening was filed at `time`."""

    type: Literal["account.filed"]
    data: Filing = Filing()


class AccountTransfer(Data):
    """An account passes from one unit to another."""

    from_unit: str
    to_unit: str
    platform: Platform


class AccountTransferred(Envelope):
    """Another unit answers for the account from `time` on."""

    type: Literal["account.transferred"]
    data: AccountTransfer


class AccountClosing(Data):
    """Whose account on which platform was closed, and why."""

    unit: str
    platform: Platform
    reason: str = ""


class AccountClosed(Envelope):
    """The account was closed or cancelled at `time` (关停、注销)."""

    type: Literal["account.closed"]
    data: AccountClosing


class Post(Data):
    """Something the account published."""

    post: str
    repost: bool = False


class AccountPosted(Envelope):
    """The account posted at `time`."""

    type: Literal["account.posted"]
    data: Post


class DeletedPost(Data):
    """The post that is gone."""

    post: str


class AccountPostDeleted(Envelope):
    """A post was deleted at `time`; from then on it does not count."""

    type: Literal["account.post_deleted"]
    data: DeletedPost


class AccountChecked(Envelope):
    """Somebody looked at the account at `time`."""

    type: Literal["account.checked"]
    data: Look


class FeatureTest(Data):
    """A test of one way to interact (互动功能).

    The rule packs know these by English names: `menu` 菜单 (自定义菜单), `private_message` 私信 (written to the
    account), `comment` 评论 (under a post), `message` 留言 (on a message board), `feedback` 意见反馈 (in an app),
    `consultation` 咨询 (in an app or mini program). Which of them count on which platform is `counts_by_platform` of
    M-V3a; a feature of another name is kept, and counts where a pack names it.
    """

    feature: str = Field(description="menu, private_message, comment, message, feedback, consultation, or a pack's own")
    works: bool = Field(description="a person could use it to reach the unit at that moment")


class AccountFeatureTested(Envelope):
    """A way to interact was tested at `time`."""

    type: Literal["account.feature_tested"]
    data: FeatureTest


class AppTest(Data):
    """A test of an app or mini program."""

    downloadable: bool
    usable: bool


class AccountAppTested(Envelope):
    """The app was downloaded and started, or not, at `time`."""

    type: Literal["account.app_tested"]
    data: AppTest


AccountEvent = (
    AccountRegistered
    | AccountFiled
    | AccountTransferred
    | AccountClosed
    | AccountPosted
    | AccountPostDeleted
    | AccountChecked
    | AccountFeatureTested
    | AccountAppTested
)
