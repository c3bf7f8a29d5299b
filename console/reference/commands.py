"""The page of the commands: what `--help` says of each, and the exit statuses."""

from console.reference.markdown import page, table

_STATUSES = (
    ("0", "done"),
    ("1", "done, with findings of the kind that the command looks for: faults, refusals, stale files"),
    ("2", "wrong use, or wrong input: the sender or the editor can mend it"),
    ("3", "the surroundings failed: broker, port, disk"),
    ("70", "a worker had to end without acknowledging what it held"),
    ("130", "stopped by Ctrl-C"),
)


def commands_page() -> str:
    """The page."""
    from console.application import app  # the command line imports this page's command, so the page imports it late

    whole = app.generate_docs(output_format="markdown", heading_level=2)
    _, _, commands = whole.partition("\n")
    body = "\n".join(line.rstrip() for line in commands.strip().splitlines())
    return page("Commands", table(("exit status", "means"), _STATUSES), body)
