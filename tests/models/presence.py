"""有效: a channel, a way to interact, an app or a service catalogue works. W-V5a, M-V3a, M-V2b, W-V6a."""

from itertools import takewhile

from schemas.words import State
from tests.models.reckoning import Expected, Values, later
from tests.models.world import Fact, World

_TESTS = {"channels": "channel.tested", "features": "account.feature_tested", "app": "account.app_tested"}
_WECHAT = {"subscription": "wechat_subscription", "service": "wechat_service"}


def judge(world: World, subject: str, at: int, values: Values) -> Expected:
    """A failing test warns, one of the same feature long enough after it confirms; any that works may be enough."""
    tests: dict[str, list[Fact]] = {}
    for fact in world.of(subject, "tested", "feature_tested", "app_tested", "listed", until=at):
        if fact.type == _TESTS.get(values["memory"], "services.listed") and _counts(world, fact, at, values):
            tests.setdefault(_feature(fact), []).append(fact)
    if not tests:
        return Expected(State.UNKNOWN)
    failing = [own for own in tests.values() if not _works(own[-1])]
    if not failing or (values["any"] and len(failing) < len(tests)):
        return Expected(State.COMPLIANT)
    once_worked = [own for own in failing if any(map(_works, own))]  # what never worked adds no hope
    deciding, together = (once_worked, all) if values["any"] and once_worked else (failing, any)
    return Expected(State.BREACHED if together(_confirmed(own, values) for own in deciding) else State.DUE_SOON)


def _confirmed(tests: list[Fact], values: Values) -> bool:
    streak = list(takewhile(lambda one: not _works(one), reversed(tests)))
    return bool(streak[0].time >= later(streak[-1].time, values["confirm_after"], values))


def _feature(fact: Fact) -> str:
    return f"{fact.data.get('channel_kind')}:{fact.data.get('channel')}:{fact.data.get('feature')}"


def _works(fact: Fact) -> bool:
    """无法下载或使用: an app has to do both. A catalogue of services needs one item."""
    said = fact.data
    if "items" in said:
        return bool(said["items"] > 0)
    return bool(said["works"] if "works" in said else said["downloadable"] and said["usable"])


def _counts(world: World, fact: Fact, at: int, values: Values) -> bool:
    """Petition channels are no consultation; which ways to interact count depends on the platform."""
    if fact.data.get("channel_kind") in values.get("excluded_channels", ()):
        return False
    known = values.get("counts_by_platform")
    if known is None:
        return True
    entry = world.entry(fact.subject, at) or {"platform": "other", "account_type": "plain"}
    named = known.get(_WECHAT.get(entry["account_type"], entry["platform"])) or known.get(entry["platform"])
    return fact.data["feature"] in (named or known["other"])
