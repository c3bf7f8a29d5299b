"""Where a command begins and ends: an honest status, whatever Ctrl-C meets."""

from collections.abc import Callable
from typing import NoReturn

import pytest
from pydantic_core import SchemaError

from console import cli
from streams.ending import ENDING


def _ends(raising: BaseException, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def run() -> NoReturn:
        raise raising

    monkeypatch.setattr(cli, "_run", run)
    monkeypatch.setattr(ENDING, "begin", lambda: None)  # this process's SIGTERM is pytest's
    return cli.main


@pytest.mark.parametrize(
    "interrupt", [KeyboardInterrupt(), SchemaError("Error building `model` serializer:\n  KeyboardInterrupt: ")]
)
def test_interrupted(interrupt: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """130, also where pydantic has wrapped the interrupt into an error of its own."""
    with pytest.raises(SystemExit) as end:
        _ends(interrupt, monkeypatch)()
    assert end.value.code == cli.INTERRUPTED


def test_a_defect_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody expected comes out whole."""
    with pytest.raises(ZeroDivisionError):
        _ends(ZeroDivisionError(), monkeypatch)()
