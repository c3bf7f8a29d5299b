"""The commands of `xuncha`, one module each; every module has `register(app)`."""

import cyclopts

from console.commands import (
    alerts,
    archive,
    deadletter,
    demo,
    publish,
    registry,
    replay,
    rules,
    schema,
    tail,
    up,
    worker,
)


def register_all(app: cyclopts.App) -> None:
    """Add every command to the command line."""
    for module in (up, worker, demo, replay, publish, tail, deadletter, rules, registry, alerts, archive, schema):
        module.register(app)
