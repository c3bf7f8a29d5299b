"""The quarter of a unit, a group or an area: counts, rates, findings. Rates are never stored, only their counts."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from schemas.standings import OnTime


class Scope(StrEnum):
    """What an aggregate is about."""

    UNIT = "unit"
    GROUP = "group"
    AREA = "area"


class Count(BaseModel):
    """Subjects of one kind: checked, failed, and those that could not be judged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    checked: int = 0
    failed: int = 0
    unknown: int = 0

    @property
    def passed(self) -> int:
        """Checked less failed and unknown."""
        return self.checked - self.failed - self.unknown


class Aggregate(BaseModel):
    """One scope's quarter as of `at`; `closed` once the checkpoint has been reached by every partition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    period: str
    at: AwareDatetime
    closed: bool
    scope: Scope
    id: str
    name: str
    area: str
    pack: str
    sites: Count = Count()
    accounts: Count = Count()
    findings: dict[str, int] = {}
    answers: OnTime = OnTime()
    corrections: OnTime = OnTime()
