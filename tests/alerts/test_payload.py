"""The payload as receivers know it: whoever changes it sees here what they change for others."""

import json
from pathlib import Path

import pytest

from alerts.body import body_of
from schemas.alerts import Alert
from schemas.words import Change, Reason, State
from tests.alerts.timeline import at, told

GOLDEN = Path(__file__).parent / "golden"

PAYLOADS = {
    "due_soon": told(
        Change.DUE_SOON,
        state=State.DUE_SOON,
        reason=Reason.UPDATE_DUE_SOON,
        sequence=1,
        at=at("02-20 08:00"),
        since=at("02-20 08:00"),
    ),
    "breached": told(),
    "retracted": told(Change.RETRACTED, state=State.COMPLIANT, reason=Reason.LATE_EVIDENCE, sequence=3, due_at=None),
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_payload_is_the_one_that_receivers_know(name: str) -> None:
    """Names, order of meaning, times with their offset, both languages: as written down, to the letter."""
    golden = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert json.loads(str(body_of(PAYLOADS[name]))) == golden


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_data_can_be_read_back_as_an_alert(name: str) -> None:
    """A receiver in Python reads the data with our own model and has the alert again."""
    golden = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert Alert.model_validate_json(json.dumps(golden["data"])) == PAYLOADS[name]
