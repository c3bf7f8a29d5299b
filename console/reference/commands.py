"""The page of the commands: what `--help` says of each, and the exit statuses."""

from console.reference.markdown import page, table

_STATUSES = (
    ("0", "done"),
    ("1", "done, with findings of the kind that the command looks for: faults, refusals, stale files"),
    ("2", "wrong use, or wrong input: the sender or the editor can mend it"),
    ("3", "the surroundings failed: broker, port, disk"),
    ("70", "a worker had to end without acknowledging what it held"),
    ("130", "stopped by Ctrl-C"),
    ("143", "stopped by SIGTERM, as systemd, Docker and Kubernetes send it"),
)


def commands_page() -> str:
    """The page."""
    from console.application import app  # the command line imports this page's command, so the page imports it late

    whole = app.generate_docs(output_format="markdown", heading_level=2, usage_name="xuncha")
    # What stands before the help of the whole depends on whether a command is running just now, and each usage line
    # on whether that was started as `python -m console`.
    _, said, commands = whole.replace(" -m console", "").partition(str(app.help))
    lines = (line.rstrip() for line in f"{said}{commands}".strip().splitlines())
    return page("Commands", table(("exit status", "means"), _STATUSES), "\n".join(lines))
