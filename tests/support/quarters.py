"""Made-up quarters for tests: units, standings and findings of places that don't exist."""

from datetime import datetime, timedelta
from typing import Any

from schemas.instants import SHANGHAI
from schemas.standings import Finding, OnTime, SubjectStanding, Verdict
from schemas.words import AccountType, Platform, Reason, State, SubjectKind

PERIOD = "2031Q2"
CHECKPOINT = datetime(2031, 6, 1, tzinfo=SHANGHAI)  # the end of 31 May
PACK = "cn-2019@0123456789ab"


def finding(rule: str, subject: str, unit: str, *, since: datetime | None = None, **more: Any) -> Finding:
    """A breach of `rule`; veto if the rule's id says so; its evidence is made of the ids."""
    start = since or CHECKPOINT - timedelta(days=3)
    plain = {
        "id": f"f-{rule}-{subject}", "episode": f"e-{rule}-{subject}", "rule": rule, "indicator": indicator_of(rule),
        "kind": "veto" if "-V" in rule else "deduct", "veto": "-V" in rule, "pack": PACK, "subject": subject,
        "owner": subject.partition("/")[0], "unit": unit, "state": State.BREACHED, "reason": Reason.NOT_UPDATED,
        "since": start, "due_at": start, "evidence": (f"seen-{rule}-{subject}",),
    }  # fmt: skip
    return Finding.model_validate(plain | more)


def indicator_of(rule: str) -> str:
    """W-V4a is charged under W-V4."""
    return rule.rstrip("abcdef")


def site(owner: str, unit: str, *findings: Finding, **more: Any) -> SubjectStanding:
    """How a site stands at the checkpoint: failed by any veto among the findings."""
    return standing(owner, unit, SubjectKind.SITE, *findings, **more)


def account(owner: str, unit: str, *findings: Finding, **more: Any) -> SubjectStanding:
    """How a WeChat subscription account stands at the checkpoint."""
    words = {"platform": Platform.WECHAT, "account_type": AccountType.SUBSCRIPTION}
    return standing(owner, unit, SubjectKind.ACCOUNT, *findings, **(words | more))


def standing(
    owner: str, unit: str, kind: SubjectKind, *findings: Finding, at: datetime = CHECKPOINT, **more: Any
) -> SubjectStanding:
    """How an owner stands; counted unless it is a holding."""
    failed = any(one.veto for one in findings)
    plain = {
        "period": PERIOD, "at": at, "closed": at == CHECKPOINT, "unit": unit, "owner": owner, "kind": kind,
        "counted": kind is not SubjectKind.HOLDING, "name": f"名{owner}",
        "verdict": Verdict.FAILED if failed else Verdict.PASSED, "findings": findings, "answers": OnTime(),
    }  # fmt: skip
    return SubjectStanding.model_validate(plain | more)
