"""A transition as it stands in the log: append-only, one record a change of judgement."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from schemas.words import Change, Reason, State


class TransitionRecord(BaseModel):
    """One change of judgement. All times are aware, written in Asia/Shanghai.

    `at` is the instant at which it became true, `noticed_at` the partition's clock (event time) when it was noticed;
    `noticed_at` depends on how often ticks come and is no part of the transition's identity.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(description="hash of episode, sequence and change; the idempotency key everywhere downstream")
    episode: str = Field(description="hash of pack, rule, subject and start")
    sequence: int
    change: Change
    state: State
    reason: Reason
    rule: str
    pack: str = Field(description="PACK@VERSION under which it was judged")
    subject: str
    unit: str
    start: AwareDatetime = Field(description="when the episode began")
    since: AwareDatetime = Field(description="since when the present state holds")
    at: AwareDatetime
    due_at: AwareDatetime | None = Field(description="when it breaks, or broke; null where no instant is known")
    provisional: bool = Field(description="due_at rests on a year whose working days are not announced yet")
    noticed_at: AwareDatetime
    evidence: tuple[str, ...]
    note: str = Field(default="", description="what was said with it, such as who acknowledged the alert")
    promised_at: AwareDatetime | None = Field(
        default=None, description="of an acknowledgement: by when the unit promised to put it right"
    )
