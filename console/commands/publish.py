"""`xuncha publish`: events from a file into the log."""

import sys
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from console.options import Json, Kafka, To, flag


def register(app: cyclopts.App) -> None:
    """Add the command."""
    app.command(publish)


def publish(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    to: To = None,
    kafka: Kafka = None,
    no_validate: Annotated[bool, flag("send as it stands, one by one; the other side refuses what is faulty")] = False,
    skip_faulty: Annotated[bool, flag("leave out what is faulty and send the rest")] = False,
    json: Json = False,
) -> int:
    """Check observations and hand them in: to a running instance's intake, or to Kafka.

    FILE holds CloudEvents as one JSON document, an array, or JSON lines; `-` reads standard input to its end. Events
    are checked first; if one is faulty nothing is sent, and each fault is told with its line. Events are sent in the
    order of the file; sending them again is harmless, since an event is known by its id.

    They go where `--to` or `--kafka` says; else to the intake of XUNCHA_INTAKE, else to Kafka if XUNCHA_KAFKA is set,
    else to the intake of the `xuncha up` that runs on the data folder here, else to http://127.0.0.1:8642.

    For example:

    ```console
    xuncha publish observations.jsonl
    my-crawler | xuncha publish - --kafka broker:9092 --json
    ```

    Args:
        file: the file, or - for standard input.
        to: where events go.
        kafka: bootstrap servers.
        no_validate: send without checking.
        skip_faulty: send what is sound.
        json: print JSON.

    """
    from console.environment import read_settings
    from console.sending.publishing import check, unchecked
    from console.sending.publishing import publish as send
    from console.sending.report import tell, tell_nothing_sent
    from console.sending.targets import choose

    content, label, target = _read(file), Path(file).name, choose(to, kafka)
    if no_validate:
        return tell(send(unchecked(content), target, largest=1), label, json=json)
    found = check(content, read_settings(kafka))
    if found.rejected and not skip_faulty:
        return tell_nothing_sent(found.rejected, label, len(found.taken) + len(found.rejected), json=json)
    return tell(send(found.taken, target), label, left_out=found.rejected, json=json)


def _read(file: str) -> bytes:
    """The whole of a file or of standard input."""
    from schemas.errors import InputError

    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InputError(
            f"{file} can't be read ({error.strerror}): name a file of events, or - for standard input"
        ) from error
