"""The past asked again from a live installation's data folder: judged at any instant, and explained."""

import asyncio
import json
import sys
from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.living import account, checked, days_ago, fresh, local_unit, posted
from tests.support.stack import ROOT, Up, environment

pytestmark = pytest.mark.embedded

POSTS = "M-V2a"


async def xuncha(*arguments: str) -> tuple[int, str, str]:
    """A command as a person runs it; (status, output, errors)."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "console", *arguments, cwd=ROOT, env=environment({}), stdout=pipe, stderr=pipe
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def stale(up: Up) -> tuple[str, Any]:
    """An account whose fortnight ended an hour ago, told to its unit; and when it ended."""
    owner, subject = fresh("u-"), f"wechat:{fresh('gh_')}"
    ended = days_ago(0) - timedelta(hours=1)
    await up.accepted(local_unit(up, owner), account(subject, owner), posted(subject, ended - timedelta(days=14)))
    await up.accepted(checked(subject))
    await up.until(lambda: "breached" in up.told(subject, POSTS), 15, "tell of the breach")
    return subject, ended


async def failed(up: Up, at: Any, out: Any) -> set[str]:
    """Whose breach of the rule stands at an instant, by the journal of the running installation."""
    status, _, err = await xuncha("judge", "--at", at.isoformat(), "--data", str(up.data), "--out", str(out))
    assert status == 0, err
    lines = (out / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    return {one["owner"] for one in map(json.loads, lines) if one["rule"] == POSTS}


async def test_either_side_of_the_deadline(up: Up, tmp_path: Any) -> None:
    """A second before it the account stands, a second after it fails; the installation goes on meanwhile."""
    subject, ended = await stale(up)
    assert subject not in await failed(up, ended - timedelta(seconds=1), tmp_path / "before")
    assert subject in await failed(up, ended + timedelta(seconds=1), tmp_path / "after")
    assert (await up.get("/ready"))[0] == 200
