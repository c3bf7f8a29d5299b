"""What a command takes from the environment, and what it says when that is wrong."""

import logging
import os
from typing import Any, Final

from pydantic import ValidationError

from schemas.errors import InputError
from streams.settings import Settings

INTAKE: Final = "XUNCHA_INTAKE"
DEFAULT_INTAKE: Final = "http://127.0.0.1:8642"

_CLIENTS: Final = ("aiokafka", "kafka")


def read_settings(kafka: str | None = None) -> Settings:
    """The settings, with other bootstrap servers where the command line names them.

    Raises:
        InputError: a variable holds what it can't hold; the message names it.

    """
    for client in _CLIENTS:  # their complaints would stand beside our one sentence
        logging.getLogger(client).addHandler(logging.NullHandler())
    return own_settings(kafka=kafka) if kafka else own_settings()


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
    """Where the intake listens."""
    return os.environ.get(INTAKE) or DEFAULT_INTAKE


def names_intake() -> bool:
    """Whether the environment says where the intake is."""
    return bool(os.environ.get(INTAKE))


def names_kafka() -> bool:
    """Whether the environment says where Kafka is."""
    return bool(os.environ.get("XUNCHA_KAFKA"))


def _faults(error: ValidationError) -> list[str]:
    return [f"XUNCHA_{str(fault['loc'][0]).upper()}: {fault['msg']}; mend or unset it" for fault in error.errors()]
