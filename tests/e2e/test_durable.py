"""kill -9 of everything: what was acknowledged comes back, nobody is told twice, a torn journal is read."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from streams.topics import Name
from tests.e2e.living import SECRET, SECRET_NAME, account, checked, days_ago, fresh, local_unit, posted
from tests.support.stack import Event, Up, running_up

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(400)]

ENV = {SECRET_NAME: SECRET}


def stale(up: Up) -> tuple[str, list[Event]]:
    """An account of a unit of its own whose fortnight ended an hour ago, with the look that proves it."""
    unit, subject = fresh("unit-"), f"wechat:{fresh('gh_')}"
    last = days_ago(14) - timedelta(hours=1)
    return subject, [local_unit(up, unit), account(subject, unit), posted(subject, last), checked(subject)]


async def transitions(up: Up) -> dict[str, Any]:
    """What the log says of everything, by id."""
    return {one["id"]: one for one in await up.values(Name.TRANSITIONS)}


async def test_after_kill_9_of_everything_judgements_come_back_and_nobody_is_told_twice(tmp_path: Path) -> None:
    """Two lives of one data folder: the same transitions by id, each webhook once, the breach of before still open."""
    with running_up(tmp_path / "data", env=ENV) as up:
        await up.ready()
        port = str(urlsplit(str(up.addresses["receiver"])).port)
        up.options = ("--intake-port", "0", "--metrics-port", "0", "--receiver-port", port)  # a unit keeps its address
        subject, events = stale(up)
        await up.accepted(*events)
        await up.until(lambda: "breached" in up.told(subject, "M-V2a"), 20, "tell of the breach")
        first = await transitions(up)
        up.kill_everything()
        up.start()
        await up.ready()

        async def all_back() -> bool:
            return first.keys() <= (await transitions(up)).keys()

        await up.until(all_back, 30, "say again what it said before")
        await up.accepted(posted(subject, days_ago(0)))
        await up.until(lambda: "recovered" in up.told(subject, "M-V2a"), 20, "go on where it was")
        assert up.told(subject, "M-V2a").count("breached") == 1
        assert max(Counter(one["id"] for one in up.received()).values()) == 1


async def test_a_journal_cut_in_mid_record_is_read_up_to_the_cut_and_said(tmp_path: Path) -> None:
    """What was written before the tear is judged; the tear is said on the screen."""
    with running_up(tmp_path / "data", env=ENV) as up:
        await up.ready()
        subject, events = stale(up)
        await up.accepted(*events)
        await up.until(lambda: "breached" in up.told(subject, "M-V2a"), 20, "tell of the breach")
        up.kill_everything()
        segment = max((tmp_path / "data" / "journal").glob("*.xj"))
        with segment.open("ab") as file:
            file.write(b"\x00\x01half a record")
        up.start()
        await up.ready()
        assert segment.name in up.out + up.err
        assert any(one["subject"] == subject for one in (await transitions(up)).values())
