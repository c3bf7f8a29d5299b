"""Logs: JSON lines on stderr for machines, or short lines for people; one format for our records and for libraries'.

Whoever handles a record binds what it is about, and every line below carries it:

    with structlog.contextvars.bound_contextvars(event_id=…, subject=…, rule=…, partition=…, offset=…): …

In JSON a line's text is `message`, and `event` is the observation's id, as CloudEvents calls it. Whatever looks like a
webhook's secret is blotted out of the finished line, tracebacks included, and no local variable is ever written.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, Final, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from schemas.errors import InputError, OperationError

_SECRET: Final = re.compile(r"whsec_[\w+/=%-]+")
_CHATTY: Final = ("aiohttp.access", "aiokafka", "asyncio", "faust", "kafka", "mode")
"""Libraries that say at INFO what nobody asked: their warnings are enough."""

_SELDOM_SECONDS: Final = 10.0

Event = MutableMapping[str, Any]
Render = Callable[[Any, str, Event], str]


def configure_logging(*, as_json: bool = True, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logs of this process to one stream; calling it again replaces what was there.

    Args:
        as_json: one JSON object a line; else lines for people.
        level: DEBUG, INFO, WARNING, ERROR or CRITICAL, in any case.
        stream: stderr unless told otherwise, so that a command's own output stays clean.

    Raises:
        InputError: there is no such level.

    """
    number = _level(level)
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(_formatter(as_json=as_json, colors=out.isatty()))
    handler.addFilter(Seldom(_CHATTY, _SELDOM_SECONDS))
    logging.basicConfig(handlers=[handler], level=number, force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # so that configuring again reaches loggers that have spoken already
    )  # fmt: skip


class Seldom(logging.Filter):
    """Lets a library's complaint through once in `seconds`: without a broker aiokafka writes forty lines a second.

    Complaints are the same if they come from the same place in the same words, whatever is put into them. Our own
    records all pass.
    """

    def __init__(self, libraries: tuple[str, ...], seconds: float) -> None:
        super().__init__()
        self._libraries, self._seconds = libraries, seconds
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written."""
        if record.name.split(".", 1)[0] not in self._libraries:
            return True
        words = (record.name, str(record.msg))
        if record.created - self._last.get(words, 0.0) < self._seconds:
            return False
        self._last[words] = record.created
        return True


def log_to(file: Path | None, level: str = "INFO") -> None:
    """Send all logs of this process to a file, as JSON lines; to stderr where there is none.

    Raises:
        InputError: there is no such level.
        OperationError: the file can't be written.

    """
    try:
        stream = file.open("a", encoding="utf-8") if file else None
    except OSError as error:
        raise OperationError(f"the log {file} can't be written ({error.strerror}): name another file") from error
    configure_logging(level=level, stream=stream)


def _level(level: str) -> int:
    known = {name: number for name, number in logging.getLevelNamesMapping().items() if number}
    if level.upper() not in known:
        raise InputError(f"there is no log level {level!r}: write one of {', '.join(known)}")
    return known[level.upper()]


def _shared() -> list[structlog.types.Processor]:
    """What every record goes through, ours or a library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(*, as_json: bool, colors: bool) -> logging.Formatter:
    ending = _json_ending() if as_json else [structlog.dev.ConsoleRenderer(colors=colors)]
    *before, render = ending
    processors = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *before, _blotted(render)]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=processors)


def _json_ending() -> list[Any]:
    trace = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    rename = structlog.processors.EventRenamer("message", replace_by="event_id")
    return [trace, rename, structlog.processors.JSONRenderer(serializer=json.dumps, ensure_ascii=False, default=str)]


def _blotted(render: Render) -> Render:
    """A renderer whose lines hold no webhook secret."""

    def blot(logger: object, name: str, event: Event) -> str:
        return _SECRET.sub("whsec_…", str(render(logger, name, event)))

    return blot
