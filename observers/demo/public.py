"""The public: messages and their answers, what is shown of them, and error reports."""

from collections.abc import Iterator

from observers.demo.dice import Dice
from observers.demo.habits import Bounds
from observers.demo.plan import AnswersUnpublished, FieldsMissing
from observers.demo.script import whole_minute
from observers.demo.world import PAGES, PUBLIC, World
from schemas.instants import DAY
from schemas.registry import Site, Unit


def tell_public(world: World, site: Site, unit: Unit) -> None:
    """Everything the public has to do with one site."""
    hidden = next((fact for fact in world.facts(AnswersUnpublished) if fact.site == site.code), None)
    _shown_before(world, site, hidden)
    for number, at in enumerate(_arrivals(world, site, "message", world.ordinary.messages.gap)):
        _message(world, site, unit, f"m{number + 1:03d}", at, shown=hidden is None)
    for number, at in enumerate(_arrivals(world, site, "correction", world.ordinary.corrections.gap)):
        _correction(world, site, unit, f"c{number + 1:03d}", at)
    _shown_incomplete(world, site)
    _looks(world, site)


def _arrivals(world: World, site: Site, what: str, gap: Bounds) -> Iterator[int]:
    """People write at any time."""
    dice = world.dice(site.code, what)
    at = world.starts + dice.between((0, gap[1])) * DAY
    while at < world.ends:
        yield whole_minute(at)
        at += dice.between(gap) * DAY


def _message(world: World, site: Site, unit: Unit, name: str, at: int, *, shown: bool) -> None:
    plan, dice = world.ordinary.messages, world.dice(site.code, "message", name)
    subject = f"{site.code}/message/{name}"
    excluded, simple, complicated = (dice.falls(one) for one in (plan.excluded, plan.simple, plan.complicated))
    column = plan.excluded_column if excluded else dice.pick(plan.columns)
    kind = "simple" if simple else "complicated" if complicated else "plain"
    data = {"unit": unit.id, "column": column, "simple": kind == "simple", "complicated": kind == "complicated"}
    world.script.say("message.received", subject, at, data, part=PUBLIC)
    if dice.falls(plan.invalid):
        found = world.pace.at_work(at + DAY, dice)
        world.script.say("message.invalidated", subject, found, {"reason": plan.invalid_reason}, part=PUBLIC)
        return
    late = dice.falls(plan.late) and at < plan.late_before
    after: Bounds = getattr(plan.answered_after, "late" if late else kind)
    answered = _later(world, at, after, dice)
    world.script.say("message.answered", subject, answered, {"answered_by": unit.name}, part=PUBLIC)
    if shown and not excluded and dice.falls(plan.published):
        data = {"item": name, "fields": plan.fields}
        world.script.say(
            "answer.published", site.code, _later(world, answered, plan.published_after, dice), data, part=PAGES
        )


def _later(world: World, at: int, after: Bounds, dice: Dice) -> int:
    """In working hours so many days on, and never before what it follows."""
    return max(world.pace.at_work(at + dice.between(after) * DAY, dice), at + DAY // 24)


def _correction(world: World, site: Site, unit: Unit, name: str, at: int) -> None:
    plan, dice = world.ordinary.corrections, world.dice(site.code, "correction", name)
    subject = f"{site.code}/correction/{name}"
    world.script.say("correction.assigned", subject, at, {"unit": unit.id}, part=PUBLIC)
    late = dice.falls(plan.late) and at < plan.late_before
    answered = _later(world, at, plan.late_after if late else plan.answered_after, dice)
    world.script.say("correction.answered", subject, answered, {"answered_by": unit.name}, part=PUBLIC)


# --- what is shown --------------------------------------------------------------------------------------------------


def _shown_before(world: World, site: Site, hidden: AnswersUnpublished | None) -> None:
    """The newest answer shown when the quarter begins; for a site that then hides them, the last one at all."""
    plan, dice = world.ordinary.messages, world.dice(site.code, "shown")
    at = hidden.last if hidden else whole_minute(world.starts - dice.between(plan.published_before) * DAY)
    part = world.part_of(hidden) if hidden else PAGES
    world.script.begin("answer.published", site.code, at, {"item": "m000", "fields": plan.fields}, part=part)


def _shown_incomplete(world: World, site: Site) -> None:
    for fact in world.facts(FieldsMissing):
        fields = tuple(one for one in world.ordinary.messages.fields if one not in fact.missing)
        for number, at in enumerate(fact.published if fact.site == site.code else ()):
            data = {"item": f"{fact.id}-{number + 1}", "fields": fields}
            world.script.say("answer.published", site.code, at, data, part=world.part_of(fact))


def _looks(world: World, site: Site) -> None:
    for at in world.look_instants(site.code, world.starts):
        world.script.say("answers.checked", site.code, at, {}, part=PAGES)
