"""Logs for the laws: short, and as nasty as they come.

Times lie on a grid of half days around the ends of the windows and of the months (29 January to 10 March 2024, over a
Spring Festival and a 29 February), a millisecond before, on, or after; observations are seen at once or late, and now
and then before they come true.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from hypothesis import strategies as st

from schemas.instants import HOUR, SHANGHAI, to_ms, to_text
from schemas.observations import ONE

ORIGIN = to_ms(datetime(2024, 1, 29, tzinfo=SHANGHAI))
GRID = 12 * HOUR
STEPS = 24
FAR = 82
END = ORIGIN + (FAR + 20) * GRID

SITE, OTHER_SITE = "4207000001", "4207000002"
NEWS, POLICY, CYCLED, LEAVING = (f"{SITE}/column/{name}" for name in ("news", "policy", "cycled", "leaving"))
MESSAGE, OTHER_MESSAGE, CORRECTION = f"{SITE}/message/m1", f"{SITE}/message/m2", f"{SITE}/correction/c1"
ACCOUNT, TWIN, APP = "wechat:a", "wechat:b", "app:c"
OBSERVER = "observer:crawler"
HOLDING = "u1@wechat"


class Seen(NamedTuple):
    """An observation: what happened, when (ms UTC), and how much later it was seen."""

    kind: str
    subject: str
    data: dict[str, Any]
    time: int
    delay: int

    @property
    def seen(self) -> int:
        """When it was seen (ms UTC)."""
        return self.time + self.delay

    def __repr__(self) -> str:
        late = f" seen {to_text(self.seen)[5:-6]}" if self.delay else ""
        return f"<{to_text(self.time)[5:-6]} {self.kind} {self.subject} {self.data}{late}>"


def event(number: int, one: Seen) -> Any:
    """An observation as an event; its number makes its id."""
    return ONE.validate_python(
        {
            "specversion": "1.0", "id": f"e{number}", "source": "laws", "type": one.kind, "subject": one.subject,
            "time": to_text(one.time), "observedtime": to_text(one.seen), "data": one.data,
        }
    )  # fmt: skip


def in_order(log: Iterable[Seen]) -> list[Any]:
    """The events of a log in the order in which they were seen."""
    return [event(number, one) for number, one in sorted(enumerate(log), key=lambda pair: pair[1].seen)]


_SITE = {"unit": "u1", "name": "某网站"}
_REGISTRY = [
    ("site.registered", SITE, _SITE),
    ("column.registered", NEWS, {"name": "要闻", "unit": "u1", "column_class": "news"}),
    ("column.registered", POLICY, {"name": "政策", "unit": "u2", "column_class": "policy"}),
    ("column.registered", CYCLED, {"name": "专题", "unit": "u1", "cycle": "2 days"}),
    ("account.registered", ACCOUNT, {"unit": "u1", "name": "甲", "platform": "wechat", "account_type": "subscription"}),
    ("account.registered", TWIN, {"unit": "u1", "name": "乙", "platform": "wechat", "account_type": "service"}),
]

#: Everything that can be observed of a site's own page, of its columns, of its messages, of accounts, and decided.
PAGES = [
    ("site.updated", SITE, {"item": "i1"}),
    ("site.updated", SITE, {"item": "i2", "dated": False}),
    ("site.checked", SITE, {}),
    ("site.checked", SITE, {"latest": -2}),
    ("site.probed", SITE, {"opened": True, "elapsed_seconds": 1}),
    ("site.probed", SITE, {"opened": False, "elapsed_seconds": 15}),
    ("maintenance.filed", SITE, {"starts": -1, "ends": 3, "authority": "省府办"}),
    ("channel.tested", SITE, {"channel": "信箱", "works": False}),
    ("channel.tested", SITE, {"channel": "信箱", "works": True}),
    ("services.listed", SITE, {"items": 0}),
    ("services.listed", SITE, {"items": 2}),
    ("guide.audited", SITE, {"item": "g1", "missing": ["事项名称", "设定依据", "申请条件", "办理材料"]}),
    ("guide.audited", SITE, {"item": "g1", "missing": []}),
    ("policy.published", SITE, {"item": "p1", "links": []}),
    ("policy.published", SITE, {"item": "p1", "links": ["r1"]}),
    ("interpretation.published", SITE, {"item": "r1", "policy": "p1", "links": ["p1"]}),
    ("answer.published", SITE, {"item": "a1", "fields": ["留言时间"]}),
    ("answer.published", SITE, {"item": "a1", "fields": ["留言时间", "答复时间", "答复单位", "答复内容"]}),
    ("answers.checked", SITE, {}),
]
COLUMNS = [
    *[("column.updated", one, {"item": "i1"}) for one in (NEWS, POLICY, CYCLED, LEAVING)],
    *[("column.updated", one, {"item": "i2"}) for one in (NEWS, CYCLED)],
    *[("column.item_removed", one, {"item": "i1"}) for one in (NEWS, POLICY, CYCLED)],
    *[("column.checked", one, {}) for one in (NEWS, POLICY, CYCLED, LEAVING)],
    ("column.checked", NEWS, {"latest": -3, "items": 4}),
    *[("column.checked", one, {"items": 0}) for one in (NEWS, POLICY, CYCLED)],
    ("column.checked", POLICY, {"items": 1}),
    ("column.closed", CYCLED, {"reason": "整合"}),
    ("column.registered", LEAVING, {"name": "办事统计", "unit": "u2", "column_class": "news"}),
    ("column.registered", CYCLED, {"name": "专题", "unit": "u2", "cycle": "1 months"}),
]
MESSAGES = [
    *[("message.received", one, {"unit": "u1", "simple": True}) for one in (MESSAGE, OTHER_MESSAGE)],
    ("message.received", MESSAGE, {"unit": "u2", "complicated": True}),
    *[("message.answered", one, {}) for one in (MESSAGE, OTHER_MESSAGE)],
    *[("message.invalidated", one, {"reason": "测试"}) for one in (MESSAGE, OTHER_MESSAGE)],
    ("correction.assigned", CORRECTION, {"unit": "u1"}),
    ("correction.answered", CORRECTION, {}),
]
ACCOUNTS = [
    *[("account.posted", one, {"post": "p1"}) for one in (ACCOUNT, TWIN)],
    ("account.posted", ACCOUNT, {"post": "p2", "repost": True}),
    ("account.post_deleted", ACCOUNT, {"post": "p1"}),
    *[("account.checked", one, {}) for one in (ACCOUNT, TWIN)],
    ("account.checked", ACCOUNT, {"latest": -1}),
    ("account.feature_tested", ACCOUNT, {"feature": "留言", "works": False}),
    ("account.feature_tested", ACCOUNT, {"feature": "留言", "works": True}),
    ("account.filed", ACCOUNT, {}),
    ("account.registered", TWIN, {"unit": "u2", "name": "乙", "platform": "wechat"}),
    ("account.registered", TWIN, {"unit": "u1", "name": "乙", "platform": "wechat"}),
    ("account.registered", ACCOUNT, {"unit": "u1", "name": "甲", "platform": "wechat", "opened": -4, "filed": 2}),
    ("account.transferred", TWIN, {"from_unit": "u1", "to_unit": "u2", "platform": "wechat"}),
    ("account.closed", TWIN, {"unit": "u1", "platform": "wechat", "reason": "整合"}),
    ("account.closed", ACCOUNT, {"unit": "u1", "platform": "wechat"}),
    ("account.registered", APP, {"unit": "u1", "name": "丙", "platform": "app"}),
    ("account.app_tested", APP, {"downloadable": False, "usable": False}),
    ("observer.reported", OBSERVER, {"looked_at": 3}),
]
DECISIONS = [
    ("content.alerted", SITE, {"rule": "W-V1a"}),
    ("content.ruled", SITE, {"rule": "W-V1a", "decision": "confirmed", "incident": "n1", "by": "张"}),
    ("content.ruled", SITE, {"rule": "W-V1a", "decision": "lifted", "incident": "n1", "by": "张"}),
    ("content.ruled", ACCOUNT, {"rule": "M-V1a", "decision": "confirmed", "incident": "n2", "by": "张"}),
    ("exemption.granted", SITE, {"rule": "W-V3", "ends": 3, "authority": "省府办", "reason": "改版"}),
    ("exemption.granted", NEWS, {"rule": "W-V4a", "authority": "省府办", "reason": "改版"}),
    ("exemption.granted", ACCOUNT, {"rule": "M-V2a", "ends": 2, "authority": "省府办", "reason": "休假"}),
    (
        "exemption.granted",
        HOLDING,
        {"rule": "X-M1", "account": TWIN, "ends": 5, "authority": "省府办", "reason": "双号"},
    ),
    ("site.registered", SITE, _SITE | {"external_services": False}),
    ("site.transferred", SITE, {"from_unit": "u1", "to_unit": "u2"}),
    ("site.closed", SITE, {"reason": "整合"}),
    ("site.registered", OTHER_SITE, _SITE),
    ("site.updated", OTHER_SITE, {"item": "i1"}),
    ("site.checked", OTHER_SITE, {}),
]
EVERYTHING = [*PAGES, *COLUMNS, *MESSAGES, *ACCOUNTS, *DECISIONS]

#: Members of `data` that are instants: so many steps of the grid from the event's own time.
_INSTANTS = ("latest", "starts", "ends", "opened", "filed")
#: How much later something is seen, in half days; a millisecond early or late comes from the times themselves.
_DELAYS = [0, 0, 0, 0, 1, 2, 4, 9]


@st.composite
def observations(draw: st.DrawFn, templates: list[Any]) -> Seen:
    """One observation of those that `templates` allow."""
    kind, subject, data = draw(st.sampled_from(templates))
    step = draw(st.integers(0, STEPS) | st.sampled_from([30, 56, 58, 60, 62, 64, 78, FAR]))
    time = ORIGIN + step * GRID + draw(st.sampled_from([0, 0, 0, -1, 1, 7 * HOUR]))
    delay = draw(st.sampled_from(_DELAYS)) * GRID + draw(st.sampled_from([0, 0, 0, 1]))
    return Seen(kind, subject, _placed(data, time), time, delay)


def _placed(data: dict[str, Any], time: int) -> dict[str, Any]:
    instants = {name: to_text(time + data[name] * GRID) for name in _INSTANTS if type(data.get(name)) is int}
    return {**data, **instants}


@st.composite
def logs(draw: st.DrawFn, /, templates: list[Any] | None = None, *, most: int = 14) -> list[Seen]:
    """The registry, most of the time, then whatever happens: a lot of a few things, or a little of everything."""
    some = EVERYTHING if templates is None else templates
    about = draw(st.sampled_from([None, SITE, ACCOUNT, TWIN, "/column/", "/message/", HOLDING]))
    some = [one for one in some if about is None or about in one[1]] or some
    few = draw(st.lists(st.integers(0, len(some) - 1), min_size=1, max_size=6, unique=True) | st.none())
    chosen = some if few is None else [some[place] for place in few]
    happens = [draw(observations(chosen)) for _ in range(draw(st.integers(0, most)))]
    entries = draw(st.just(_REGISTRY) | st.lists(st.sampled_from(_REGISTRY), unique_by=lambda one: one[1]))
    return [Seen(*entry, ORIGIN, 0) for entry in entries] + happens
