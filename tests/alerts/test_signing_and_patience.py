"""Secrets are good secrets or are refused with what to do; every answer of a receiver has one meaning."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from alerts.patience import LONGEST_ASKED, ending, retry_after
from alerts.signing import Signer, new_secret, read_signer
from schemas.deliveries import Outcome
from schemas.errors import SecretError
from tests.alerts.receivers import NAME, SECRET


@pytest.mark.parametrize(("size", "fits"), [(23, False), (24, True), (64, True), (65, False)], ids=str)
def test_a_secret_has_24_to_64_bytes(size: int, fits: bool) -> None:  # noqa: FBT001
    """Standard Webhooks' bounds, at both edges."""
    written = "whsec_" + base64.b64encode(b"k" * size).decode()
    if fits:
        assert repr(Signer(written, "X")) == "Signer(1 secrets)"
    else:
        with pytest.raises(SecretError, match=r"^X holds no secret: it must be whsec_ and 24 to 64 bytes in base64$"):
            Signer(written, "X")


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """Container platforms hand secrets over as files: NAME_FILE names one, and its newline doesn't matter."""
    path = tmp_path / "secret"
    path.write_text(SECRET + "\n")
    at = datetime(2024, 2, 24, tzinfo=UTC)
    signer = read_signer(NAME, {f"{NAME}_FILE": str(path)})
    assert signer.sign("t", at, "{}") == Webhook(SECRET).sign("t", at, "{}")


def test_a_missing_secret_says_what_to_set() -> None:
    """The operator reads which variable is missing, and which file was looked for."""
    with pytest.raises(SecretError, match=f"set {NAME}, or {NAME}_FILE"):
        read_signer(NAME, {})
    with pytest.raises(SecretError, match="/nowhere can't be read"):
        read_signer(NAME, {f"{NAME}_FILE": "/nowhere"})


def test_new_secrets_are_good_secrets() -> None:
    """A fresh secret is accepted, and no two are alike."""
    fresh = {new_secret() for _ in range(20)}
    assert len(fresh) == 20
    assert all(Signer(one, "fresh") for one in fresh)


def test_the_meaning_of_every_status() -> None:
    """Each status has its one meaning; none, because nothing came back, is tried again."""
    assert {ending(code) for code in range(200, 300)} == {Outcome.DELIVERED}
    assert {ending(code) for code in range(300, 400)} == {Outcome.REDIRECTED}
    assert {code for code in range(400, 500) if ending(code) is None} == {408, 425, 429}
    assert {code for code in range(400, 500) if ending(code) is Outcome.GONE} == {410}
    assert {ending(code) for code in [None, *range(500, 600)]} == {None}


def test_every_way_to_say_retry_after() -> None:
    """Seconds and dates are read; what is past, illegible or absurd does no harm."""
    now = datetime(2024, 2, 24, 8, 0, 0, tzinfo=UTC)
    read = {
        "120": 120,
        "0": 0,
        "Sat, 24 Feb 2024 08:00:30 GMT": 30,
        "Sat, 24 Feb 2024 07:00:00 GMT": 0,
        "soon": None,
        "-5": None,
        "": None,
        "9" * 400: LONGEST_ASKED,
        "Sat, 24 Feb 2525 08:00:00 GMT": LONGEST_ASKED,
    }
    assert {written: retry_after({"Retry-After": written}, now) for written in read} == read
    assert retry_after({}, now) is None
