"""What a command takes from the environment, and what it says when that is wrong."""

import logging
import os
from typing import Any, Final

from pydantic import ValidationError

from console.up.addresses import read_addresses
from schemas.errors import InputError
from streams.settings import Settings

INTAKE: Final = "XUNCHA_INTAKE"
DEFAULT_INTAKE: Final = "http://127.0.0.1:8642"

_CLIENTS: Final = ("aiokafka", "kafka")


def read_settings(kafka: str | None = None) -> Settings:
    """The settings of a command: its own bootstrap servers, else XUNCHA_KAFKA, else those of a running `xuncha up`.

    Raises:
        InputError: a variable holds what it can't hold; the message names it.

    """
    for client in _CLIENTS:  # their complaints would stand beside our one sentence
        logging.getLogger(client).addHandler(logging.NullHandler())
    if kafka:
        return own_settings(kafka=kafka)
    settings = own_settings()
    if names_kafka():
        return settings
    found = read_addresses(settings.data)
    own = {"kafka": found.get("broker"), "prefix": found.get("prefix")}
    said = settings.model_fields_set
    return own_settings(**{name: value for name, value in own.items() if value and name not in said})


def own_settings(**own: Any) -> Settings:
    """The settings of the environment, but for those given.

    Raises:
        InputError: a variable holds what it can't hold; the message names it.

    """
    try:
        return Settings(**own)
    except ValidationError as error:
        raise InputError("; ".join(_faults(error))) from error


def intake_url() -> str:
    """Where the intake listens: XUNCHA_INTAKE, else that of a running `xuncha up`, else its usual place."""
    return os.environ.get(INTAKE) or read_addresses(own_settings().data).get("intake") or DEFAULT_INTAKE


def names_intake() -> bool:
    """Whether the environment says where the intake is."""
    return bool(os.environ.get(INTAKE))


def names_kafka() -> bool:
    """Whether the environment says where Kafka is."""
    return bool(os.environ.get("XUNCHA_KAFKA"))


def _faults(error: ValidationError) -> list[str]:
    return [f"XUNCHA_{str(fault['loc'][0]).upper()}: {fault['msg']}; mend or unset it" for fault in error.errors()]
