"""Accounts: posts, daily looks, and tests of the ways to interact."""

from observers.demo.pace import Published, publications
from observers.demo.plan import InteractionFails
from observers.demo.world import ACCOUNTS, World, found
from schemas.instants import HOUR, to_ms
from schemas.registry import Account


def tell_account(world: World, account: Account) -> None:
    """Everything about one account, from the quarter's beginning or its opening on."""
    starts = max(world.starts, to_ms(account.opened)) if account.opened else world.starts
    published = _published(world, account, starts)
    _posts(world, account, published, starts)
    _looks(world, account, published, starts)
    _tests(world, account, starts)
    if account.platform in world.ordinary.tests.apps:
        _app_tests(world, account, starts)


def _published(world: World, account: Account, starts: int) -> list[Published]:
    updates, dice = world.ordinary.updates, world.dice(account.id, "posts")
    instants = world.pace.rhythm(updates.gaps["posts"], starts, world.ends, dice)
    made = publications(instants, world.story.silence_of(account.id), updates, dice)
    return [one for one in made if one.at >= starts] if starts > world.starts else made


def _posts(world: World, account: Account, published: list[Published], starts: int) -> None:
    dice = world.dice(account.id, "reposts")
    for number, (at, seen) in enumerate(published):
        data = {"post": f"post-{number:03d}", "repost": dice.falls(world.ordinary.updates.reposts)}
        tell = world.script.begin if at < starts else world.script.say
        part = world.part_at(account.id, at, ACCOUNTS)
        tell("account.posted", account.id, at, data, part=part, seen=None if at < starts else seen)


def _looks(world: World, account: Account, published: list[Published], starts: int) -> None:
    world.script.begin("account.checked", account.id, starts, found(published, starts), part=ACCOUNTS, seen=starts)
    for at in world.look_instants(account.id, starts):
        world.script.say("account.checked", account.id, at, found(published, at), part=ACCOUNTS)


def _tests(world: World, account: Account, starts: int) -> None:
    """Everything works when the observing begins; then a weekly test, and another after each failure."""
    dice, tests = world.dice(account.id, "features"), world.ordinary.tests
    fact = next((one for one in world.facts(InteractionFails) if one.account == account.id), None)
    for feature in tests.features[account.platform]:
        first = {"feature": feature, "works": True}
        world.script.begin("account.feature_tested", account.id, starts, first, part=ACCOUNTS, seen=starts)
    for at in world.test_instants(account.id, starts):
        broken = fact is not None and at >= fact.since
        part = world.part_of(fact) if fact is not None and broken else ACCOUNTS
        for feature in tests.features[account.platform]:
            works = not broken and not dice.falls(tests.fails)
            _test(world, account, at, {"feature": feature, "works": works}, part)
            if not works:
                _test(world, account, _again(world, at), {"feature": feature, "works": not broken}, part)


def _test(world: World, account: Account, at: int, data: dict[str, object], part: str) -> None:
    world.script.say("account.feature_tested", account.id, at, data, part=part)


def _again(world: World, at: int) -> int:
    return at + int(world.ordinary.tests.again_after_hours * HOUR)


def _app_tests(world: World, account: Account, starts: int) -> None:
    works = {"downloadable": True, "usable": True}
    world.script.begin("account.app_tested", account.id, starts, works, part=ACCOUNTS, seen=starts)
    for at in world.test_instants(account.id, starts):
        world.script.say("account.app_tested", account.id, at, works, part=ACCOUNTS)
