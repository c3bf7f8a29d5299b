"""The command line. One module a command under `console/commands`; each error of ours is one sentence and a status.

Exit status: 0 done, 1 done with findings of the kind the command looks for, 2 wrong use or wrong input,
3 the surroundings failed (broker, port, disk), 130 stopped by Ctrl-C.
"""

import sys

import cyclopts

from console.commands import register_all
from schemas.errors import InputError, LawError, XunchaError

app = cyclopts.App(
    name="xuncha",
    help="Watch government websites and new-media accounts by the rules that they are judged by.",
    help_format="markdown",
    version_flags=["--version"],
)
register_all(app)

WRONG_INPUT, SURROUNDINGS_FAILED, INTERRUPTED = 2, 3, 130


def main() -> None:
    """Run the command line and exit with an honest status."""
    try:
        status = app()
    except (InputError, LawError) as error:
        sys.exit(_say(error, WRONG_INPUT))
    except XunchaError as error:
        sys.exit(_say(error, SURROUNDINGS_FAILED))
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(status if isinstance(status, int) else 0)


def _say(error: XunchaError, status: int) -> int:
    sys.stderr.write(f"xuncha: {error}\n")
    return status
