"""`xuncha deadletter`: what was refused, why, and sending it again once it is mended."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import cyclopts
from cyclopts import Parameter

from console.options import Json, Kafka, Language, To, flag

if TYPE_CHECKING:
    from console.letters import Letter

Reason = Annotated[str | None, Parameter(name="--reason", help="only of this reason, such as wrong_shape")]

app = cyclopts.App(name="deadletter", help="What was refused, why, and sending it again.")


def register(parent: cyclopts.App) -> None:
    """Add the commands."""
    parent.command(app)


@app.command(name="list")
def list_letters(
    *, reason: Reason = None, limit: int = 100, kafka: Kafka = None, lang: Language = "zh", json: Json = False
) -> None:
    """List the dead letters, newest first: id, when, why, where the record lies, its key and the error.

    For example:

    ```console
    xuncha deadletter list --reason wrong_shape
    xuncha deadletter list --json --limit 0 | jq -r .[].reason | sort | uniq -c
    ```

    Args:
        reason: only these.
        limit: at most so many; 0 shows all.
        kafka: bootstrap servers.
        lang: zh or en.
        json: print JSON.

    """
    from console.output import remark, write_json, write_table

    found = list(_letters(kafka, reason).values())[::-1]
    shown = found[: limit or None]
    if json:
        write_json([letter.about.model_dump(mode="json", exclude={"value"}) for letter in shown])
        return
    write_table(("id", "at", "reason", "", "place", "key", "error"), (_row(letter, lang) for letter in shown))
    remark(f"{len(shown)} of {len(found)} dead letters")


@app.command
def show(
    letter: str,
    /,
    *,
    raw: Annotated[bool, flag("write the refused bytes and nothing else, to be mended")] = False,
    kafka: Kafka = None,
    json: Json = False,
) -> None:
    """Show one dead letter with its bytes. The beginning of an id will do.

    For example, to mend an event and send it again:

    ```console
    xuncha deadletter show 3fa9c1 --raw > event.json
    xuncha deadletter resend 3fa9c1 --edited event.json
    ```

    Args:
        letter: its id.
        raw: the bytes only.
        kafka: bootstrap servers.
        json: print JSON.

    """
    from console.letters import pick
    from console.output import write, write_json, write_pairs

    found = pick(_letters(kafka, None), letter)
    if raw:
        sys.stdout.buffer.write(found.raw)
    elif json:
        write_json(found.shown())
    else:
        write_pairs(found.about.model_dump(mode="json", exclude={"value"}).items())
        write("\n" + found.raw.decode(errors="replace"))


@app.command
def resend(  # each is an option
    *letters: str,
    edited: Annotated[Path | None, Parameter(help="mended bytes, sent in place of the one letter's own")] = None,
    every: Annotated[bool, flag("every letter (of --reason)", name="--all")] = False,
    reason: Reason = None,
    to: To = None,
    kafka: Kafka = None,
    json: Json = False,
) -> int:
    """Send dead letters again, as they are or mended; each event goes under the key of its subject.

    What would be refused again is not sent, but told. An event that was taken before is recognised by its id, so
    sending a letter twice is harmless. Events go where `xuncha publish` sends them.

    For example:

    ```console
    xuncha deadletter resend 3fa9c1 --edited event.json
    xuncha deadletter resend --all --reason future_time
    ```

    Args:
        letters: their ids, or the beginnings of these.
        edited: a file with the mended event or events.
        every: every letter.
        reason: only these.
        to: where events go.
        kafka: bootstrap servers, where the letters are read; events go there too if it is given.
        json: print JSON.

    """
    from console import resending
    from console.environment import read_settings
    from console.letters import pick
    from console.sending.targets import choose
    from schemas.errors import InputError

    if every == bool(letters) or (edited is not None and len(letters) != 1):
        raise InputError("name the letters to send again, or --all; with --edited exactly one")
    target, known = choose(to, None if to else kafka), _letters(kafka, reason)
    wanted = list(known.values()) if every else [pick(known, one) for one in letters]
    if edited is not None:
        wanted = [resending.mended(wanted[0], edited)]
    return resending.send(resending.select(wanted, read_settings(kafka)), target, json=json)


def _letters(kafka: str | None, reason: str | None) -> "dict[str, Letter]":
    """All letters of a reason, by id, oldest first."""
    from console.environment import read_settings
    from console.letters import read_letters
    from schemas.deadletters import Refusal
    from schemas.errors import InputError

    if reason is not None and reason not in set(Refusal):
        raise InputError(f"{reason!r} is no reason: use one of {', '.join(Refusal)}")
    return asyncio.run(read_letters(read_settings(kafka), Refusal(reason) if reason else None))


def _row(letter: "Letter", lang: str) -> tuple[object, ...]:
    from schemas.texts import Lang, text

    one = letter.about
    place = f"{one.topic}/{one.partition}@{one.offset}"
    return one.id, f"{one.at:%Y-%m-%d %H:%M:%S}", one.reason, text(one.reason, Lang(lang)), place, one.key, one.error
