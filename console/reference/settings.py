"""The page of the settings: every environment variable that a worker or a command reads."""

from collections.abc import Iterator
from pathlib import Path

from console.environment import DEFAULT_INTAKE, INTAKE
from console.reference.markdown import code, page, table
from streams.settings import Settings

_INTRODUCTION = """\
All settings are environment variables. Lists are JSON: `XUNCHA_PACKS='["our-packs"]'`."""


def settings_page() -> str:
    """The page."""
    rows = [*_rows(), (code(INTAKE), code(DEFAULT_INTAKE), "where commands hand events in; see `xuncha publish`")]
    return page("Settings", _INTRODUCTION, table(("variable", "default", "what it says"), rows))


def _rows() -> Iterator[tuple[str, str, str]]:
    for name, field in Settings.model_fields.items():
        yield code(f"XUNCHA_{name.upper()}"), _default(field.default), field.description or ""


def _default(value: object) -> str:
    if isinstance(value, bool):
        return code(str(value).lower())
    if isinstance(value, str | int | float | Path):
        return code(value)
    return "" if value in {None, ()} else code(value)
