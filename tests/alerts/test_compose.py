"""What a unit reads: who, what, since or until when, by which rule, and what is not certain."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.compose import compose
from rules.words import Window
from schemas.alerts import Alert
from schemas.texts import Lang, catalogue
from schemas.words import Change, Reason, State, SubjectKind
from tests.alerts.timeline import NAMES, at, pack, told, transition

CLAUSE = "国办秘函〔2019〕19号 检查指标·政务新媒体·单项否决·内容不更新"
WARNED: dict[str, Any] = {
    "state": State.DUE_SOON,
    "reason": Reason.UPDATE_DUE_SOON,
    "due_at": at("02-24 08:00"),
    "at": at("02-20 08:00"),
}


def test_a_breach_says_who_what_since_when_and_by_which_rule() -> None:
    """Unit, account as people know it, the rule's number, the instant and the clause stand in both languages."""
    alert = told()
    assert alert.title.zh == "【不达标】健康某市：监测时间点前2周内无更新"
    assert alert.summary.zh == (
        f"某市卫生健康委员会：微信服务号“健康某市”已满14天未更新，自2024-02-24 08:00起不达标。依据：{CLAUSE}。"
    )
    assert alert.summary.en == (
        '某市卫生健康委员会: the WeChat service account "健康某市" has had no update for 14 days;'
        f" in breach since 2024-02-24 08:00 (UTC+8). Basis: {CLAUSE}."
    )
    assert (alert.clause.zh, alert.severity, alert.verified) == (CLAUSE, "urgent", True)


def test_an_alert_carries_its_transition_whole() -> None:
    """Ids, instants, evidence and pack go through unchanged; the transition's id becomes the webhook's."""
    record = transition(note="已电话告知")
    alert = compose(record, pack().rule("M-V2a"), NAMES, at("02-24 08:05"))
    kept = record.model_dump(exclude={"id", "reason", "noticed_at"})
    assert alert.model_dump(include=set(kept)) == kept
    assert (alert.transition, alert.detected_at) == ("t-1", at("02-24 08:05"))
    assert alert.summary.zh.endswith("备注：已电话告知")


def test_a_promise_is_told_in_the_language_of_the_text() -> None:
    """By when the unit wants to have put it right stands in a field of its own, and in each text in its own words."""
    alert = told(Change.ACKNOWLEDGED, note="张三", promised_at=at("03-05 00:00"))
    assert alert.promised_at == at("03-05 00:00")
    assert alert.summary.zh.endswith("承诺于2024-03-04 24:00前改正。备注：张三")
    assert alert.summary.en.endswith("It is promised to be put right by 2024-03-04 24:00 (UTC+8). Note: 张三")


def test_alerts_from_before_there_were_promises_are_read() -> None:
    """What is written down as still to be told outlives a new version."""
    old = told().model_dump(mode="json", exclude={"promised_at"})
    assert Alert.model_validate(old) == told()


def test_composing_is_pure() -> None:
    """Told again of the same transition, whoever composes says the same to the letter: retries sign one body."""
    assert told().model_dump_json() == told().model_dump_json()


def test_a_warning_says_by_when() -> None:
    """A unit is warned with the instant from which it will be in breach."""
    alert = told(Change.DUE_SOON, **WARNED)
    assert "微信服务号“健康某市”将满14天未更新；如不改正，自2024-02-24 08:00起不达标。" in alert.summary.zh
    assert "it is in breach from 2024-02-24 08:00 (UTC+8) unless it is put right." in alert.summary.en


def test_a_limit_at_midnight_is_the_day_before_at_24_00() -> None:
    """A limit that ends with a day is written as that day's 24:00."""
    assert "自2024-02-29 24:00起" in told(Change.DUE_SOON, **(WARNED | {"due_at": at("03-01 00:00")})).summary.zh


def test_a_provisional_limit_says_so() -> None:
    """A limit that rests on a year whose working days are not announced is called provisional, in both languages."""
    alert = told(Change.DUE_SOON, **(WARNED | {"provisional": True}))
    assert "自2024-02-24 08:00（当年放假安排尚未公布，暂定）起不达标" in alert.summary.zh
    assert "2024-02-24 08:00 (UTC+8) (provisional: the working days" in alert.summary.en


