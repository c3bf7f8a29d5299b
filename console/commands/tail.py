"""`xuncha tail`: what lies in a topic, and what comes."""

import asyncio
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from console.options import Json, Kafka, Language, flag


def register(app: cyclopts.App) -> None:
    """Add the command."""
    app.command(tail)


def tail(  # noqa: PLR0913  # each is an option
    topic: str,
    /,
    *,
    from_start: Annotated[bool, flag("begin with the oldest record")] = False,
    to_end: Annotated[bool, flag("stop at the end of what is there now; reads from the start")] = False,
    count: Annotated[int | None, Parameter(name=("--count", "-n"), help="stop after so many records")] = None,
    key: Annotated[str | None, Parameter(help="show only records of this key")] = None,
    kafka: Kafka = None,
    lang: Language = "zh",
    json: Json = False,
) -> None:
    """Show the records of a topic as they come, from all its partitions, without a consumer group.

    TOPIC is a short name (observations, transitions, alerts, aggregates, registry, deliveries, deadletters …) or the
    full one. With `--json` each record is one line of JSON. Ctrl-C ends it.

    For example:

    ```console
    xuncha tail transitions
    xuncha tail alerts --to-end --json | jq -r .value.title.zh
    ```

    Args:
        topic: a short or full name.
        from_start: begin with the oldest.
        to_end: stop at the end.
        count: how many.
        key: only this key.
        kafka: bootstrap servers.
        lang: zh or en.
        json: print JSON.

    """
    from console import tailing
    from console.environment import read_settings
    from schemas.texts import Lang

    settings = read_settings(kafka)
    name = tailing.name_of(topic, settings.prefix)
    wish = tailing.Wish(name, from_start=from_start, to_end=to_end, key=key, count=count)
    asyncio.run(tailing.tail(settings, wish, tailing.printer(name, Lang(lang), json=json)))
