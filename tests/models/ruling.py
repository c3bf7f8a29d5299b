"""人工认定: a confirmed incident. W-V1a to W-V1f, M-V1a to M-V1d, M-V3b."""

from schemas.words import State
from tests.models.reckoning import Expected, Values, later
from tests.models.world import FOR_EVER, World


def judge(world: World, subject: str, at: int, values: Values) -> Expected:
    """The newest word on each incident: confirmed breaks until it is past or lifted, a suspicion warns."""
    newest: dict[str, tuple[int, str]] = {}
    for fact in world.of(subject, "alerted", "ruled", until=at):
        if fact.data["rule"] == values["rule"]:
            newest[fact.data.get("incident", fact.id)] = fact.time, fact.data.get("decision", "alerted")
    lookback = values["lookback"]
    for time, word in newest.values():
        if word == "confirmed" and at < (later(time, lookback, values) if lookback else FOR_EVER):
            return Expected(State.BREACHED)
    suspected = any(word == "alerted" for _, word in newest.values())
    return Expected(State.DUE_SOON if suspected else State.COMPLIANT)
