"""What people and observers decide or report: rulings, exemptions, acknowledgements, observers' reports."""

from typing import Literal

from pydantic import Field

from schemas.envelope import Count, Data, Envelope, Moment
from schemas.words import Platform


class ContentAlert(Data):
    """A checker's suspicion; a person has to rule."""

    rule: str = Field(description="the indicator it may break, such as W-V1a")
    excerpt: str = ""


class ContentAlerted(Envelope):
    """A checker raised a suspicion at `time`. The event's id names the incident."""

    type: Literal["content.alerted"]
    data: ContentAlert


class Ruling(Data):
    """A person's decision, or a trusted upstream system's."""

    rule: str
    decision: Literal["confirmed", "dismissed", "lifted"]
    incident: str = Field(description="id of the suspicion, or a name of one's own for an incident without one")
    by: str = Field(description="who decided")
    reason: str = ""


class ContentRuled(Envelope):
    """A suspicion was decided at `time`, or a confirmed incident lifted."""

    type: Literal["content.ruled"]
    data: Ruling


class Exemption(Data):
    """A recorded exception to one rule for one subject."""

    rule: str
    ends: Moment | None = None
    authority: str
    reason: str
    account: str | None = Field(default=None, description="for a holding: which account is not counted")


class ExemptionGranted(Envelope):
    """From `time` (until `ends`) the rule does not apply to the subject."""

    type: Literal["exemption.granted"]
    data: Exemption


class Acknowledgement(Data):
    """A unit says that it knows and by when it will mend."""

    episode: str
    rule: str
    by: str
    promised: Moment | None = None


class AlertAcknowledged(Envelope):
    """An alert was acknowledged at `time`. It hides nothing from the bulletin."""

    type: Literal["alert.acknowledged"]
    data: Acknowledgement


class Report(Data):
    """An observer's own sign of life."""

    looked_at: Count = Field(default=0, description="how many subjects it looked at since its last report")


class ObserverReported(Envelope):
    """The observer was at work at `time`. Subject: observer:NAME."""

    type: Literal["observer.reported"]
    data: Report = Report()


class Holding(Data):
    """One account of a unit on a platform; sent on from the account's own events, and refused of anybody else."""

    unit: str
    platform: Platform
    account: str
    opens: Moment | None = Field(default=None, description="when it opens, if it is only announced")


class AccountHeld(Envelope):
    """The unit holds the account from `time` on. Subject: UNIT@PLATFORM. Only Xuncha itself sends it."""

    type: Literal["account.held"]
    data: Holding


class AccountReleased(Envelope):
    """The unit no longer holds the account from `time` on. Subject: UNIT@PLATFORM. Only Xuncha itself sends it."""

    type: Literal["account.released"]
    data: Holding


DecisionEvent = (
    ContentAlerted
    | ContentRuled
    | ExemptionGranted
    | AlertAcknowledged
    | ObserverReported
    | AccountHeld
    | AccountReleased
)
