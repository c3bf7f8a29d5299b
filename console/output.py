"""What a command prints: tables and pages for people, JSON for programs, remarks on standard error."""

import sys
from collections.abc import Iterable, Sequence

import orjson
from rich.console import Console
from rich.table import Table

#: Columns where nobody looks at the output directly: wide enough that a row seldom wraps, so that `grep` finds it.
UNSEEN_WIDTH = 200


def write(text: str) -> None:
    """Print a text as it is, with a line's end."""
    sys.stdout.write(f"{text}\n")


def write_json(value: object) -> None:
    """Print one JSON document, indented, keys in the order in which they were given."""
    write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def write_line(value: object) -> None:
    """Print one line of JSON, at once, so that a pipe's reader sees it."""
    write(orjson.dumps(value).decode())
    sys.stdout.flush()


def remark(text: str) -> None:
    """Say something beside the output."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
    """Print a table; what stands in a cell is never taken for markup."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    _print(table)


def write_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Print names and what they stand for, one pair a line, names in one column; empty ones are left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        if _cell(value):
            grid.add_row(name, _cell(value))
    _print(grid)


def _print(page: Table) -> None:
    """As wide as the terminal is; where there is none, plain and without blanks at the ends of lines."""
    seen = sys.stdout.isatty()
    console = Console(file=sys.stdout, width=None if seen else UNSEEN_WIDTH, markup=False, highlight=False, emoji=False)
    if seen:
        console.print(page)
        return
    with console.capture() as captured:
        console.print(page)
    write("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _cell(value: object) -> str:
    return "" if value is None else str(value)
