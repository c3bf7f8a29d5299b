"""The closed vocabularies: the words of the law and of the registry, each with its official Chinese term."""

from enum import StrEnum


class SubjectKind(StrEnum):
    """What is judged."""

    SITE = "site"  # 政府网站
    COLUMN = "column"  # 栏目
    MESSAGE = "message"  # 留言
    CORRECTION = "correction"  # 找错留言
    ACCOUNT = "account"  # 政务新媒体账号
    HOLDING = "holding"  # 一个单位在一个平台上的账号
    OBSERVER = "observer"  # 监测者


class State(StrEnum):
    """A rule's answer for a subject at an instant."""

    COMPLIANT = "compliant"  # 达标
    DUE_SOON = "due_soon"  # 即将超期
    BREACHED = "breached"  # 不达标
    UNKNOWN = "unknown"  # 无法判定
    EXEMPT = "exempt"  # 不适用


class Change(StrEnum):
    """What a transition says happened."""

    DUE_SOON = "due_soon"
    BREACHED = "breached"
    RECOVERED = "recovered"
    RETRACTED = "retracted"
    UNKNOWN = "unknown"
    EXEMPT = "exempt"
    ACKNOWLEDGED = "acknowledged"


class Reason(StrEnum):
    """Why a judgement is what it is; messages in two languages stand in `schemas/texts`."""

    UPDATED_IN_TIME = "updated_in_time"
    UPDATE_DUE_SOON = "update_due_soon"
    NOT_UPDATED = "not_updated"
    NOBODY_LOOKED = "nobody_looked"
    ENOUGH_PROBES_REACHED = "reachable"
    UNREACHABLE_RATIO_RISING = "unreachable_ratio_rising"
    UNREACHABLE = "unreachable"
    TOO_FEW_PROBES = "too_few_probes"
    NOTHING_OPEN = "nothing_open"
    ANSWER_DUE_SOON = "answer_due_soon"
    ANSWER_OVERDUE = "answer_overdue"
    ANSWERED_LATE = "answered_late"
    ANSWERED_IN_TIME = "answered_in_time"
    WITHIN_LIMIT = "within_limit"
    LIMIT_NEAR = "limit_near"
    LIMIT_EXCEEDED = "limit_exceeded"
    WORKS = "works"
    FAILURE_TO_CONFIRM = "failure_to_confirm"
    DOES_NOT_WORK = "does_not_work"
    NEVER_TESTED = "never_tested"
    LINKED = "linked"
    LINK_DUE_SOON = "link_due_soon"
    NOT_LINKED = "not_linked"
    COMPLETE = "complete"
    FIELDS_DUE_SOON = "fields_due_soon"
    FIELDS_MISSING = "fields_missing"
    NO_INCIDENT = "no_incident"
    AWAITING_RULING = "awaiting_ruling"
    INCIDENT_CONFIRMED = "incident_confirmed"
    NOT_REGISTERED = "not_registered"
    CLOSED = "closed"
    NOT_APPLICABLE = "not_applicable"
    EXEMPTED = "exempted"
    RULE_NOT_IN_FORCE = "rule_not_in_force"
    LATE_EVIDENCE = "late_evidence"
    ACKNOWLEDGED_BY_UNIT = "acknowledged_by_unit"


class ColumnClass(StrEnum):
    """栏目类别, as the indicators group them."""

    NEWS = "news"  # 动态要闻
    NOTICE = "notice"  # 通知公告
    POLICY = "policy"  # 政策文件
    INTERPRETATION = "interpretation"  # 政策解读
    DISCLOSURE = "disclosure"  # 政府信息公开专栏
    SERVICE_STATISTICS = "service_statistics"  # 办事统计数据
    OTHER = "other"  # 其他


class SiteKind(StrEnum):
    """网站类别."""

    PORTAL = "portal"  # 政府门户网站
    DEPARTMENT = "department"  # 部门网站
    SPECIAL = "special"  # 专项网站


class Platform(StrEnum):
    """Where an account lives; WeChat's two account types are told apart by `account_type`."""

    WECHAT = "wechat"  # 微信
    WEIBO = "weibo"  # 微博
    TOUTIAO = "toutiao"  # 今日头条
    DOUYIN = "douyin"  # 抖音
    KUAISHOU = "kuaishou"  # 快手
    CHANNELS = "channels"  # 微信视频号
    APP = "app"  # 移动客户端
    MINI_PROGRAM = "mini_program"  # 小程序
    OTHER = "other"  # 其他


class AccountType(StrEnum):
    """账号类型."""

    SUBSCRIPTION = "subscription"  # 微信订阅号
    SERVICE = "service"  # 微信服务号
    PLAIN = "plain"  # 其他平台账号
