"""W-D08 解读关联: a policy and its interpretation point at each other, within a grace."""

from schemas.words import State
from tests.models.reckoning import Expected, Values, later
from tests.models.world import Fact, World


def judge(world: World, site: str, at: int, values: Values) -> Expected:
    """Each pair: since when it has not been linked, by the newest sighting of either page at each instant."""
    pages = [one for one in world.of(site, "published", until=at) if one.type != "answer.published"]
    dues = []
    for item in {one.data["item"] for one in pages if one.type == "interpretation.published"}:
        since = None
        for number, page in enumerate(pages):
            loose = _loose(pages[: number + 1], item, values)
            since = None if not loose else page.time if since is None else since
        if since is not None:
            dues.append(later(since, values["grace"], values))
    if not dues:
        return Expected(State.COMPLIANT)
    return Expected(State.BREACHED if at >= min(dues) else State.DUE_SOON, min(dues))


def _loose(pages: list[Fact], item: str, values: Values) -> bool:
    """Whether a pair is known not to be linked; a policy page that nobody saw is not held against anybody."""
    newest = {(one.type, one.data["item"]): one.data for one in pages}
    reading = newest.get(("interpretation.published", item))
    if reading is None:
        return False
    policy = newest.get(("policy.published", reading["policy"]))
    back = policy is None or item in policy["links"] or not values["both_ways"]
    return not (reading["policy"] in reading["links"] and back)
