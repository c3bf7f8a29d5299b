"""The comparison finds what it is there to find."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from alerts.received import Received
from alerts.receiver import Reception
from schemas.alerts import Alert, Bilingual
from schemas.instants import SHANGHAI, to_datetime
from schemas.words import Change, State
from tests.chaos.verdict import Verdict, _alerts

AT = to_datetime(1_704_067_200_000).astimezone(SHANGHAI)
WORDS = Bilingual(zh="某", en="a")


def alert(transition: str, **changes: Any) -> Alert:
    """An alert of one and the same breach, unless it is changed."""
    made = Alert(
        episode="e", transition=transition, sequence=0, change=Change.BREACHED, state=State.BREACHED, rule="W-V2",
        clause=WORDS, title=WORDS, summary=WORDS, severity="veto", verified=True, pack="cn-2019", unit="u",
        unit_name="某", subject="s", subject_name="某", start=AT, since=AT, at=AT, due_at=None, provisional=False,
        detected_at=AT, evidence=(),
    )  # fmt: skip
    return made.model_copy(update=changes)


def told(one: Alert) -> Received:
    """An alert as it was received."""
    return Received(type="alert.breached", timestamp=AT, data=one, id=one.transition, received_at=AT)


def verdict(*received: Received, wanted: tuple[str, ...] = ("t",), counts: Any = None) -> Verdict:
    """What is said of a receiver that was told this."""
    city: Any = SimpleNamespace(receiver=SimpleNamespace(received=list(received), counts=counts or Counter()))
    found = Verdict()
    _alerts(found, city, {one: alert(one) for one in wanted})
    return found


def test_told_once() -> None:
    """Nothing to be said."""
    assert verdict(told(alert("t"))) == Verdict(alerts=1)


def test_the_same_id_again_is_allowed() -> None:
    """And counted; so is another moment of being found."""
    assert verdict(told(alert("t")), told(alert("t"))) == Verdict(alerts=1, repeated=1)


def test_not_told() -> None:
    """An alert that never came is lost."""
    assert verdict().lost == 1


def test_told_too_much() -> None:
    """An alert that nobody should have been told is extra."""
    assert verdict(told(alert("t")), told(alert("x", subject="x"))).extra == 1


def test_the_same_under_another_id() -> None:
    """One breach under two ids is one alert told twice, also where both are wanted."""
    found = verdict(told(alert("t")), told(alert("x")), wanted=("t", "x"))
    assert (found.lost, found.extra, found.other_ids) == (0, 0, 1)


@pytest.mark.parametrize("changes", [{"note": "other"}, {"due_at": AT}, {"unit": "x"}])
def test_another_content(changes: dict[str, Any]) -> None:
    """An alert that says something else is different, whether it comes first or again."""
    assert verdict(told(alert("t", **changes))).different == 1
    assert verdict(told(alert("t")), told(alert("t", **changes))).different == 1


def test_refused_while_clocks_are_wrong() -> None:
    """What a receiver refused for its age must have come again, else it is lost."""
    city: Any = SimpleNamespace(receiver=SimpleNamespace(received=[], counts={Reception.BAD_SIGNATURE: 1}))
    found = Verdict()
    _alerts(found, city, {"t": alert("t")}, clocks=True)
    assert (found.lost, found.different) == (1, 0)


def test_refused() -> None:
    """A signature that the receiver can't verify is no delivery."""
    assert verdict(told(alert("t")), counts={Reception.BAD_SIGNATURE: 1}).different == 1
