"""A clock that is set is set for everything that asks what time it is, and for nothing that measures."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chaos.clocks import Clock, compiler

pytestmark = pytest.mark.skipif(compiler() is None, reason="needs a C compiler")

SAYS = """
import sys, time
from datetime import UTC, datetime
for _ in sys.stdin:
    began = time.monotonic()
    time.sleep(0.01)
    print(time.time(), time.time_ns() / 1e9, datetime.now(UTC).timestamp(), time.monotonic() - began, flush=True)
"""


def test_ahead_and_back(tmp_path: Path) -> None:
    """An hour ahead, two behind, right again, while the process runs; time.sleep sleeps as ever."""
    clock = Clock(tmp_path / "clock")
    with subprocess.Popen(
        [sys.executable, "-c", SAYS], env=dict(clock.env), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for ahead in (0, 3600, -7200, 0):
            clock.put(ahead)
            process.stdin.write(b"?\n")
            process.stdin.flush()
            *told, slept = map(float, process.stdout.readline().split())
            assert all(abs(one - time.time() - ahead) < 60 for one in told)
            assert 0.009 < slept < 60
        process.stdin.close()
