"""What breaks a rule, and when: accounts that fall silent at known instants or have an incident; and what is beside."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemas.instants import DAY, to_text
from schemas.registry import Endpoint
from schemas.words import Change
from tests.support.installation import SECRET_NAME

Event = dict[str, Any]

_LIMIT = 14 * DAY
_REGISTERED = 40 * DAY
_SITES = 200
#: After the steady time, before the burst (ms).
_PAUSE = 5_000


class Load(NamedTuple):
    """Breaches of each kind steadily, and at once; how many a second, beside how many observations."""

    steady: int
    burst: int
    rate: int
    others: int


class Breaches:
    """All accounts; `begun` says when (ms UTC) each breaks its rule."""

    def __init__(self, load: Load, url: str, begins: int, seconds: int) -> None:
        self.load, self.begins = load, begins
        self.bursts = begins + seconds * 1000 + _PAUSE
        self.silent = [f"wechat:silent-{number}" for number in range(load.steady + load.burst)]
        self.ruled = [f"wechat:ruled-{number}" for number in range(load.steady + load.burst)]
        self.begun = {one: self._due(number) for number, one in enumerate(self.silent)}
        self._sites = [f"{4_299_000_000 + number}" for number in range(_SITES)]
        self._endpoint = Endpoint(url=url, secret_env=SECRET_NAME, events=(Change.BREACHED,)).model_dump(mode="json")
        self._number = 0

    def laid_out(self, now: int) -> Iterator[Event]:
        """All that is there before anything breaks."""
        for account in [*self.silent, *self.ruled]:
            unit = account.partition(":")[2]
            profile = {"name": unit, "area": "bench", "group": "bench", "endpoints": [self._endpoint]}
            yield self._event("unit.registered", f"unit:{unit}", now - _REGISTERED, profile)
            registered = {"unit": unit, "name": unit, "platform": "wechat"}
            yield self._event("account.registered", account, now - _REGISTERED, registered)
            posted = self.begun.get(account, now + _LIMIT) - _LIMIT
            yield self._event("account.posted", account, posted, {"post": f"https://www.example.gov.cn/{unit}.html"})
            yield self._event("account.checked", account, now, {})
        for site in self._sites:
            yield self._event("site.registered", site, now - DAY, {"unit": "nobody", "name": site})

    def beside(self, now: int, count: int) -> list[Event]:
        """Other observations."""
        good = {"opened": True, "elapsed_seconds": 0.5, "status": 200}
        return [self._event("site.probed", self._sites[one % _SITES], now, good) for one in range(count)]

    def incidents(self, accounts: list[str], now: int) -> list[Event]:
        """An incident of each account is confirmed now."""
        self.begun.update(dict.fromkeys(accounts, now))
        data = {"rule": "M-V1a", "decision": "confirmed", "by": "bench"}
        return [self._event("content.ruled", one, now, {**data, "incident": one}) for one in accounts]

    def _due(self, number: int) -> int:
        if number >= self.load.steady:
            return self.bursts
        return self.begins + number * 1000 // self.load.rate

    def _event(self, kind: str, subject: str, time: int, data: dict[str, Any]) -> Event:
        self._number += 1
        head = {"specversion": "1.0", "id": f"d{self._number}", "source": "//bench/detection", "type": kind}
        return {**head, "subject": subject, "time": to_text(time), "data": data}
