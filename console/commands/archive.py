"""`xuncha archive`: keeping observations in Parquet files by day, beyond the retention of Kafka."""

from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from console.options import Json, Kafka, flag

Folder = Annotated[Path | None, Parameter(name="--archive", help="the archive's folder; XUNCHA_ARCHIVE if left out")]

app = cyclopts.App(name="archive", help="Observations in Parquet files by day: writing them, making few of many.")


def register(parent: cyclopts.App) -> None:
    """Add the commands."""
    parent.command(app)


@app.command
def run(
    *,
    to_end: Annotated[bool, flag("stop at the end of what is there now")] = False,
    past_gap: Annotated[bool, flag("go on where the broker no longer holds what comes next")] = False,
    archive: Folder = None,
    kafka: Kafka = None,
) -> None:
    """Copy observations from the topic into the archive until Ctrl-C or SIGTERM.

    Goes on where the group XUNCHA_GROUP + `-archive` has come to. Several share the partitions, as workers do. An
    observation is in the archive after XUNCHA_ARCHIVE_SECONDS at the latest.

    For example:

    ```console
    XUNCHA_KAFKA=broker:9092 XUNCHA_ARCHIVE=/srv/xuncha/archive xuncha archive run
    xuncha archive run --to-end
    ```

    Args:
        to_end: stop at the end.
        past_gap: go on past a gap.
        archive: the folder.
        kafka: bootstrap servers.

    """
    import asyncio

    from console.archiving import archive_topic
    from console.environment import read_settings
    from console.logs import log_to
    from console.output import remark

    settings = read_settings(kafka)
    settings = settings.model_copy(update={"archive": archive or settings.archive})
    log_to(settings.log_file, level=settings.log_level)
    archived = asyncio.run(archive_topic(settings, to_end=to_end, past_gap=past_gap))
    remark(f"{settings.archive}: {archived:,} observations archived")


@app.command
def compact(
    *,
    before: Annotated[str | None, Parameter(help="days before this one (2024-01-31); today if left out")] = None,
    archive: Folder = None,
    json: Json = False,
) -> None:
    """Make one file of each day's many; what two of them hold is in it once.

    May run beside archivers, and again at any time: late events of a day that was compact are merged in. Killed
    anywhere it loses nothing.

    For example:

    ```console
    xuncha archive compact
    xuncha archive compact --before 2024-04-01 --archive /srv/xuncha/archive
    ```

    Args:
        before: only days before this one.
        archive: the folder.
        json: print JSON.

    """
    from console.archiving import compacted
    from console.environment import own_settings
    from console.output import write_json, write_table

    found = compacted(archive or own_settings().archive, before)
    if json:
        write_json([one._asdict() for one in found])
        return
    write_table(("day", "files before", "observations"), ((one.day, one.files, f"{one.facts:,}") for one in found))
