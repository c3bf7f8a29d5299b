"""Every rule that the stream decides has its stories."""

from pathlib import Path

import pytest

from tests.support.laws import law

STORIES = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))


@pytest.mark.parametrize("rule", sorted(law().by_id))
def test_each_rule_that_is_decided_is_told(rule: str) -> None:
    """A rule added to the pack without a timeline fails here."""
    assert f'"{rule}"' in STORIES
