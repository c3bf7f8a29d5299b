"""One line a record: context on each, our format for libraries' too, and never a secret."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from console.logs import Seldom, configure_logging
from schemas.errors import InputError

SECRET = "whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What a test configures ends with it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """What was logged, read as JSON."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_all_that_was_bound() -> None:
    """Event, subject, rule, partition and offset stand on every line below where they were bound, and nowhere else."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    log = structlog.get_logger("agents.observe")
    about = {"event_id": "ev-1", "subject": "4207000001", "rule": "W-V3", "partition": 3, "offset": 42}
    with structlog.contextvars.bound_contextvars(**about):
        log.info("判定", state="breached")
    log.info("after")
    first, second = lines(stream)
    assert first["event"] == "ev-1"
    assert {name: first[name] for name in ("subject", "rule", "partition", "offset", "state")} == {
        "subject": "4207000001", "rule": "W-V3", "partition": 3, "offset": 42, "state": "breached",
    }  # fmt: skip
    assert (first["message"], first["level"], first["logger"]) == ("判定", "info", "agents.observe")
    assert first["timestamp"].endswith("Z")
    assert "subject" not in second
    assert "判定" in stream.getvalue()


def test_libraries_speak_the_same_format() -> None:
    """A record of the standard library is the same JSON, with the same context; chatter below a warning is left out."""
    stream = io.StringIO()
    configure_logging(stream=stream, level="debug")
    with structlog.contextvars.bound_contextvars(partition=3):
        logging.getLogger("some.library").info("hello %s", "world")
        logging.getLogger("aiokafka.consumer").info("heartbeat")
        logging.getLogger("aiokafka.consumer").warning("broker away")
    first, second = lines(stream)
    assert (first["message"], first["partition"]) == ("hello world", 3)
    assert (second["message"], second["level"]) == ("broker away", "warning")


def test_an_exception_is_part_of_its_line() -> None:
    """A traceback is data on one line, without the values of variables."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    personal = "某人的身份证号"
    try:
        raise ValueError("broken")  # noqa: TRY301
    except ValueError:
        structlog.get_logger("x").exception("failed", subject="4207000001")
    (line,) = lines(stream)
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert personal not in stream.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_no_secret_gets_into_a_line(as_json: bool) -> None:  # noqa: FBT001
    """As a value, inside a text, in a mapping or in an error's message: a webhook's secret is blotted out."""
    stream = io.StringIO()
    configure_logging(stream=stream, as_json=as_json)
    log = structlog.get_logger("x")
    log.info("using %s", SECRET, secret=SECRET, inside={"env": [SECRET]})
    logging.getLogger("y").warning("of a library: %s", SECRET)
    try:
        raise ValueError(SECRET)  # noqa: TRY301
    except ValueError:
        log.exception("failed")
    assert SECRET[6:14] not in stream.getvalue()
    assert stream.getvalue().count("whsec_…") >= 5


def test_lines_for_people() -> None:
    """On a terminal the same records are short lines, in colour only where there is a terminal."""
    stream = io.StringIO()
    configure_logging(stream=stream, as_json=False)
    structlog.get_logger("x").info("ready", partition=3)
    assert "ready" in stream.getvalue()
    assert "partition=3" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_levels() -> None:
    """What lies below the level is not written; configured again, the new level holds for loggers that spoke before."""
    stream = io.StringIO()
    configure_logging(stream=stream, level="warning")
    log = structlog.get_logger("x")
    log.info("quiet")
    log.warning("loud")
    configure_logging(stream=stream, level="INFO")
    log.info("now")
    assert [line["message"] for line in lines(stream)] == ["loud", "now"]


def test_an_unknown_level_is_refused() -> None:
    """The operator reads which levels there are."""
    with pytest.raises(InputError, match="there is no log level 'chatty': write one of CRITICAL"):
        configure_logging(level="chatty")


def test_what_is_no_json_is_written_as_text() -> None:
    """A value that JSON doesn't know never breaks a line."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    structlog.get_logger("x").info("odd", value={1, 2}, error=ValueError("x"), raw=b"\xff")
    assert lines(stream)[0]["raw"] == "b'\\xff'"


def test_a_library_complains_once_in_ten_seconds() -> None:
    """Other words and our own records are not held back."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    for port in (1, 2):
        logging.getLogger("aiokafka.client").error("no broker at %s", port)
        logging.getLogger("aiokafka.client").error("no group at %s", port)
        structlog.get_logger("agents.worker").error("ours")
    assert [line["message"] for line in lines(stream)] == ["no broker at 1", "no group at 1", "ours", "ours"]


def test_a_library_may_complain_again_later() -> None:
    """Ten seconds after the last line that was written the next is."""
    seldom = Seldom(("aiokafka",), 10.0)
    record = logging.LogRecord("aiokafka.client", logging.ERROR, __file__, 1, "no broker", None, None)
    passed = []
    for record.created in (100.0, 109.9, 110.0, 119.0, 120.0):
        passed.append(seldom.filter(record))
    assert passed == [True, False, True, False, True]
