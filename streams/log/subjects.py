"""What an event's subject has to look like: each type is about one kind of subject, which its form shows."""

import re
from functools import lru_cache

from schemas.envelope import owner_of

#: The kind that events are about, by what their type begins with; any kind where it is not named.
WANTED = {
    "site": "site", "column": "column", "message": "message", "correction": "correction", "account": "account",
    "observer": "observer", "unit": "unit", "maintenance": "site", "channel": "site", "services": "site",
    "guide": "site", "policy": "site", "interpretation": "site", "answer": "site", "answers": "site",
}  # fmt: skip


@lru_cache(maxsize=65_536)
def misfit(event_type: str, subject: str) -> str | None:
    """Why a subject can't be that of an event of the type; None where it can."""
    wanted = WANTED.get(event_type.partition(".")[0])
    found = kind_shown(subject)
    if found is None or (wanted is not None and found != wanted and not _holding(event_type, found)):
        return f"{event_type} is about a {wanted or 'known kind of subject'}, but its subject is {subject!r}"
    return None


def _holding(event_type: str, found: str) -> bool:
    return found == "holding" and event_type in {"account.held", "account.released"}


def kind_shown(subject: str) -> str | None:
    """The kind a subject's form shows; None where it has no known form."""
    owner = owner_of(subject)
    if owner != subject:
        kind = subject.split("/")[1]
        return kind if _is_site(owner) and kind in {"column", "message", "correction"} else None
    if _is_site(owner):
        return "site"
    if "@" in owner:
        return "holding"
    head, colon, rest = owner.partition(":")
    if not colon or not rest:
        return None
    return head if head in {"unit", "observer"} else "account"


def _is_site(owner: str) -> bool:
    return bool(_SITE_CODE.fullmatch(owner))


#: 网站标识码: ten digits; ministries' begin with two letters (bm…).
_SITE_CODE = re.compile(r"(?:[a-z]{2}\d{8}|\d{10})", re.ASCII)
