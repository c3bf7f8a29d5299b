"""How a subject stands at an instant: its verdict, its findings, its counts. What the bulletin is made of."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from schemas.words import AccountType, Platform, Reason, State, SubjectKind


class Verdict(StrEnum):
    """A subject's result at a checkpoint; any veto fails it."""

    PASSED = "passed"  # 合格
    FAILED = "failed"  # 不合格
    UNKNOWN = "unknown"  # 无法判定


class Finding(BaseModel):
    """A breach as it stands in a bulletin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    episode: str
    rule: str
    indicator: str
    kind: str
    veto: bool
    pack: str
    subject: str
    owner: str
    unit: str
    state: State
    reason: Reason
    since: AwareDatetime
    due_at: AwareDatetime | None
    evidence: tuple[str, ...]


class OnTime(BaseModel):
    """Of the items due in the period: how many there were, were done in time, were done late, are still open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due: int = 0
    on_time: int = 0
    late: int = 0
    open: int = 0

    @property
    def rate(self) -> float | None:
        """The share done in time; None where nothing was due."""
        return self.on_time / self.due if self.due else None


class SubjectStanding(BaseModel):
    """How one site, account or holding stands at `at`, for the unit that answers for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    period: str
    at: AwareDatetime
    closed: bool
    unit: str
    owner: str
    kind: SubjectKind
    counted: bool
    name: str = ""
    platform: Platform | None = None
    account_type: AccountType | None = None
    verdict: Verdict
    undecided: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    answers: OnTime = OnTime()
    corrections: OnTime = OnTime()
