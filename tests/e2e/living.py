"""What happens these days: units, accounts and sites by the wall clock, each test with ids of its own."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.stack import Event, Up

#: M-V2a of cn-2019 (a test of the packs holds the number): an account has to post every so many days.
FORTNIGHT = timedelta(days=14)
#: The environment variable in which `tests/e2e/conftest.py` gives the worker our receivers' secret.
SECRET_NAME = "E2E_SECRET"
SECRET = "whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def days_ago(days: float) -> datetime:
    """So many days ago."""
    return now() - timedelta(days=days)


def fresh(prefix: str) -> str:
    """An id that no other test has."""
    return f"{prefix}{uuid.uuid4().hex[:10]}"


def site_code() -> str:
    """A site's code that no other test has; of a place that doesn't exist."""
    return f"42{uuid.uuid4().int % 10**8:08}"


def event(kind: str, subject: str, time: datetime, *, seen: datetime | None = None, **data: Any) -> Event:
    """An observation; `seen` is now unless it is told."""
    head = {"specversion": "1.0", "id": fresh(f"{kind}-"), "source": "e2e", "type": kind, "subject": subject}
    return {**head, "time": time.isoformat(), "observedtime": (seen or now()).isoformat(), "data": data}


def unit(name: str, url: str | None = None, secret: str = SECRET_NAME) -> Event:
    """A unit that is told at a URL."""
    endpoints = [{"url": url, "secret_env": secret}] if url else []
    return event("unit.registered", f"unit:{name}", days_ago(60), name="某市某局", area="某市", endpoints=endpoints)


def local_unit(up: Up, name: str) -> Event:
    """A unit that is told at the receiver of `xuncha up` itself."""
    return unit(name, str(up.addresses["receiver"]), "XUNCHA_LOCAL_SECRET")


def account(subject: str, owner: str, since: datetime | None = None) -> Event:
    """A subscription account is registered."""
    platform = subject.partition(":")[0]
    data: Any = {"unit": owner, "name": "某市发布", "platform": platform, "account_type": "subscription"}
    return event("account.registered", subject, since or days_ago(60), **data)


def posted(subject: str, time: datetime) -> Event:
    """The account posted."""
    return event("account.posted", subject, time, post=fresh("post-"))


def checked(subject: str, time: datetime | None = None) -> Event:
    """Somebody looked at the account."""
    return event("account.checked", subject, time or now())


def running_out(subject: str, deadline: datetime) -> list[Event]:
    """The account's last post, so long ago that the fortnight ends at the deadline, and a look a moment ago."""
    return [posted(subject, deadline - FORTNIGHT), checked(subject)]
