"""The words of a rule pack: closed vocabularies of what a rule is, and text in two languages."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a rule is in its catalogue."""

    VETO = "veto"  # 单项否决
    DEDUCT = "deduct"  # 扣分
    BONUS = "bonus"  # 加分
    SUPERVISION = "supervision"  # 监管工作年度考核
    AROUND = "around"  # 指标之外的规定
    LOCAL = "local"  # 通报中另列的问题
    GROUP = "group"  # 合并其他规则，自身无分量
    OPERATOR = "operator"  # 本系统自身的运行要求，不是规定


class Effect(StrEnum):
    """What breaking (for a bonus: meeting) the rule does to a result."""

    VETO = "veto"
    DEDUCT = "deduct"
    BONUS = "bonus"
    NONE = "none"


class Beyond(StrEnum):
    """What a rule can be about that isn't judged from the stream."""

    SUPERVISION = "supervision"  # 主管单位的监管工作
    UNIT = "unit"  # 责任单位


class Window(StrEnum):
    """Which of the core's windows judges the rule."""

    FRESHNESS = "freshness"
    AVAILABILITY = "availability"
    RESPONSE = "response"
    MULTIPLICITY = "multiplicity"
    COUNT = "count"
    PRESENCE = "presence"
    LINKAGE = "linkage"
    COMPLETENESS = "completeness"
    AUDIT = "audit"
    RULING = "ruling"
    GROUP = "group"


class Memory(StrEnum):
    """Which memory of its subject the rule looks at."""

    HOME = "home"
    ITEMS = "items"
    COLUMNS = "columns"
    PROBES = "probes"
    MESSAGES = "messages"
    CORRECTIONS = "corrections"
    PUBLISHED_ANSWERS = "published_answers"
    ANSWER_FIELDS = "answer_fields"
    CHANNELS = "channels"
    SERVICES = "services"
    GUIDES = "guides"
    LINKS = "links"
    RULINGS = "rulings"
    POSTS = "posts"
    APP = "app"
    FEATURES = "features"
    FILING = "filing"
    HOLDINGS = "holdings"
    REPORTS = "reports"


class Severity(StrEnum):
    """How urgently somebody is told."""

    URGENT = "urgent"
    NORMAL = "normal"


class Group(StrEnum):
    """The folder of a pack in which a rule stands."""

    SITE_VETO = "site-veto"
    ACCOUNT_VETO = "account-veto"
    SITE_DEDUCT = "site-deduct"
    SITE_BONUS = "site-bonus"
    SUPERVISION = "supervision"
    AROUND = "around"
    LOCAL = "local"


class Standing(StrEnum):
    """How far a value can be trusted. Only `verified` may be shown to anybody as the official rule."""

    VERIFIED = "verified"  # 已核实：见于所存文本
    UNVERIFIED = "unverified"  # 未核实：有出处，但所存文本未见全文
    RECALLED = "recalled"  # 未核实：凭记忆，无出处
    DEFAULT = "default"  # 本系统默认：规定未明确，或取自实践


class Confidence(StrEnum):
    """How sure somebody was of what they recalled."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Text:
    """Something people read, in Chinese and English; `en` repeats `zh` where nobody translated it."""

    zh: str
    en: str
