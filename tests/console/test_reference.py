"""The checked-in reference is what the code says, and `--help` says how each command is used."""

import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import cyclopts
import pytest

from console import labels
from console.application import app
from console.reference.generate import reference_files, stale, write_reference
from tests.console.conftest import Xuncha

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def commands(parent: cyclopts.App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command's path, groups of commands included."""
    for name in parent:
        if not name.startswith("-"):
            yield (*path, name)
            yield from commands(parent[name], (*path, name))


PATHS = sorted(commands(app))
GROUPS = {path[:1] for path in PATHS if len(path) > 1}


def test_the_reference_is_what_the_code_says() -> None:
    """docs/reference, with every command's help in it, is as generated: else run `make docs` and look at the diff."""
    assert list(stale(REFERENCE)) == []


def test_generating_twice_gives_equal_bytes() -> None:
    """Nothing in the reference depends on the moment, the machine or the order of a set."""
    script = "from console.reference.generate import reference_files as f; print(hash(tuple(sorted(f().items()))))"
    runs = {
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=env).stdout
        for env in ({"PYTHONHASHSEED": "0", "COLUMNS": "80"}, {"PYTHONHASHSEED": "0", "COLUMNS": "200", "LANG": "C"})
    }
    assert len(runs) == 1


def test_a_stale_reference_is_told_with_a_diff(xuncha: Xuncha, tmp_path: Path) -> None:
    """--check changes nothing, shows what differs, and ends with 1; --write mends it and removes what is no more."""
    assert xuncha("schema", "--write", tmp_path).status == 0
    assert xuncha("schema", "--check", "--write", tmp_path).status == 0
    (tmp_path / "topics.md").write_text("nothing\n", encoding="utf-8")
    (tmp_path / "schemas" / "weather.schema.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "results.md").write_text("written by hand\n", encoding="utf-8")
    ran = xuncha("schema", "--check", "--write", tmp_path)
    assert ran.status == 1
    assert "-nothing" in ran.out
    assert "--- schemas/weather.schema.json (checked in)" in ran.out
    assert sorted(write_reference(tmp_path)) == ["schemas/weather.schema.json", "topics.md"]
    assert (tmp_path / "results.md").exists()
    assert list(stale(tmp_path)) == []


def test_a_contract_is_printed(xuncha: Xuncha) -> None:
    """`xuncha schema NAME` prints one; without a name they are listed; an unknown one is told."""
    assert xuncha("schema", "transition").json["$id"] == "urn:xuncha:schema:transition:1"
    assert xuncha("schema", "asyncapi").out == reference_files()["asyncapi.yaml"]
    assert "dead-letter" in xuncha("schema").out
    ran = xuncha("schema", "weather")
    assert (ran.status, "there is no contract 'weather'" in ran.err) == (2, True)


@pytest.mark.parametrize("path", [path for path in PATHS if path not in GROUPS], ids=" ".join)
def test_each_command_shows_an_example(xuncha: Xuncha, path: tuple[str, ...]) -> None:
    """`--help` says what a command does and shows it in use, beside the usage line itself."""
    ran = xuncha(*path, "--help")
    assert ran.status == 0
    usage, _, rest = ran.out.partition("\n")
    assert f"xuncha {' '.join(path)}" in usage
    assert "For example" in rest
    assert f"xuncha {' '.join(path)}" in " ".join(rest.split())


@pytest.mark.parametrize("path", [(), *sorted(GROUPS)], ids=" ".join)
def test_a_group_lists_its_commands(xuncha: Xuncha, path: tuple[str, ...]) -> None:
    """`--help` of a group lists each of its commands with what it does."""
    ran = xuncha(*path, "--help")
    assert ran.status == 0
    for command in (one[-1] for one in PATHS if one[:-1] == path):
        assert f" {command} " in ran.out


def test_help_loads_nothing_heavy() -> None:
    """Asking for help loads neither Faust nor a Kafka client nor Excel, so that it answers at once."""
    script = (
        "import sys, console.application; "
        "print([one for one in ('faust', 'aiokafka', 'kafka', 'aiohttp', 'openpyxl') if one in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("vocabulary", labels.OWN, ids=lambda one: one.__name__)
def test_each_word_has_both_languages(vocabulary: type[StrEnum]) -> None:
    """Every member of a vocabulary that the console's pages show has a word in Chinese and one in English."""
    words = labels.labels().words[vocabulary.__name__]
    assert set(words) == set(vocabulary)
    assert all(one.zh and one.en for one in words.values())
