"""The page of the subjects: how ids are formed, and who owns what."""

from typing import Final

from console.reference.markdown import code, page, table
from schemas.texts import Lang, text
from schemas.words import Platform, SubjectKind

#: Kind, form, example.
FORMS: Final = (
    (SubjectKind.SITE, "its 10-digit code (网站标识码)", "4299000002"),
    (SubjectKind.COLUMN, "SITE/column/ID", "4299000002/column/gzdt"),
    (SubjectKind.MESSAGE, "SITE/message/ID", "4299000002/message/m-17"),
    (SubjectKind.CORRECTION, "SITE/correction/ID", "4299000002/correction/c-3"),
    (SubjectKind.ACCOUNT, "PLATFORM:ID-THERE", "wechat:gh_x1"),
    (SubjectKind.HOLDING, "UNIT@PLATFORM", "jyj@toutiao"),
    (SubjectKind.OBSERVER, "observer:NAME", "observer:crawler-1"),
)
UNIT: Final = "unit:jyj"

_INTRODUCTION = """\
A subject is what is judged. Its id is the CloudEvent's `subject`; the part before the first `/` is its *owner* and the
Kafka key, so that everything about one owner meets in one partition."""

_RULES = """\
An id has no white space, and `/` only as the separator. Unit ids have none of `/ @ :`. In an event's `data`, in a
transition and in a finding a unit is named without `unit:`.

Aggregates have ids of their own: a unit's id, `AREA/GROUP`, or `AREA`, told apart by their `scope`."""


def subjects_page() -> str:
    """The page."""
    rows = [(_named(kind), form, code(example), code(example.partition("/")[0])) for kind, form, example in FORMS]
    unit = ("unit (责任单位); registered, not judged", "unit:ID", code(UNIT), code(UNIT))
    forms = table(("subject", "id", "example", "owner (key)"), [*rows, unit])
    platforms = table(
        ("platform", "中文", "English"),
        ((code(one), text(one, Lang.ZH), text(one, Lang.EN)) for one in Platform),
    )
    return page("Subjects and their ids", _INTRODUCTION, forms, _RULES, "## Platforms", platforms)


def _named(kind: SubjectKind) -> str:
    return f"{text(kind, Lang.EN)} ({text(kind, Lang.ZH)})"
