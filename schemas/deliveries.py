"""What became of an alert on its way to a unit: the decision, the deliveries, each attempt; no secret and no body."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Routing(StrEnum):
    """Why an alert is sent to an endpoint, or is not. Where endpoints differ, the first of these speaks for all."""

    DELIVER = "deliver"
    ALREADY_DELIVERED = "already_delivered"
    STALE = "stale"
    OVERTAKEN = "overtaken"
    NOTHING_TOLD = "nothing_told"
    UNKNOWN_NOT_DELIVERED = "unknown_not_delivered"
    FILTERED_BY_ENDPOINT = "filtered_by_endpoint"
    NO_ENDPOINT = "no_endpoint"


class Outcome(StrEnum):
    """How a delivery to one endpoint ended."""

    DELIVERED = "delivered"  # 2xx
    GONE = "gone"  # 410: the receiver wants nothing more
    REDIRECTED = "redirected"  # 3xx: never followed
    REFUSED = "refused"  # another 4xx: trying again won't help before somebody has mended it
    EXHAUSTED = "exhausted"  # every attempt of the schedule failed
    POSTPONED = "postponed"  # the receiver asked for more time than is waited in the process
    SKIPPED = "skipped"  # not tried: the endpoint has just failed
    TOO_LARGE = "too_large"
    NO_SECRET = "no_secret"  # noqa: S105  (the name of an outcome)


class Problem(StrEnum):
    """Why one attempt failed."""

    STATUS = "status"
    CLOCK = "clock"  # refused, and our clock and the receiver's are apart: it may have held the signature for too old
    TIMEOUT = "timeout"
    NAME_UNKNOWN = "name_unknown"
    NOT_CONNECTED = "not_connected"
    TLS = "tls"
    BROKEN_OFF = "broken_off"


class Attempt(BaseModel):
    """One request: when it was sent, what came back, and how long the receiver asked us to wait (seconds)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    at: AwareDatetime
    status: int | None = None
    problem: Problem | None = None
    retry_after: float | None = None


class Delivery(BaseModel):
    """One alert to one endpoint. `endpoint` is a hash of its URL; `where` the URL without user and query."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    transition: str
    episode: str
    endpoint: str
    where: str
    outcome: Outcome
    attempts: tuple[Attempt, ...] = ()
    not_before: AwareDatetime | None = Field(default=None, description="when the receiver asked to be tried again")


class DeliveryRecord(BaseModel):
    """All that was done for one transition: the record of the topic of deliveries, keyed by the transition's id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    transition: str
    episode: str
    routing: Routing
    deliveries: tuple[Delivery, ...] = ()
    at: AwareDatetime
