"""`xuncha alerts`: who is warned of what, on what evidence, told to whom; and saying that one knows."""

import asyncio
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from console.options import Json, Kafka, Language, To, flag

app = cyclopts.App(name="alerts", help="Who is warned of what, on what evidence, and who was told.")


def register(parent: cyclopts.App) -> None:
    """Add the commands."""
    parent.command(app)


@app.command(name="list")
def list_alerts(
    *,
    unit: Annotated[str | None, Parameter(help="only of this unit's id")] = None,
    rule: Annotated[str | None, Parameter(help="only under this rule, such as M-V2a")] = None,
    state: Annotated[str | None, Parameter(help="only in this state, such as due_soon")] = None,
    every: Annotated[bool, flag("those that have ended too", name="--all")] = False,
    kafka: Kafka = None,
    lang: Language = "zh",
    json: Json = False,
) -> None:
    """List the alerts in which somebody has something to do, the nearest deadline first.

    For example:

    ```console
    xuncha alerts list --unit jyj
    xuncha alerts list --state due_soon --json | jq -r .[].due_at
    ```

    Args:
        unit: a unit's id.
        rule: a rule's id.
        state: a state.
        every: ended ones too.
        kafka: bootstrap servers.
        lang: zh or en.
        json: print JSON.

    """
    from console import alert_pages
    from console.alert_listing import Filter, read_listing
    from console.environment import read_settings
    from console.output import write_json, write_table
    from schemas.texts import Lang

    found = asyncio.run(read_listing(read_settings(kafka), Filter.of(unit, rule, state, every=every)))
    if json:
        write_json([alert.model_dump(mode="json") for alert in found])
    else:
        write_table(alert_pages.columns(Lang(lang)), (alert_pages.row(alert, Lang(lang)) for alert in found))


@app.command
def show(episode: str, /, *, kafka: Kafka = None, lang: Language = "zh", json: Json = False) -> None:
    """Show one alert: which rule, since when, due when, on what evidence, and who was told.

    The beginning of an episode's id will do.

    For example:

    ```console
    xuncha alerts show 7c1f09
    ```

    Args:
        episode: its id.
        kafka: bootstrap servers.
        lang: zh or en.
        json: print JSON.

    """
    from console import alert_pages
    from console.alert_reader import read_story
    from console.environment import read_settings
    from console.labels import label
    from console.output import write, write_json, write_pairs, write_table
    from schemas.texts import Lang
    from schemas.texts.catalogue import pick

    story, spoken = asyncio.run(read_story(read_settings(kafka), episode)), Lang(lang)
    if json:
        write_json(alert_pages.plain(story))
        return
    write(f"{pick(story.alert.title, spoken)}\n{pick(story.alert.summary, spoken)}\n")
    write_pairs(alert_pages.pairs(story.alert, spoken))
    write("")
    history = alert_pages.history_rows(story, spoken)
    write_table(alert_pages.history_columns(spoken), history, label("history", spoken))
    write("")
    write_table(alert_pages.told_columns(spoken), alert_pages.told_rows(story, spoken), label("told", spoken))


@app.command
def acknowledge(
    episode: str,
    /,
    *,
    by: Annotated[str, Parameter(help="who acknowledges it")],
    promised: Annotated[str | None, Parameter(help="by when it will be put right: an instant, or a date's end")] = None,
    to: To = None,
    kafka: Kafka = None,
    json: Json = False,
) -> int:
    """Acknowledge an alert: the unit knows, and says by when it will be put right.

    It hides nothing from the bulletin. Events go where `xuncha publish` sends them.

    For example:

    ```console
    xuncha alerts acknowledge 7c1f09 --by 张三 --promised 2024-03-04
    ```

    Args:
        episode: its id, or the beginning of it.
        by: who.
        promised: by when.
        to: where events go.
        kafka: bootstrap servers, where the alert is read; events go there too if it is given.
        json: print JSON.

    """
    from console.acknowledging import acknowledgement
    from console.alert_reader import read_alert
    from console.environment import read_settings
    from console.sending.publishing import made, publish
    from console.sending.report import tell
    from console.sending.targets import choose

    target = choose(to, None if to else kafka)
    alert = asyncio.run(read_alert(read_settings(kafka), episode))
    return tell(publish(made([acknowledgement(alert, by, promised)]), target), alert.episode, json=json)
