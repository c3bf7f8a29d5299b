"""Where `xuncha` begins: runs a command; each error of ours is one sentence and a status.

Exit status: 0 done, 1 done with findings of the kind the command looks for, 2 wrong use or wrong input,
3 the surroundings failed (broker, port, disk), 130 stopped by Ctrl-C, 143 stopped by SIGTERM.
"""

import sys

from streams.ending import ENDING

WRONG_INPUT, SURROUNDINGS_FAILED, INTERRUPTED = 2, 3, 130


def main() -> None:
    """Run the command line and exit with an honest status."""
    ENDING.begin()
    try:
        sys.exit(_run())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if "KeyboardInterrupt" in str(error):  # pydantic wraps a Ctrl-C that comes while it builds a model
            sys.exit(INTERRUPTED)
        raise


def _run() -> int:
    """The exit status of the command that was asked for."""
    # Imported here, so that Ctrl-C and SIGTERM find us ready while they load: that takes seconds on a busy machine.
    from console.application import app
    from schemas.errors import InputError, LawError, XunchaError

    try:
        status = app()
    except (InputError, LawError) as error:
        return _say(error, WRONG_INPUT)
    except XunchaError as error:
        return _say(error, SURROUNDINGS_FAILED)
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()
        return 0
    return status if isinstance(status, int) else 0


def _say(error: Exception, status: int) -> int:
    sys.stderr.write(f"xuncha: {error}\n")
    return status
