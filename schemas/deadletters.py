"""What could not be taken: kept with its bytes, its place, the error and a named reason."""

import base64
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Refusal(StrEnum):
    """Why a record or an event was refused."""

    NOT_JSON = "not_json"
    WRONG_SHAPE = "wrong_shape"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_VERSION = "unknown_version"
    NAIVE_TIME = "naive_time"
    FUTURE_TIME = "future_time"
    TOO_LARGE = "too_large"
    WRONG_KEY = "wrong_key"
    WRONG_SUBJECT = "wrong_subject"
    UNKNOWN_SUBJECT = "unknown_subject"
    HANDLER_FAILED = "handler_failed"


class DeadLetter(BaseModel):
    """One refused record or event. `kept` says that it was folded all the same and waits for its registration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    reason: Refusal
    error: str
    topic: str
    partition: int
    offset: int
    index: int | None
    key: str | None
    value: str
    size: int
    kept: bool
    at: AwareDatetime

    def raw(self) -> bytes:
        """The bytes as they came (a too large record keeps its first part only; `size` tells the whole)."""
        return base64.b64decode(self.value)
