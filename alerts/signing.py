"""Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 (`v1`) over id, timestamp and body. No secret leaves here."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from standardwebhooks import Webhook, WebhookVerificationError

from schemas.errors import SecretError

PREFIX: Final = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, by Standard Webhooks."""


class Signer:
    """Signs with one secret, or with several while one is being replaced (the newest first).

    Args:
        written: `whsec_` and base64; several with spaces between.
        source: what an error calls the place they came from.

    Raises:
        SecretError: there is none, or one is malformed.

    """

    __slots__ = ("_hooks",)

    def __init__(self, written: str, source: str) -> None:
        keys = [_key(each, source) for each in written.split()]
        if not keys:
            raise SecretError(f"{source} is empty: give it the secret that the receiver gave you, {PREFIX}…")
        self._hooks = [Webhook(key) for key in keys]

    def sign(self, message: str, at: datetime, body: str) -> str:
        """The value of `webhook-signature`: one signature a secret, with spaces between."""
        # The library takes the clock's digits for UTC whatever the offset says.
        return " ".join(hook.sign(message, at.astimezone(UTC), body) for hook in self._hooks)

    def verifies(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a request was signed with one of the secrets, within five minutes of now."""
        return any(_verifies(hook, headers, body) for hook in self._hooks)

    def __repr__(self) -> str:
        return f"Signer({len(self._hooks)} secrets)"


def read_signer(name: str | None, env: Mapping[str, str]) -> Signer:
    """The signer of an endpoint: its secret stands in the variable `name`, or in the file that `name`_FILE names.

    Raises:
        SecretError: neither is there, or what is there is malformed; the message shows none of it.

    """
    if not name:
        raise SecretError("the endpoint has no secret: give it secret_env, the name of a variable that holds one")
    if name in env:
        return Signer(env[name], name)
    if f"{name}_FILE" not in env:
        raise SecretError(f"no webhook secret: set {name}, or {name}_FILE to the file that holds it")
    return Signer(_read(Path(env[f"{name}_FILE"]), name), f"{name}_FILE")


def new_secret() -> str:
    """A fresh random secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise SecretError(f"{name}_FILE: {path} can't be read: check that it is there, and its rights") from None


def _key(written: str, source: str) -> bytes:
    """The bytes of a secret. `from None`: an error's chain would carry what was written."""
    try:
        key = base64.b64decode(written.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not written.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise SecretError(f"{source} holds no secret: it must be {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64")
    return key


def _verifies(hook: Webhook, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        hook.verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: a signature header without comma or base64
        return False
    return True
