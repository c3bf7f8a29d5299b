"""`xuncha registry`: checking what an office keeps, and publishing it."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import cyclopts
from cyclopts import Parameter

from console.options import Json, Kafka, Language, To

if TYPE_CHECKING:
    from observers.registry import RegistryFault

Area = Annotated[str | None, Parameter(name="--area", help="whose bulletin it is for; the file's own word if left out")]
At = Annotated[
    str | None,
    Parameter(
        name="--at",
        help="from when it holds: an instant, or a date, which stands for its BEGINNING in Beijing; "
        "the file's own word if left out",
    ),
]

app = cyclopts.App(
    name="registry", help="Units, sites, columns and accounts: checking what an office keeps, publishing it."
)


def register(parent: cyclopts.App) -> None:
    """Add the commands."""
    parent.command(app)


@app.command
def check(file: Path, /, *, area: Area = None, at: At = None, lang: Language = "zh", json: Json = False) -> int:
    """Check a registry and tell every fault with its sheet, row and column; the status is 1 if there is one.

    FILE is a YAML file, an Excel workbook (.xlsx) or a folder of CSV files.

    For example:

    ```console
    xuncha registry check registry.xlsx
    ```

    Args:
        file: the registry.
        area: whose bulletin.
        at: from when it holds.
        lang: zh or en.
        json: print JSON.

    """
    from console.output import remark, write, write_json
    from observers.registry import check_registry

    report = check_registry(file, area=area, valid_from=_instant(at))
    if json:
        told = {"faults": [_plain(one) for one in report.faults], "notes": [_plain(one) for one in report.notes]}
        write_json({**told, "counts": dict(report.counts)})
    else:
        for note in report.notes:
            remark(note.text(lang))
        for fault in report.faults:
            write(fault.text(lang))
        counts = ", ".join(f"{count} {kind}" for kind, count in report.counts.items())
        write(f"{file.name}: {len(report.faults)} faults ({counts or 'nothing in it'})")
    return 0 if report.passed else 1


@app.command
def publish(
    file: Path,
    /,
    *,
    at: At = None,
    replaces: Annotated[Path | None, Parameter(help="what was published before: only what has changed is sent")] = None,
    area: Area = None,
    to: To = None,
    kafka: Kafka = None,
    json: Json = False,
) -> int:
    """Publish a registry as events, or what has changed since the one that it replaces.

    An account closed or a site taken over changes what is judged from `--at` on, not before. Publishing the same
    registry twice is harmless. Events go where `xuncha publish` sends them.

    For example:

    ```console
    xuncha registry publish registry.xlsx
    xuncha registry publish registry-2024-04.xlsx --replaces registry.xlsx --at 2024-04-01
    ```

    Args:
        file: the registry.
        at: from when it holds.
        replaces: the registry before.
        area: whose bulletin.
        to: where events go.
        kafka: bootstrap servers.
        json: print JSON.

    """
    from console.sending.publishing import made
    from console.sending.publishing import publish as send
    from console.sending.report import tell
    from console.sending.targets import choose
    from observers.registry import read_registry, registry_changes, registry_events

    target, since = choose(to, kafka), _instant(at)
    new = read_registry(file, area=area, valid_from=since)
    if replaces is None:
        events = registry_events(new)
    else:
        old = read_registry(replaces, area=area)
        events = registry_changes(old, new, since or new.valid_from)
    return tell(send(made(events), target), file.name, json=json)


def _instant(at: str | None) -> datetime | None:
    """An aware instant; a date is its beginning, as in the registry's own sheets."""
    from schemas.errors import AtError
    from schemas.instants import SHANGHAI, read_at, to_datetime

    if at is None:
        return None
    try:
        day = date.fromisoformat(at)
    except ValueError:
        return to_datetime(read_at(at))
    if len(at) != len("2024-04-01"):
        raise AtError(f"{at!r} is no date: write 2024-04-01")
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _plain(fault: "RegistryFault") -> dict[str, object]:
    place = fault.place
    where = {"sheet": place.sheet, "row": place.row or None, "column": place.column or None}
    return {"reason": fault.reason, **where, "value": fault.value, "zh": fault.text("zh"), "en": fault.text("en")}
