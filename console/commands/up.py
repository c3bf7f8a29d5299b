"""`xuncha up`: everything on this machine in one command, without Docker and without Java."""

import asyncio
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter


def register(app: cyclopts.App) -> None:
    """Add the command."""
    app.command(up)


def up(  # noqa: PLR0913  # each is an option of the command line
    *,
    demo: bool = False,
    once: bool = False,
    out: Annotated[Path, Parameter(name="--out")] = Path("out"),
    data: Annotated[Path, Parameter(name="--data")] = Path("xuncha-data"),
    broker_port: int = 0,
    intake_port: int = 8642,
    metrics_port: int = 8643,
    receiver_port: int = 8644,
) -> None:
    """Start the embedded broker, a worker, the HTTP intake, /metrics and a local webhook receiver.

    For example, to see a real quarter of a real city judged and then send events of your own:
    `xuncha up --demo`. Without a screen, ending when the quarter is closed: `xuncha up --demo --once --out out`.

    Parameters
    ----------
    demo
        Play the reconstructed quarter first and write its four files.
    once
        End when the demo quarter is closed.
    out
        Where aggregate.json, findings.jsonl, transitions.jsonl and bulletin.md go.
    data
        Where the journal and the logs are kept; what was acknowledged is there after kill -9 and comes back at the
        next start.
    broker_port
        The broker's port; 0 takes a free one.
    intake_port
        The port of the HTTP intake; 0 takes a free one.
    metrics_port
        The port of /metrics, /live and /ready; 0 takes a free one.
    receiver_port
        The port of the local webhook receiver; 0 takes a free one.

    """
    from console.up.session import Session, Wish  # keeps `--help` fast

    ports = (broker_port, 0, 0, 0) if once else (broker_port, intake_port, metrics_port, receiver_port)
    asyncio.run(Session(Wish(demo=demo, once=once, out=out, data=data, ports=ports)).run())
