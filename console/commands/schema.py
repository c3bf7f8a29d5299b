"""`xuncha schema`: the contracts with the world, from the models."""

from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from console.options import flag

#: What the repository checks in.
REFERENCE = Path("docs/reference")


def register(app: cyclopts.App) -> None:
    """Add the command."""
    app.command(schema)


def schema(
    name: str | None = None,
    /,
    *,
    write: Annotated[Path | None, Parameter(name="--write", help="write all of the reference into this folder")] = None,
    check: Annotated[bool, flag("compare a folder with the code; status 1 and a diff where they differ")] = False,
) -> int:
    """Print one contract, or write or check the whole generated reference.

    NAME is observation, control, transition, alert, aggregate, standing, delivery, registry or dead-letter (JSON Schema
    2020-12), or asyncapi (AsyncAPI 3.0 of all topics). Without anything the names are listed. `--check` looks at the
    folder of `--write`, or at docs/reference, and changes nothing.

    For example:

    ```console
    xuncha schema observation > observation.schema.json
    xuncha schema --write docs/reference
    xuncha schema --check
    ```

    Args:
        name: a contract's name.
        write: a folder.
        check: compare.

    """
    if name is not None:
        return _print(name)
    if check:
        return _check(write or REFERENCE)
    return _list() if write is None else _write(write)


def _print(name: str) -> int:
    from console.asyncapi import asyncapi_file
    from console.output import write as put
    from console.reference.contracts import as_text, contracts, schema_of
    from schemas.errors import InputError

    known = contracts()
    if name != "asyncapi" and name not in known:
        raise InputError(f"there is no contract {name!r}; there are {', '.join([*known, 'asyncapi'])}")
    text = asyncapi_file()[1] if name == "asyncapi" else as_text(schema_of(known[name]))
    put(text.rstrip("\n"))
    return 0


def _list() -> int:
    from console.asyncapi import PATH
    from console.output import write_table
    from console.reference.contracts import contracts

    rows = [(one.name, one.title, one.file) for one in contracts().values()]
    write_table(("name", "what it describes", "file"), [*rows, ("asyncapi", "all topics and their messages", PATH)])
    return 0


def _write(folder: Path) -> int:
    from console.output import write as put
    from console.reference.generate import write_reference

    changed = write_reference(folder)
    for path in changed:
        put(f"{folder / path}")
    put(f"{len(changed)} files changed in {folder}")
    return 0


def _check(folder: Path) -> int:
    from console.output import remark
    from console.output import write as put
    from console.reference.generate import stale

    found = list(stale(folder))
    for diff in found:
        put(diff)
    if found:
        remark(f"xuncha: {len(found)} files of {folder} are not what the code says: `xuncha schema --write {folder}`")
    return 1 if found else 0
