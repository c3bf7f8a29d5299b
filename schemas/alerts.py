"""An alert: an episode as it stands, with what a unit has to know, in Chinese and English."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from schemas.words import Change, State


class Bilingual(BaseModel):
    """One text in both languages; Chinese is what officials see first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class Alert(BaseModel):
    """The latest state of an episode: compacted by `episode`, and the `data` of a webhook.

    `since`: when the present state began; `due_at`: when it breaks or broke; `detected_at`: the worker's wall clock
    when it was found, or the event time in a replay. `verified` false means that a number behind the rule was not seen
    in the official text and must be shown as such (未核实).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    episode: str
    transition: str = Field(description="id of the transition that led here; the webhook's id")
    sequence: int
    change: Change
    state: State
    rule: str
    clause: Bilingual
    title: Bilingual
    summary: Bilingual
    severity: str
    verified: bool
    pack: str
    unit: str
    unit_name: str
    subject: str
    subject_name: str
    start: AwareDatetime
    since: AwareDatetime
    at: AwareDatetime
    due_at: AwareDatetime | None
    provisional: bool
    detected_at: AwareDatetime
    evidence: tuple[str, ...]
    note: str = ""
    promised_at: AwareDatetime | None = Field(
        default=None,
        description="by when the unit promised to put it right, where it acknowledged the alert with a date",
    )
