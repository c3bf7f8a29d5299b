"""The YAML files of a pack as typed documents. Their shape is checked here, their sense in `lint`."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, RootModel, Tag, model_validator

from rules.words import Beyond, Confidence, Effect, Kind, Memory, Severity, Standing, Text, Window
from schemas.words import SubjectKind


def _text(plain: object) -> object:
    """Let `title: 中文` stand for a text that nobody translated, and refuse keys that would be lost."""
    if isinstance(plain, dict) and not plain.keys() <= {"zh", "en"}:
        raise ValueError("has keys besides zh and en; put quotes around a text with a comma or a colon")
    return {"zh": plain, "en": plain} if isinstance(plain, str) else plain


TextField = Annotated[Text, BeforeValidator(_text)]
Day = Annotated[date, Field(strict=True)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ValidityDocument(_Document):
    """`{from: DAY, to: DAY}`, both days included; without `to` until further notice."""

    start: Day = Field(alias="from")
    end: Day | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"ends on {self.end}, before it starts on {self.start}")
        return self


class ValueDocument(_Document):
    """A value with its standing: exactly one of `verified`, `recalled: true`, `default: true`."""

    value: Any
    verified: bool | None = None
    recalled: bool = False
    default: bool = False
    sources: tuple[str, ...] = ()
    why: TextField | None = None
    question: str | None = None
    confidence: Confidence | None = None

    @property
    def standing(self) -> Standing:
        """How far the value can be trusted."""
        if self.default:
            return Standing.DEFAULT
        if self.recalled:
            return Standing.RECALLED
        return Standing.VERIFIED if self.verified else Standing.UNVERIFIED

    @model_validator(mode="after")
    def _one_standing(self) -> Self:
        if (self.verified is not None) + self.recalled + self.default != 1:
            raise ValueError("say exactly one of verified: true|false, recalled: true, default: true")
        if self.verified and not self.sources:
            raise ValueError("a verified value needs sources")
        if self.default and self.why is None and self.question is None:
            raise ValueError("a default of ours needs why or question")
        return self


class ParameterDocument(_Document):
    """A parameter's dated values; `title` falls back on the vocabulary's."""

    title: TextField | None = None
    values: dict[Day, ValueDocument] = Field(min_length=1)


Tables = dict[str, ParameterDocument]


class RuleDocument(_Document):
    """One indicator."""

    id: str
    title: TextField
    kind: Kind
    effect: Effect | None = None
    subject: SubjectKind | Beyond
    parent: str | None = None
    any_of: tuple[str, ...] = ()
    clause: TextField
    scope: TextField | None = None
    sources: tuple[str, ...] = ()
    verified: bool
    unverified_parts: tuple[TextField, ...] = ()
    note: TextField | None = None
    valid: ValidityDocument
    window: Window | None
    memory: Memory | None = None
    applies: dict[str, Any] = {}
    severity: Severity
    parameters: Tables = {}
    points: Tables = {}


class OverrideDocument(_Document):
    """What a pack changes of an inherited indicator: dated values, and nothing else."""

    id: str
    overrides: str = Field(description="id of the pack that is overridden")
    valid: ValidityDocument
    note: TextField | None = None
    parameters: Tables = {}
    points: Tables = {}


def _tag(plain: object) -> str:
    return "override" if isinstance(plain, dict) and "overrides" in plain else "rule"


Either = Annotated[RuleDocument, Tag("rule")] | Annotated[OverrideDocument, Tag("override")]


class IndicatorFile(RootModel[Annotated[Either, Discriminator(_tag)]]):
    """An indicator's file: an indicator, or (when it has the key `overrides`) a change to an inherited one."""


class QuestionDocument(_Document):
    """A question that the texts leave open."""

    text: TextField
    answer: TextField
    parameters: tuple[str, ...] = Field(min_length=1)


class RevisionDocument(_Document):
    """A later change that is known of."""

    what: TextField
    text_found: str


class PackDocument(_Document):
    """The pack's own file."""

    id: str
    title: TextField
    inherits: str | None
    basis: TextField
    valid: ValidityDocument
    scoring: dict[str, Tables] = {}
    sources: dict[str, TextField] = {}
    open_questions: dict[str, QuestionDocument] = {}
    revisions: tuple[RevisionDocument, ...] = ()


class WordDocument(_Document):
    """One word of the vocabulary."""

    kind: str
    title: TextField
    nullable: bool = False
    choices: tuple[str, ...] = ()


class VocabularyDocument(_Document):
    """The words that packs may use."""

    parameters: dict[str, WordDocument]
    points: dict[str, WordDocument]
    scoring: dict[str, WordDocument]
    windows: dict[Window, tuple[str, ...]]
