"""The command line put together: one module a command under `console/commands`."""

import cyclopts

from console.commands import register_all

app = cyclopts.App(
    name="xuncha",
    help="Watch government websites and new-media accounts by the rules that they are judged by.",
    help_format="markdown",
    version_flags=["--version"],
)
register_all(app)
