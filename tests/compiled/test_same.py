"""The compiled core is the one that is tested here, and it says to the byte what the sources say."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from streams.core import episodes, fold, judging, ring
from streams.core.windows import availability
from tests.support.stack import ROOT

pytestmark = [pytest.mark.compiled, pytest.mark.timeout(600)]

#: Where Python keeps what is compiled: .so, or .pyd on Windows.
ENDINGS = (".so", ".pyd")


@pytest.mark.parametrize("module", [fold, episodes, judging, ring, availability], ids=lambda one: one.__name__)
def test_these_tests_run_what_is_compiled(module: Any) -> None:
    """A test of the compiled form that ran the sources would prove nothing."""
    assert str(module.__file__).endswith(ENDINGS)


def test_nothing_compiled_lies_beside_the_sources() -> None:
    """There it would shadow an edit."""
    assert [path for path in (ROOT / "streams").rglob("*") if path.suffix in ENDINGS] == []
    assert [path for path in (ROOT / "schemas").rglob("*") if path.suffix in ENDINGS] == []


def test_the_compiled_core_says_what_the_sources_say() -> None:
    """The demonstration's quarter folded by each: the same transitions and the same state records, to the byte."""
    compiled, interpreted = said(dict(os.environ)), said({**os.environ, "PYTHONPATH": str(ROOT)})
    assert compiled.pop("folded_by").endswith(ENDINGS)
    assert interpreted.pop("folded_by").endswith(".py")
    assert compiled["transitions"]
    assert compiled == interpreted


def said(env: dict[str, str]) -> dict[str, Any]:
    """What a process of that environment says; as children of ours find their packages, so does it."""
    command = [sys.executable, "-m", "tests.compiled.saying"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
