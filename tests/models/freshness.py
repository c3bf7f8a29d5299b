"""更新: an item within the window before the instant, or nobody looked.

M-V2a, W-V3, W-D04, W-D05, W-D06, W-D09, W-D11, W-D17a, O-1; and the columns that W-V4a and W-V4b count.
"""

from collections.abc import Iterator

from rules.span import Span, parse_span
from schemas.instants import to_ms
from schemas.words import State
from tests.models.reckoning import Expected, Values, earlier, later
from tests.models.world import FOR_EVER, Fact, World

APPEARED, GONE = ("updated", "posted", "reported"), ("item_removed", "post_deleted")


def judge(world: World, subject: str, at: int, values: Values) -> Expected:
    """Breached once the window is full since the last update, warned before, unknown where nobody looked."""
    window = _window(world, subject, at, values)
    reopened = world.reopened(subject, at)
    updates = [max(time, reopened) for time in updates_at(world, subject, at, values)]
    since = world.opened(subject, at)
    begins = [*updates, *([since] if since <= max(updates, default=since) else [])]
    due = max(later(one, window, values) for one in begins)  # an update never hastens a deadline
    if at < due:
        return Expected(State.DUE_SOON if at >= earlier(due, values["lead"]) else State.COMPLIANT, due)
    looked = any(look >= earlier(due, values["look_slack"]) for look in _looks(world, subject, values))
    return Expected(State.BREACHED if looked or not values["needs_look"] else State.UNKNOWN, due)


def updates_at(world: World, subject: str, at: int, values: Values) -> Iterator[int]:
    """When what counts as an update appeared, of what had not been taken away by then."""
    appeared = _items(world, subject, values, at)
    gone = world.of(subject, *GONE, until=at)
    for fact in appeared:
        taken = any(one.data.get("item", one.data.get("post")) == _name(fact) and one[:2] > fact[:2] for one in gone)
        if not taken and _counts(world, fact, at, values):
            yield fact.time
    known = {one.time for one in _items(world, subject, values, FOR_EVER)}
    for look in () if _of_answers(values) else world.of(subject, "checked"):
        latest = look.data.get("latest")  # an item that the look alone knows; its own report says more
        if latest is not None and to_ms(latest) <= at and to_ms(latest) not in known:
            yield to_ms(latest)


def _items(world: World, subject: str, values: Values, until: int) -> list[Fact]:
    words = ("published",) if _of_answers(values) else APPEARED
    wanted = ("answer.", "site.", "column.", "account.", "observer.")
    return [one for one in world.of(subject, *words, until=until) if one.type.startswith(wanted)]


def _of_answers(values: Values) -> bool:
    return bool(values["memory"] == "published_answers")


def _name(fact: Fact) -> object:
    return fact.data.get("item", fact.data.get("post"))


def _counts(world: World, fact: Fact, at: int, values: Values) -> bool:
    """Open question 3: reposts, undated items; second-level pages where the home page merely navigates."""
    said = fact.data
    if said.get("page") == "second_level":
        entry = world.entry(fact.subject, at) or {}
        if not (entry.get("navigation_home") and values.get("navigation_home_pages") == "second_level"):
            return False
    dated = said.get("dated", True) or values.get("undated_counts", True)
    return bool(dated and (not said.get("repost") or values.get("reposts_count", True)))


def _looks(world: World, subject: str, values: Values) -> list[int]:
    """When somebody looked: at a look, and whenever they saw something come or go."""
    if _of_answers(values):
        saw = [one.seen for one in world.of(subject, "published") if one.type == "answer.published"]
        return saw + [one.time for one in world.of(subject, "checked") if one.type == "answers.checked"]
    looks = [one.time for one in world.of(subject, "checked") if one.type != "answers.checked"]
    return looks + [one.seen for one in world.of(subject, *APPEARED, *GONE)]


def _window(world: World, subject: str, at: int, values: Values) -> Span:
    if isinstance(values["window"], Span):
        return values["window"]
    cycle = (world.entry(subject, at) or {}).get("cycle")
    own: Span = parse_span(cycle) if cycle else values["cycle_default"]
    return own
