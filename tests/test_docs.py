"""The docs stay true: links lead somewhere, and what is to be typed is accepted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from observers.registry import read_registry
from schemas.deadletters import Refusal
from schemas.observations import ONE
from streams.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md"))


def name_of(path: Path) -> str:
    """A test id that says which page."""
    return str(path.relative_to(DOCS))


def links_of(page: Path) -> Iterator[str]:
    """The relative links of a page, without their anchors."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("#"):
            yield target.partition("#")[0]


def text_of(name: str) -> str:
    """A page's text."""
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_a_file(page: Path) -> None:
    """A page that is moved takes its links along."""
    assert [target for target in links_of(page) if not (page.parent / target).exists()] == []


def test_every_page_is_found_from_another() -> None:
    """No page is an orphan."""
    linked = {(page.parent / target).resolve() for page in PAGES for target in links_of(page)}
    assert [name_of(page) for page in PAGES if page not in linked and page != DOCS / "README.md"] == []


def test_events_to_send_are_events() -> None:
    """The lines for kcat validate, and the key is the owner of each."""
    page = text_of("how-to/send-an-event.md")
    events = [ONE.validate_json(line) for line in re.findall(r"^echo '(\{.+\})'", page, re.MULTILINE)]
    assert [event.type for event in events] == ["account.registered", "account.posted", "account.checked"]
    assert {event.owner for event in events} == set(re.findall(r"^KEY=(\S+)", page, re.MULTILINE))


def test_reasons_for_dead_letters_exist() -> None:
    """The table of what can go wrong speaks of reasons that there are."""
    table = text_of("how-to/send-an-event.md").split("| reason | mend |")[1]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named
    assert named <= {reason.value for reason in Refusal}


def test_the_registry_example_can_be_read(tmp_path: Path) -> None:
    """The YAML of the page is a registry without a fault."""
    (example,) = re.findall(r"```yaml\n(.+?)```", text_of("how-to/read-a-registry.md"), re.DOTALL)
    path = tmp_path / "registry.yaml"
    path.write_text(example, encoding="utf-8")
    registry = read_registry(path)
    assert [unit.name for unit in registry.units] == ["某市教育局"]


def test_settings_exist_with_their_defaults() -> None:
    """Every variable of the table is a field of the settings, and has that default."""
    rows = re.findall(
        r"^\| `XUNCHA_(\w+)` \| (\S+|\(none\)) \|", text_of("how-to/run-on-apache-kafka.md"), re.MULTILINE
    )
    assert rows
    for name, default in rows:
        field = Settings.model_fields[name.lower()]
        assert field.default == type(field.default)(yaml.safe_load(default.strip("`")) if default != "(none)" else "")
