"""The command line put together: one module a command under `console/commands`."""

from functools import partial
from importlib.metadata import version

import cyclopts

from console.commands import register_all

app = cyclopts.App(
    name="xuncha",
    help="Watch government websites and new-media accounts by the rules that they are judged by.",
    help_format="markdown",
    version=partial(version, "xuncha"),
    version_flags=["--version"],
)
register_all(app)
