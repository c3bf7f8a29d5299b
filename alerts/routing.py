"""Which endpoints of a unit are sent an alert, and why the others are not. Pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from alerts.endpoints import endpoint_id
from schemas.alerts import Alert
from schemas.deliveries import Routing
from schemas.registry import Endpoint
from schemas.words import Change

History: TypeAlias = Mapping[str, AbstractSet[str]]
"""For each endpoint (by `endpoint_id`): the ids of this episode's transitions that it has received."""

NOTHING_YET: Final[History] = {}

_OPENING: Final = frozenset({Change.DUE_SOON, Change.BREACHED, Change.UNKNOWN})
_PRECEDENCE: Final = tuple(Routing)


@dataclass(frozen=True, slots=True)
class Policy:
    """How this installation routes.

    `stale_after`: an opening found later than this after it became true is not sent, so that a backlog or a replay
    under the wall clock floods nobody; it stands in the bulletin all the same.
    """

    stale_after: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Decision:
    """The endpoints to send to, and the reason of each endpoint by its id; `reason` speaks for the whole."""

    reason: Routing
    targets: tuple[Endpoint, ...]
    reasons: Mapping[str, Routing]


def decide(
    alert: Alert, endpoints: Sequence[Endpoint], history: History = NOTHING_YET, policy: Policy | None = None
) -> Decision:
    """Where an alert is sent.

    1. Nothing is sent twice, and nothing that the endpoint did not ask for.
    2. What can't be judged (`unknown`) is the observers' affair: it goes only where it was asked for by name.
    3. An opening that is stale, or a warning whose limit has passed already, is not sent.
    4. What ends or answers an episode is sent to whom the episode was told, and to nobody else.
    """
    reasons = {endpoint_id(each): _reason(alert, each, history, policy or Policy()) for each in endpoints}
    targets = tuple(each for each in endpoints if reasons[endpoint_id(each)] is Routing.DELIVER)
    whole = min(reasons.values(), key=_PRECEDENCE.index, default=Routing.NO_ENDPOINT)
    return Decision(whole, targets, reasons)


def _reason(alert: Alert, endpoint: Endpoint, history: History, policy: Policy) -> Routing:
    received = history.get(endpoint_id(endpoint), frozenset())
    if alert.transition in received:
        return Routing.ALREADY_DELIVERED
    if alert.change is Change.UNKNOWN and alert.change not in endpoint.events:
        return Routing.UNKNOWN_NOT_DELIVERED
    if not endpoint.wants(alert.change):
        return Routing.FILTERED_BY_ENDPOINT
    if alert.change in _OPENING:
        return _opening(alert, policy)
    return Routing.DELIVER if received else Routing.NOTHING_TOLD


def _opening(alert: Alert, policy: Policy) -> Routing:
    if alert.detected_at - alert.at > policy.stale_after:
        return Routing.STALE
    passed = alert.due_at is not None and alert.due_at <= alert.detected_at
    return Routing.OVERTAKEN if alert.change is Change.DUE_SOON and passed else Routing.DELIVER
