"""Who is sent what, and the named reason where somebody is not. Both edges of every bound."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.endpoints import endpoint_id, shown_url
from alerts.ledger import Ledger
from alerts.routing import Policy, decide
from schemas.alerts import Alert
from schemas.deliveries import Delivery, DeliveryRecord, Outcome, Routing
from schemas.registry import Endpoint
from schemas.words import Change, State
from tests.alerts.timeline import at, told

POLICE = Endpoint(url="https://alerts.example.gov.cn/police")
CITY = Endpoint(url="https://alerts.example.gov.cn/city", events=(Change.BREACHED, Change.RECOVERED))
OBSERVERS = Endpoint(url="https://alerts.example.gov.cn/observers", events=(Change.UNKNOWN,))

WARNING: dict[str, Any] = {"state": State.DUE_SOON, "at": at("02-20 08:00"), "since": at("02-20 08:00")}
ENDING = (Change.RECOVERED, Change.RETRACTED, Change.EXEMPT, Change.ACKNOWLEDGED)


def has(endpoint: Endpoint, *transitions: str) -> dict[str, frozenset[str]]:
    """An endpoint that has received these transitions of the episode."""
    return {endpoint_id(endpoint): frozenset(transitions)}


def later(alert: Alert, by: timedelta) -> Alert:
    """The same alert, detected `by` after it became true."""
    return alert.model_copy(update={"detected_at": alert.at + by})


def test_an_opening_goes_to_every_endpoint_that_wants_it() -> None:
    """A breach goes to all who ask for everything or for breaches; the others have their own reason."""
    decision = decide(told(), [POLICE, CITY, OBSERVERS])
    assert (decision.reason, decision.targets) == (Routing.DELIVER, (POLICE, CITY))
    assert decision.reasons[endpoint_id(OBSERVERS)] is Routing.FILTERED_BY_ENDPOINT


def test_a_unit_without_an_endpoint() -> None:
    """Nobody to send to is a reason of its own, not a silence."""
    assert decide(told(), []).reason is Routing.NO_ENDPOINT


def test_nothing_is_sent_twice() -> None:
    """A transition that an endpoint has received is not sent to it again, but still to one that hasn't."""
    decision = decide(told(), [POLICE, CITY], has(POLICE, "t-1"))
    assert decision.targets == (CITY,)
    assert decision.reasons[endpoint_id(POLICE)] is Routing.ALREADY_DELIVERED
    assert decide(told(), [POLICE], has(POLICE, "t-1")).reason is Routing.ALREADY_DELIVERED


def test_an_endpoint_gets_only_what_it_asked_for() -> None:
    """Who asked for breaches and recoveries gets no warning."""
    assert decide(told(Change.DUE_SOON, **WARNING), [CITY]).reason is Routing.FILTERED_BY_ENDPOINT


def test_unknown_goes_only_where_it_was_asked_for_by_name() -> None:
    """That nobody looked is no fault of the unit: an endpoint that asked for nothing in particular is spared it."""
    alert = told(Change.UNKNOWN, state=State.UNKNOWN)
    assert decide(alert, [POLICE]).reason is Routing.UNKNOWN_NOT_DELIVERED
    assert decide(alert, [POLICE, OBSERVERS]).targets == (OBSERVERS,)


@pytest.mark.parametrize("change", [Change.DUE_SOON, Change.BREACHED])
def test_a_stale_opening_is_not_sent(change: Change) -> None:
    """Found exactly `stale_after` later it is still sent, a second more and it is not."""
    alert, policy = told(change, due_at=None), Policy(stale_after=timedelta(days=7))
    assert decide(later(alert, timedelta(days=7)), [POLICE], policy=policy).reason is Routing.DELIVER
    assert decide(later(alert, timedelta(days=7, seconds=1)), [POLICE], policy=policy).reason is Routing.STALE


def test_a_warning_whose_limit_has_passed_is_overtaken() -> None:
    """At the instant of the limit the breach itself speaks; a second before, the warning still helps."""
    warning = told(Change.DUE_SOON, **WARNING, due_at=at("02-24 08:00"))
    days = timedelta(days=4)
    assert decide(later(warning, days - timedelta(seconds=1)), [POLICE]).reason is Routing.DELIVER
    assert decide(later(warning, days), [POLICE]).reason is Routing.OVERTAKEN


@pytest.mark.parametrize("change", ENDING)
def test_an_end_is_told_to_whom_the_beginning_was(change: Change) -> None:
    """A recovery, retraction, exemption or acknowledgement without an opening that was received would only confuse."""
    alert = told(change, state=State.COMPLIANT, id="t-2")
    assert decide(alert, [POLICE], has(POLICE, "t-1")).reason is Routing.DELIVER
    assert decide(alert, [POLICE], has(CITY, "t-1")).reason is Routing.NOTHING_TOLD
    assert decide(alert, [POLICE], has(POLICE)).reason is Routing.NOTHING_TOLD


@pytest.mark.parametrize("change", ENDING)
def test_an_end_is_never_stale(change: Change) -> None:
    """A retraction speaks of a past instant by nature; whoever was told must hear it, however late."""
    alert = later(told(change, state=State.COMPLIANT, id="t-2"), timedelta(days=90))
    assert decide(alert, [POLICE], has(POLICE, "t-1")).reason is Routing.DELIVER


def test_the_gravest_reason_speaks_for_the_whole() -> None:
    """Where nobody is sent anything and reasons differ, the first in the order of `Routing` is counted."""
    alert = told(Change.RECOVERED, state=State.COMPLIANT)
    assert decide(alert, [OBSERVERS, POLICE]).reason is Routing.NOTHING_TOLD
    assert decide(alert, [OBSERVERS, POLICE], has(POLICE, "t-1")).reason is Routing.ALREADY_DELIVERED


def test_an_endpoint_that_moved_is_another_one() -> None:
    """A unit that gives a new URL is told there; that the old one knew the episode doesn't count."""
    moved = Endpoint(url="https://alerts.example.gov.cn/police2")
    assert decide(told(), [moved], has(POLICE, "t-1")).reason is Routing.DELIVER


def test_urls_are_shown_without_what_may_be_secret() -> None:
    """Users, passwords and queries of a URL stand neither in records nor in logs, nor can they be read off the id."""
    endpoint = Endpoint(url="https://me:pass@alerts.example.gov.cn:8443/in/?token=abc#x")
    assert shown_url(endpoint) == "https://alerts.example.gov.cn:8443/in/"
    assert len(endpoint_id(endpoint)) == 12


def record(transition: str, outcome: Outcome) -> DeliveryRecord:
    """What was done for a transition of the episode."""
    sent = Delivery(transition=transition, episode="e-1", endpoint=endpoint_id(POLICE), where="x", outcome=outcome)
    return DeliveryRecord(
        transition=transition, episode="e-1", routing=Routing.DELIVER, deliveries=(sent,), at=at("02-24 08:01")
    )


def test_the_ledger_remembers_what_arrived() -> None:
    """After a restart the records alone say what was told; twice the same record changes nothing."""
    ledger = Ledger([record("t-1", Outcome.DELIVERED), record("t-1", Outcome.DELIVERED)])
    assert ledger.history("e-1") == has(POLICE, "t-1")
    assert ledger.history("e-2") == {}


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.DELIVERED}))
def test_what_failed_was_not_told(outcome: Outcome) -> None:
    """Only a 2xx answer counts as told, so that a failed alert may be sent again."""
    assert Ledger([record("t-1", outcome)]).history("e-1") == {}
