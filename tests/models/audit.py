"""办事指南: service guides that lack key elements. W-V6b (so many of them), W-V6c (fewer items than five, and all)."""

from schemas.words import State
from tests.models.reckoning import Expected, Values
from tests.models.world import World


def judge(world: World, site: str, at: int, values: Values) -> Expected:
    """The newest reading of each guide; the newest count of the catalogue says how many there are."""
    newest = {one.data["item"]: one.data["missing"] for one in world.of(site, "audited", until=at)}
    key = set(values["key_classes"])
    poor = sum(len(key & set(lacking)) >= values["missing_classes_at_least"] for lacking in newest.values())
    if "fewer_than_items" in values:
        counts = [one.data["items"] for one in world.of(site, "listed", until=at)]
        return Expected(_of_few(len(newest), poor, counts[-1] if counts else None, values["fewer_than_items"]))
    if not newest:
        return Expected(State.UNKNOWN)
    if poor >= values["items_at_least"]:
        return Expected(State.BREACHED)
    return Expected(State.DUE_SOON if poor >= values["warn_at_least"] else State.COMPLIANT)


def _of_few(read: int, poor: int, listed: int | None, fewer_than: int) -> State:
    """Broken if there are few items and every one is deficient; nobody knows before all of them were read."""
    if poor < read:
        return State.COMPLIANT
    if listed == 0 or (read if listed is None else listed) >= fewer_than:
        return State.EXEMPT
    return State.BREACHED if listed is not None and read >= listed else State.UNKNOWN