def test_the_number_is_the_one_in_force_under_the_pack() -> None:
    """Minhou's ten days stand in an alert of 2025 under its pack, the nation's fourteen before and elsewhere."""
    days: dict[str, Any] = {"start": at("02-20 08:00").replace(year=2025), "at": at("02-24 08:00").replace(year=2025)}
    assert "已满10天未更新" in told(by="minhou-2025", **days).summary.zh
    assert "已满14天未更新" in told(by="cn-2019", **days).summary.zh
    assert "已满14天未更新" in told(by="minhou-2025").summary.zh


def test_the_day_on_which_a_number_changes_is_shanghais() -> None:
    """At 00:00 in Shanghai of the first day the new number holds, a second before the old one."""
    midnight = at("01-01 00:00").replace(year=2025)
    assert "已满10天未更新" in told(by="minhou-2025", at=midnight).summary.zh
    assert "已满14天未更新" in told(by="minhou-2025", at=midnight - timedelta(seconds=1)).summary.zh


def test_a_number_not_seen_in_the_law_is_marked_where_it_stands() -> None:
    """The filing limit is recalled, not read: it is shown as 未核实, and the alert as a whole is not verified."""
    alert = told(rule="X-M2", reason=Reason.ANSWER_OVERDUE)
    assert "超过5个工作日（未核实）的备案期限未备案" in alert.summary.zh
    assert "5 working days (not verified)" in alert.summary.en
    assert not alert.verified


def test_an_indicator_not_verified_as_a_whole_marks_its_clause() -> None:
    """Where the indicator itself is in doubt, the clause says so."""
    alert = told(rule="W-D08", subject="4207000001", unit="u-police", reason=Reason.NOT_LINKED)
    assert alert.summary.zh.endswith("（未核实）。")
    assert not alert.verified


def test_a_ratio_reads_as_a_percentage() -> None:
    """The share of failed visits is shown as people write it."""
    alert = told(rule="W-V2", subject="4207000001", unit="u-police", reason=Reason.UNREACHABLE)
    assert "某市公安局：网站“某市公安局网站”近7天打不开的比例达到5%的限度" in alert.summary.zh


def test_recovery_closes_what_was_begun() -> None:
    """A recovery says since when all is well and which alert ends."""
    alert = told(Change.RECOVERED, state=State.COMPLIANT, reason=Reason.UPDATED_IN_TIME, at=at("02-25 09:30"))
    assert "已更新，2024-02-25 09:30起达标；2024-02-20 08:00以来的提醒到此结束。" in alert.summary.zh


def test_a_breach_that_eased_still_says_the_next_limit() -> None:
    """Recovered to due soon: the unit hears at once by when the next update is due."""
    eased: dict[str, Any] = {"state": State.DUE_SOON, "reason": Reason.UPDATE_DUE_SOON, "due_at": at("02-26 08:00")}
    summary = told(Change.RECOVERED, **eased).summary.zh
    assert "起即将超期；如不改正，自2024-02-26 08:00起不达标；" in summary


def test_a_retraction_says_what_is_withdrawn_and_how_it_stands_now() -> None:
    """Late evidence withdraws the alert openly: which one, from when, and the state now."""
    alert = told(Change.RETRACTED, state=State.COMPLIANT, reason=Reason.LATE_EVIDENCE)
    assert "撤回关于微信服务号“健康某市”自2024-02-24 08:00起“监测时间点前2周内无更新”的提醒" in alert.summary.zh
    assert "现为达标。" in alert.summary.zh


def test_a_breach_found_by_late_evidence_is_still_said_in_the_windows_words() -> None:
    """Where the core says only that evidence came late, the unit reads what that means for this rule."""
    alert = told(reason=Reason.LATE_EVIDENCE)
    assert "已满14天未更新（据后到的证据），自" in alert.summary.zh
    assert "has had no update for 14 days (found through evidence that came late);" in alert.summary.en


def test_an_exemption_says_why() -> None:
    """An account that was closed is no longer judged, and the alert says which of the reasons it was."""
    alert = told(Change.EXEMPT, state=State.EXEMPT, reason=Reason.CLOSED)
    assert "微信服务号“健康某市”已关停或注销，自2024-02-24 08:00起不再按本规则判定" in alert.summary.zh


