"""All generated files together: writing them into a folder, and telling what is not as the code says."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from console.asyncapi import asyncapi_file
from console.reference.commands import commands_page
from console.reference.contracts import schema_files
from console.reference.markdown import MARK
from console.reference.observations import observations_page
from console.reference.rules import rules_page
from console.reference.settings import settings_page
from console.reference.subjects import subjects_page
from console.reference.topics import topics_page
from schemas.errors import OperationError


def reference_files() -> dict[str, str]:
    """Every generated file by its path in the reference; equal code gives equal bytes."""
    pages = {
        "observations.md": observations_page(),
        "topics.md": topics_page(),
        "commands.md": commands_page(),
        "rules.md": rules_page(),
        "settings.md": settings_page(),
        "subjects.md": subjects_page(),
    }
    return dict([*schema_files(), asyncapi_file(), *pages.items()])


def write_reference(folder: Path) -> list[str]:
    """Write every file that is not as it should be, and remove generated ones that are no more; their paths.

    Raises:
        OperationError: the folder can't be written.

    """
    files = reference_files()
    changed = []
    try:
        for path, text in files.items():
            if _read(folder / path) != text:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, encoding="utf-8")
                changed.append(path)
        for path in _left_over(folder, files):
            (folder / path).unlink()
            changed.append(path)
    except OSError as error:
        raise OperationError(f"{folder} can't be written ({error.strerror}): name a folder of yours") from error
    return changed


def stale(folder: Path) -> Iterator[str]:
    """A diff for each file that is not as the code says."""
    files = reference_files()
    for path, text in files.items():
        old = _read(folder / path)
        if old != text:
            yield _diff(path, old or "", text)
    for path in _left_over(folder, files):
        yield _diff(path, _read(folder / path) or "", "")


def _left_over(folder: Path, files: dict[str, str]) -> list[str]:
    """Files that were generated once and are no more."""
    found = [*folder.glob("schemas/*.schema.json"), *(one for one in folder.glob("*.md") if _is_generated(one))]
    return sorted(path for one in found if (path := one.relative_to(folder).as_posix()) not in files)


def _is_generated(path: Path) -> bool:
    return (_read(path) or "").startswith(MARK)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _diff(path: str, old: str, new: str) -> str:
    lines = unified_diff(old.splitlines(), new.splitlines(), f"{path} (checked in)", f"{path} (the code)", lineterm="")
    return "\n".join(lines)
