"""The short form of `make fuzz`: a few thousand of what it sends."""

from random import Random

import pytest
import structlog

from tests.fuzz.poison import poison
from tests.fuzz.targets import TARGETS, mutants, target
from tests.fuzz.workbench import Account


def test_every_wild_event_is_accepted_or_set_aside() -> None:
    """Accepted + dead-lettered = sent after every batch, and the state that was written loads and says the same."""
    with structlog.testing.capture_logs():
        account = poison(3_000, 1, lambda _: None)
    assert account.balanced
    assert account.accepted > account.sent // 2 > account.letters > 0


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_is_handed_in_is_read_or_refused_in_words(name: str) -> None:
    """Sound examples, and some hundred with a few bytes changed."""
    chosen, dice = target(name), Random(name)
    with structlog.testing.capture_logs():
        for data in (*chosen.seeds, b"", *mutants(chosen.seeds, 300, dice.randrange)):
            chosen.once(data)


def test_an_account_that_does_not_balance_is_noticed() -> None:
    """One event lost, or counted twice."""
    assert Account(sent=3, accepted=2, letters=1).balanced
    assert not Account(sent=3, accepted=2, letters=0).balanced
    assert not Account(sent=3, accepted=3, letters=1).balanced
