"""What is installed is what was locked: every version, every hash, and no address of where to get it."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("run", "dev")
PIN = re.compile(r"^([a-z0-9.-]+)==([^ ;\\]+)", re.MULTILINE)
DATA = {".yaml", ".json", ".j2"}


def text_of(lock: str) -> str:
    """The whole of a lock."""
    return (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")


def pins_of(lock: str) -> dict[str, str]:
    """The version of each package that a lock names."""
    return dict(PIN.findall(text_of(lock)))


def project() -> dict[str, list[str]]:
    """The requirements that pyproject.toml states, by the lock that must hold them."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = stated["dependency-groups"]
    run = stated["project"]["dependencies"] + groups["build"]
    return {"run": run, "dev": run + [entry for entry in groups["dev"] if isinstance(entry, str)]}


def name_in(requirement: str) -> str:
    """``aiohttp`` of ``aiohttp>=3.14,<4``."""
    return re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0]


@pytest.mark.parametrize("lock", LOCKS)
class TestALock:
    """A lock names every version and hash, and nothing of the place it was made in."""

    def test_has_a_hash_for_every_package(self, lock: str) -> None:
        """Each package carries at least one hash, so that pip refuses what was not meant."""
        entries = re.split(r"^(?=[a-z0-9])", text_of(lock), flags=re.MULTILINE)[1:]
        assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []

    def test_names_no_address(self, lock: str) -> None:
        """A lock is installed from whatever index the reader's pip knows."""
        assert "://" not in text_of(lock)

    def test_holds_what_the_project_states(self, lock: str) -> None:
        """Nothing was added to pyproject.toml without ``make lock``."""
        assert [name for name in map(name_in, project()[lock]) if name not in pins_of(lock)] == []


def test_tests_run_on_the_versions_that_users_get() -> None:
    """All of run.lock is in dev.lock, at the same versions."""
    assert pins_of("run").items() <= pins_of("dev").items()


def test_faust_is_pinned_exactly() -> None:
    """Our work-arounds hold for one Faust; another one is a decision, not an accident."""
    assert "faust-streaming==0.15.3" in project()["run"]


def test_the_wheel_carries_the_data(tmp_path: Path) -> None:
    """Rule packs, templates and catalogues are in the wheel, beside the code that reads them; tests are not."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    data = {
        name for name in tracked if Path(name).suffix in DATA and name.split("/")[0] in packages["wheel"]["packages"]
    }
    assert data - packed == set()
    assert not any(name.startswith("tests/") for name in packed)
