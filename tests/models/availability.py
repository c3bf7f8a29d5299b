"""W-V2 站点无法访问: a week, at least twenty spaced visits a day, 15 seconds, five per cent (超过（含）5%)."""

from fractions import Fraction

from schemas.instants import MINUTE, to_ms
from schemas.words import State
from tests.models.reckoning import Expected, Values
from tests.models.world import World

_DAY = 24 * 60


def judge(world: World, site: str, at: int, values: Values) -> Expected:
    """Minute by minute through the window; a minute with any visit that got through was reached."""
    closed = _filed(world, site, values) if values["maintenance_excluded"] else set()
    visited: dict[int, bool] = {}
    for probe in world.of(site, "probed"):
        visited[probe.time // MINUTE] = visited.get(probe.time // MINUTE, True) and _failed(probe.data, values)
    last, failures, visits = at // MINUTE, 0, 0
    for day in range(values["window"].n):
        minutes = range(last - (day + 1) * _DAY + 1, last - day * _DAY + 1)
        counted = [visited[minute] for minute in minutes if minute in visited and minute not in closed]
        open_share = Fraction(sum(minute not in closed for minute in minutes), _DAY)
        if len(counted) < int(values["probes_per_day_min"] * open_share):
            return Expected(State.UNKNOWN)
        visits, failures = visits + len(counted), failures + sum(counted)
    for ratio, state in ((values["ratio"], State.BREACHED), (values["warn_ratio"], State.DUE_SOON)):
        share = Fraction(failures, visits or 1)
        if failures and (share > ratio or (share == ratio and values["ratio_inclusive"])):
            return Expected(state)
    return Expected(State.COMPLIANT)


def _failed(visit: Values, values: Values) -> bool:
    late = visit["elapsed_seconds"] - values["timeout_seconds"]
    return not visit["opened"] or late > 0 or (late == 0 and values["timeout_inclusive"])


def _filed(world: World, site: str, values: Values) -> set[int]:
    """The minutes of filed maintenance: from that in which it starts to before that in which the site is due back.

    Nothing that passed before it was filed, where the rule wants it to be filed before.
    """
    spans = [(to_ms(one.data["starts"]), to_ms(one.data["ends"]), one.time) for one in world.of(site, "filed")]
    since = {one: max(one[0], one[2]) if values["maintenance_filed_before"] else one[0] for one in spans}
    return {minute for one in spans for minute in range(since[one] // MINUTE, -(-one[1] // MINUTE))}
