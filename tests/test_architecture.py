"""The house rules that no linter knows: what the core may import, and how long a file may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("schemas", "rules", "streams", "agents", "alerts", "observers", "reports", "console")
IMPURE = frozenset({"asyncio", "os", "pathlib", "random", "secrets", "socket", "time", "uuid"})
IMPURE_CALLS = frozenset({"now", "utcnow", "today"})
OURS_IN_CORE = ("schemas", "rules", "streams.core")
MOST_LINES = 300


def python_files(*folders: str) -> list[Path]:
    """Every Python file below the folders, except test data."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "data" not in path.relative_to(ROOT).parts]


def imported_by(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def calls_in(path: Path) -> Iterator[str]:
    """The method names that a file calls: ``now`` for ``datetime.now()``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def is_ours(name: str) -> bool:
    """Whether a dotted name belongs to the product."""
    return name.split(".", maxsplit=1)[0] in PRODUCT


def allowed_in_core(name: str) -> bool:
    """Whether the core may import this name of ours."""
    return any(name == allowed or name.startswith(f"{allowed}.") for allowed in OURS_IN_CORE)


def name_of(path: Path) -> str:
    """A test id that says which file."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", python_files("streams/core"), ids=name_of)
class TestThePureCore:
    """The core is a function of its arguments: same log in, same judgements out, on any machine at any time."""

    def test_imports_neither_clock_nor_chance_nor_io(self, path: Path) -> None:
        """No module of the core imports what could make two replays differ."""
        assert not IMPURE & {name.split(".", maxsplit=1)[0] for name in imported_by(path)}

    def test_imports_of_ours_only_words_law_and_itself(self, path: Path) -> None:
        """The core does not know the log around it."""
        assert [name for name in imported_by(path) if is_ours(name) and not allowed_in_core(name)] == []

    def test_asks_nobody_for_the_time(self, path: Path) -> None:
        """Time enters as data, never by ``datetime.now()`` or ``date.today()``."""
        assert not IMPURE_CALLS & set(calls_in(path))


@pytest.mark.parametrize("path", python_files(*PRODUCT, "deploy", "scripts", "tests"), ids=name_of)
def test_a_file_fits_in_a_head(path: Path) -> None:
    """No file is longer than 300 lines: split by concept instead."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("package", PRODUCT)
def test_a_package_says_what_it_is_for(package: str) -> None:
    """Each package opens with what it is for and is not, and publishes its types."""
    module = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(module)
    assert (ROOT / package / "py.typed").exists()
