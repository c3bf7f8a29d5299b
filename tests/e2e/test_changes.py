"""Changeable while running: who answers and what is judged changes from the moment on, and not before."""

from datetime import datetime, timedelta

import pytest

from tests.e2e.living import account, checked, days_ago, event, fresh, now, posted, running_out, site_code, unit
from tests.e2e.receivers import Office, office
from tests.support.stack import Event, Up

pytestmark = pytest.mark.embedded

POSTS = "M-V2a"
HOME = "W-V3"


def registered(site: str, owner: str, since: datetime) -> Event:
    """A department's site."""
    return event("site.registered", site, since, unit=owner, name="某市某局网站")


def updated(site: str, time: datetime) -> Event:
    """Something was published on the home page."""
    return event("site.updated", site, time, item=fresh("item-"))


async def two_units(up: Up, old: Office, new: Office) -> tuple[str, str]:
    """Two registered units, each with an office of its own."""
    owners = fresh("u-old-"), fresh("u-new-")
    await up.accepted(unit(owners[0], old.url), unit(owners[1], new.url))
    return owners


async def test_a_site_that_is_taken_over_is_its_new_units_affair(up: Up) -> None:
    """The old unit was warned; the breach after the transfer is told to the new one, and to nobody else."""
    async with office() as old, office() as new:
        losing, taking = await two_units(up, old, new)
        site, deadline = site_code(), now() + timedelta(seconds=6)
        seen = event("site.checked", site, now())
        await up.accepted(registered(site, losing, days_ago(60)), updated(site, deadline - timedelta(days=14)), seen)
        await up.until(lambda: old.changes(HOME) == ["due_soon"], 5, "warn the old unit")
        await up.accepted(event("site.transferred", site, now(), from_unit=losing, to_unit=taking))
        await up.until(lambda: "breached" in new.changes(HOME), 15, "tell the new unit")
        assert "breached" not in old.changes(HOME)
        breach = next(one for one in new.told if one.change == "breached" and one.body["data"]["rule"] == HOME)
        assert breach.body["data"]["unit"] == taking


async def test_an_account_that_is_closed_is_judged_no_more(up: Up) -> None:
    """Its warning ends when it is closed, and its deadline passes without a breach."""
    async with office() as told:
        owner, subject, deadline = fresh("u-"), f"wechat:{fresh('gh_')}", now() + timedelta(seconds=4)
        await up.accepted(unit(owner, told.url), account(subject, owner), *running_out(subject, deadline))
        await up.until(lambda: told.changes(POSTS) == ["due_soon"], 5, "warn")
        await up.accepted(event("account.closed", subject, now(), unit=owner, platform="wechat"))
        await up.until(lambda: len(told.changes(POSTS)) == 2, 5, "say that it is over")
        await up.until(lambda: now() > deadline + timedelta(seconds=2), 10, "let the deadline pass")
        assert told.changes(POSTS)[0] == "due_soon"
        assert "breached" not in told.changes(POSTS)
        assert told.told[-1].body["data"]["state"] == "exempt"


async def test_late_evidence_is_told_to_whom_the_breach_was_told(up: Up) -> None:
    """A post that somebody finds afterwards disproves the breach: retracted, with the post as evidence."""
    async with office() as told:
        owner, subject = fresh("u-"), f"wechat:{fresh('gh_')}"
        ended = now() - timedelta(hours=1)
        await up.accepted(unit(owner, told.url), account(subject, owner), posted(subject, ended - timedelta(days=14)))
        await up.accepted(checked(subject))
        await up.until(lambda: "breached" in told.changes(POSTS), 10, "tell of the breach")
        found = posted(subject, ended - timedelta(days=2))
        await up.accepted(found)
        await up.until(lambda: "retracted" in told.changes(POSTS), 10, "take it back")
        taken_back = next(one for one in told.told if one.change == "retracted")
        breach = next(one for one in told.told if one.change == "breached")
        assert taken_back.body["data"]["episode"] == breach.body["data"]["episode"]
        assert taken_back.body["data"]["evidence"] == [found["id"]]
        assert taken_back.body["data"]["state"] == "compliant"


async def test_a_unit_that_moves_is_told_at_its_new_address(up: Up) -> None:
    """What a unit says of itself holds from the next alert on."""
    async with office() as before, office() as after:
        owner, subject, deadline = fresh("u-"), f"wechat:{fresh('gh_')}", now() + timedelta(seconds=5)
        await up.accepted(unit(owner, before.url), account(subject, owner), *running_out(subject, deadline))
        await up.until(lambda: before.changes(POSTS) == ["due_soon"], 5, "warn at the old address")
        await up.accepted(unit(owner, after.url))
        await up.until(lambda: "breached" in after.changes(POSTS), 15, "tell at the new address")
        assert before.changes(POSTS) == ["due_soon"]


async def test_a_stranger_is_judged_once_it_is_registered(up: Up) -> None:
    """Events of an unknown account are kept and said; registered, it is judged by all of them."""
    async with office() as told:
        owner, subject = fresh("u-"), f"wechat:{fresh('gh_')}"
        last = days_ago(14) - timedelta(hours=1)
        await up.accepted(unit(owner, told.url), posted(subject, last), checked(subject))

        async def kept() -> bool:
            return any(subject in one["error"] and one["kept"] for one in await up.letters())

        await up.until(kept, 10, "say that nobody knows it")
        await up.accepted(account(subject, owner))
        await up.until(lambda: "breached" in told.changes(POSTS), 10, "judge it")