def test_a_rule_that_has_ended_shows_the_numbers_of_the_episodes_start() -> None:
    """Before the rule came into force there are no numbers; the words stand without them and nothing fails."""
    before: dict[str, Any] = {name: at("02-24 08:00").replace(year=2018) for name in ("start", "since", "at")}
    alert = told(Change.EXEMPT, state=State.EXEMPT, reason=Reason.RULE_NOT_IN_FORCE, **before)
    assert "所依据的规则不再有效" in alert.summary.zh
    assert "超期未更新，自" in told(**before).summary.zh


def test_an_acknowledgement_does_not_hide_the_breach() -> None:
    """Acknowledged is not mended: the state stands beside it."""
    alert = told(Change.ACKNOWLEDGED, reason=Reason.ACKNOWLEDGED_BY_UNIT)
    assert (
        "已签收关于微信服务号“健康某市”“监测时间点前2周内无更新”的提醒（2024-02-24 08:00），现为不达标。"
        in alert.summary.zh
    )


def test_a_case_with_two_limits_names_both() -> None:
    """The rule alone doesn't say whether a message is complicated, so both limits are shown."""
    message: dict[str, Any] = {"rule": "G-4", "subject": "4207000001/message/m1", "unit": "u-police"}
    alert = told(**message, reason=Reason.ANSWER_OVERDUE)
    assert "“某市公安局网站”的留言“m1”超过7个工作日（情况复杂的15个工作日）的办理期限未办结" in alert.summary.zh


def test_a_unit_nobody_knows_is_called_unknown() -> None:
    """A subject whose unit is not registered yet still gives a readable alert."""
    assert told(unit="").summary.zh.startswith("责任单位不明：")
    assert told(unit="u-new").summary.zh.startswith("u-new：")


@pytest.mark.parametrize(
    ("subject", "zh", "full"),
    [
        ("weibo:health", "微博账号“健康某市”", "健康某市"),
        ("app:health", "移动客户端“某市通”", "某市通"),
        ("douyin:nobody", "抖音账号“nobody”", "nobody"),
        ("fax:nobody", "账号“nobody”", "nobody"),
        ("4207000001", "网站“某市公安局网站”", "某市公安局网站"),
        ("4207000001/column/xwdt", "“某市公安局网站”的“新闻动态”栏目", "某市公安局网站·新闻动态"),
        ("4207000009/correction/c1", "“4207000009”的找错留言“c1”", "4207000009·c1"),
        ("u-police@toutiao", "某市公安局在今日头条平台的账号", "某市公安局"),
        ("observer:crawler-1", "监测者“一号监测”", "一号监测"),
    ],
)
def test_subjects_are_named_as_people_know_them(subject: str, zh: str, full: str) -> None:
    """Each kind of subject reads naturally, by its registered name or else by its id."""
    named = NAMES.subject(subject)
    assert (named.described(Lang.ZH), named.full) == (zh, full)


SUBJECTS = {
    SubjectKind.SITE: "4207000001",
    SubjectKind.COLUMN: "4207000001/column/xwdt",
    SubjectKind.MESSAGE: "4207000001/message/m1",
    SubjectKind.CORRECTION: "4207000001/correction/c1",
    SubjectKind.ACCOUNT: "wechat:gh_health",
    SubjectKind.HOLDING: "u-police@toutiao",
    SubjectKind.OBSERVER: "observer:crawler-1",
}


def everything_said() -> list[Alert]:
    """Every rule that a window decides, in every state that its window knows, in each change that ends there."""
    changes = {State.DUE_SOON: Change.DUE_SOON, State.BREACHED: Change.BREACHED, State.UNKNOWN: Change.UNKNOWN}
    judged = [rule for rule in pack().rules.values() if rule.window not in {None, Window.GROUP}]
    return [
        told(changes.get(state, Change.RECOVERED), rule=rule.id, state=state, reason=reason, subject=SUBJECTS[kind])
        for rule in judged
        if isinstance(kind := rule.subject, SubjectKind)
        for state, reason in catalogue().meanings[str(rule.window)].items()
    ]


FAULTS = ("{", "}", "None", "Span(", "Fraction", "。。", "..", "  ")


def test_every_rule_can_say_every_state() -> None:
    """No rule of the pack leaves a gap, a brace, a Python name or a doubled full stop in what people read."""
    for alert in everything_said():
        for said in (alert.summary.zh, alert.summary.en, alert.title.zh, alert.title.en):
            assert not [
                fault for fault in ("{", "}", "None", "Span(", "Fraction", "。。", "..", "  ") if fault in said
            ], said
